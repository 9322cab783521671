//! What MIN and MAX share: the value of a group that stands first in an order.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, AsArray, BinaryBuilder, StringArray,
};
use arrow::datatypes::{
    BinaryType, ByteArrayType, DataType, Date32Type, Decimal128Type, Decimal256Type, Float64Type, Int32Type,
    Int64Type, Time32MillisecondType, TimestampMillisecondType, Utf8Type,
};

use super::column::{each_value, gather_known, mismatch, primitive};
use super::{Accumulator, AggregateArgs};
use crate::error::{Error, Result};

/// The accumulator of MIN (`Less`) or MAX (`Greater`) over the type of the argument.
pub(super) fn extreme<const MAX: bool>(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    let ty = args.returns.to_arrow();
    Ok(match ty {
        DataType::Int32 => Box::new(Extreme::<Int32Type, MAX>::new(ty)),
        DataType::Int64 => Box::new(Extreme::<Int64Type, MAX>::new(ty)),
        DataType::Float64 => Box::new(Extreme::<Float64Type, MAX>::new(ty)),
        DataType::Decimal128(..) => Box::new(Extreme::<Decimal128Type, MAX>::new(ty)),
        DataType::Decimal256(..) => Box::new(Extreme::<Decimal256Type, MAX>::new(ty)),
        DataType::Date32 => Box::new(Extreme::<Date32Type, MAX>::new(ty)),
        DataType::Time32(_) => Box::new(Extreme::<Time32MillisecondType, MAX>::new(ty)),
        DataType::Timestamp(..) => Box::new(Extreme::<TimestampMillisecondType, MAX>::new(ty)),
        DataType::Utf8 => Box::new(ExtremeBytes::<Utf8Type, MAX>::new(ty, compare_text)),
        DataType::Binary => Box::new(ExtremeBytes::<BinaryType, MAX>::new(ty, compare_bytes)),
        other => return Err(Error::internal(format!("there is no least or greatest of {other:?}"))),
    })
}

/// Over values of a fixed size.
struct Extreme<T: ArrowPrimitiveType, const MAX: bool> {
    best: Vec<T::Native>,
    known: Vec<bool>,
    ty: DataType,
}

impl<T: ArrowPrimitiveType, const MAX: bool> Extreme<T, MAX>
where
    T::Native: ArrowNativeTypeOp,
{
    /// What every value takes the place of.
    const WORST: T::Native = if MAX { T::Native::MIN_TOTAL_ORDER } else { T::Native::MAX_TOTAL_ORDER };

    fn new(ty: DataType) -> Self {
        Self { best: Vec::new(), known: Vec::new(), ty }
    }

    #[inline]
    fn better(a: T::Native, b: T::Native) -> T::Native {
        if (MAX && a.is_gt(b)) || (!MAX && a.is_lt(b)) { a } else { b }
    }
}

impl<T: ArrowPrimitiveType, const MAX: bool> Accumulator for Extreme<T, MAX>
where
    T::Native: ArrowNativeTypeOp,
{
    fn grow(&mut self, slots: usize) {
        self.best.resize(slots, Self::WORST);
        self.known.resize(slots, false);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let (best, known) = (&mut self.best, &mut self.known);
        each_value(slots, primitive::<T>(&args[0])?, |slot, value| {
            best[slot] = Self::better(value, best[slot]);
            known[slot] = true;
        });
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let (from, into) = (from as usize, into as usize);
        self.best[into] = Self::better(self.best[from], self.best[into]);
        self.known[into] |= self.known[from];
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(gather_known::<T>(&self.best, &self.known, slots, &self.ty))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.ty.clone()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        self.reset(slots);
        self.update(slots, state)
    }

    fn reset(&mut self, slots: &[u32]) {
        for slot in slots {
            self.best[*slot as usize] = Self::WORST;
            self.known[*slot as usize] = false;
        }
    }
}

/// Over strings and bytes.
struct ExtremeBytes<T: ByteArrayType, const MAX: bool> {
    best: Vec<Option<Vec<u8>>>,
    ty: DataType,
    compare: fn(&[u8], &[u8]) -> Ordering,
    values: std::marker::PhantomData<fn() -> T>,
}

impl<T: ByteArrayType, const MAX: bool> ExtremeBytes<T, MAX> {
    fn new(ty: DataType, compare: fn(&[u8], &[u8]) -> Ordering) -> Self {
        Self { best: Vec::new(), ty, compare, values: std::marker::PhantomData }
    }

    #[inline]
    fn offer(&mut self, slot: usize, value: &[u8]) {
        match &mut self.best[slot] {
            Some(best) => {
                let wanted = if MAX { Ordering::Greater } else { Ordering::Less };
                if (self.compare)(value, best) == wanted {
                    best.clear();
                    best.extend_from_slice(value);
                }
            }
            none => *none = Some(value.to_vec()),
        }
    }
}

impl<T: ByteArrayType<Offset = i32>, const MAX: bool> Accumulator for ExtremeBytes<T, MAX> {
    fn grow(&mut self, slots: usize) {
        self.best.resize(slots, None);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let array = args[0].as_bytes_opt::<T>().ok_or_else(|| mismatch(&args[0]))?;
        for (row, slot) in slots.iter().enumerate() {
            if array.is_valid(row) {
                self.offer(*slot as usize, array.value(row).as_ref());
            }
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        if let Some(value) = self.best[from as usize].take() {
            self.offer(into as usize, &value);
            self.best[from as usize] = Some(value);
        }
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let mut out = BinaryBuilder::with_capacity(slots.len(), 0);
        slots.iter().for_each(|slot| out.append_option(self.best[*slot as usize].as_deref()));
        let bytes = out.finish();
        Ok(match self.ty {
            DataType::Utf8 => Arc::new(StringArray::try_from_binary(bytes)?),
            _ => Arc::new(bytes),
        })
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.ty.clone()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        self.reset(slots);
        self.update(slots, state)
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.best[*slot as usize] = None);
    }
}

/// Java's order of strings, by UTF-16 code unit. It differs from that of UTF-8 bytes in one thing: what needs two code
/// units (lead bytes from F0) stands before U+E000 to U+FFFF (lead bytes EE and EF).
fn compare_text(a: &[u8], b: &[u8]) -> Ordering {
    match a.iter().zip(b).find(|(x, y)| x != y) {
        Some((x, y)) if *x >= 0xee && *y >= 0xee && (*x >= 0xf0) != (*y >= 0xf0) => y.cmp(x),
        Some((x, y)) => x.cmp(y),
        None => a.len().cmp(&b.len()),
    }
}

/// The order of java.nio.ByteBuffer: bytes are signed.
fn compare_bytes(a: &[u8], b: &[u8]) -> Ordering {
    match a.iter().zip(b).find(|(x, y)| x != y) {
        Some((x, y)) => x.cast_signed().cmp(&y.cast_signed()),
        None => a.len().cmp(&b.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_stand_in_the_order_of_their_utf16_code_units() {
        let mut words =
            ["a", "", "aé", "\u{ffff}", "\u{e000}", "\u{10000}", "z\u{10000}", "z\u{e000}", "\u{d7ff}"];
        words.sort_by(|a, b| compare_text(a.as_bytes(), b.as_bytes()));
        let mut expected = words;
        expected.sort_by_key(|word| word.encode_utf16().collect::<Vec<_>>());
        assert_eq!(words, expected);
    }
}
