//! What GREATEST and LEAST share: the value of a row's arguments that comes first or last.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayAccessor, ArrayRef, BinaryArray, BinaryBuilder, Decimal128Array, Decimal256Array,
    PrimitiveArray, StringArray, StringBuilder,
};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Decimal256Type, Float64Type, Int32Type,
    Int64Type, Time32MillisecondType, TimestampMillisecondType,
};

use crate::error::{Error, Result};
use crate::function::args::Values;
use crate::function::{Call, Returns, Variant, rows};
use crate::number::{Unscaled, rescale};
use crate::schema::SqlType;

type Evaluate = fn(&Call<'_>) -> Result<ArrayRef>;

/// One variant for each of the types that have an order.
pub(super) const fn variants(description: &'static str, call: Evaluate) -> [Variant; 9] {
    const fn of(signature: &'static str, description: &'static str, call: Evaluate) -> Variant {
        Variant { signature, description, returns: Returns::Declared, call }
    }
    [
        of("(val INT, vals INT…) -> INT", description, call),
        of("(val BIGINT, vals BIGINT…) -> BIGINT", description, call),
        of("(val DOUBLE, vals DOUBLE…) -> DOUBLE", description, call),
        of("(val STRING, vals STRING…) -> STRING", description, call),
        of("(val BYTES, vals BYTES…) -> BYTES", description, call),
        of("(val DATE, vals DATE…) -> DATE", description, call),
        of("(val TIME, vals TIME…) -> TIME", description, call),
        of("(val TIMESTAMP, vals TIMESTAMP…) -> TIMESTAMP", description, call),
        Variant {
            signature: "(val DECIMAL, vals DECIMAL…) -> DECIMAL",
            description,
            returns: Returns::Computed(widest),
            call,
        },
    ]
}

/// The narrowest DECIMAL that holds all the arguments.
fn widest(types: &[SqlType]) -> Result<SqlType> {
    let mut digits = 0;
    let mut scale = 0;
    for ty in types {
        if let SqlType::Decimal { precision: p, scale: s } = ty {
            digits = digits.max(p - s);
            scale = scale.max(*s);
        }
    }
    if digits + scale == 0 {
        return Err(Error::user("None of the arguments is a DECIMAL of a known precision."));
    }
    Ok(SqlType::decimal(digits + scale, scale))
}

/// The argument of each row that wins against the others: the one that is `wanted` compared with any other. NULLs do not
/// take part.
pub(super) fn extreme(call: &Call<'_>, wanted: Ordering) -> Result<ArrayRef> {
    match call.returns {
        SqlType::Integer => primitive::<Int32Type>(call, wanted, Ord::cmp),
        SqlType::Bigint => primitive::<Int64Type>(call, wanted, Ord::cmp),
        SqlType::Double => primitive::<Float64Type>(call, wanted, f64::total_cmp),
        SqlType::Date => primitive::<Date32Type>(call, wanted, Ord::cmp),
        SqlType::Time => primitive::<Time32MillisecondType>(call, wanted, Ord::cmp),
        SqlType::Timestamp => primitive::<TimestampMillisecondType>(call, wanted, Ord::cmp),
        SqlType::String => {
            let args = all::<StringArray>(call)?;
            let mut out = StringBuilder::with_capacity(call.rows, 0);
            for row in 0..call.rows {
                out.append_option(best(&args, row, wanted, |a, b| by_utf16(a, b)));
            }
            Ok(Arc::new(out.finish()))
        }
        SqlType::Bytes => {
            let args = all::<BinaryArray>(call)?;
            let mut out = BinaryBuilder::with_capacity(call.rows, 0);
            for row in 0..call.rows {
                out.append_option(best(&args, row, wanted, |a, b| by_signed_bytes(a, b)));
            }
            Ok(Arc::new(out.finish()))
        }
        SqlType::Decimal { precision, scale } => match call.returns.to_arrow() {
            DataType::Decimal256(p, s) => {
                let args = digits::<Decimal256Type>(call, *precision, *scale)?;
                let out: Decimal256Array =
                    (0..call.rows).map(|row| widest_digits(&args, row, wanted)).collect();
                Ok(Arc::new(out.with_precision_and_scale(p, s)?))
            }
            DataType::Decimal128(p, s) => {
                let args = digits::<Decimal128Type>(call, *precision, *scale)?;
                let out: Decimal128Array =
                    (0..call.rows).map(|row| widest_digits(&args, row, wanted)).collect();
                Ok(Arc::new(out.with_precision_and_scale(p, s)?))
            }
            other => Err(Error::internal(format!("{other:?} carries no decimals"))),
        },
        other => Err(Error::internal(format!("{other} has no greatest value"))),
    }
}

fn all<'a, A: Array + 'static>(call: &'a Call<'_>) -> Result<Vec<Values<'a, A>>> {
    (0..call.len()).map(|index| call.values::<A>(index)).collect()
}

fn best<'a, A>(
    args: &[Values<'a, A>],
    row: usize,
    wanted: Ordering,
    compare: impl Fn(&<&'a A as ArrayAccessor>::Item, &<&'a A as ArrayAccessor>::Item) -> Ordering,
) -> Option<<&'a A as ArrayAccessor>::Item>
where
    A: Array + 'static,
    &'a A: ArrayAccessor,
{
    args.iter()
        .filter_map(|arg| arg.get(row))
        .reduce(|best, value| if compare(&value, &best) == wanted { value } else { best })
}

fn primitive<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    wanted: Ordering,
    compare: fn(&T::Native, &T::Native) -> Ordering,
) -> Result<ArrayRef> {
    let args = all::<PrimitiveArray<T>>(call)?;
    Ok(Arc::new(rows::primitives::<T>(call.rows, |row| best(&args, row, wanted, compare))))
}

/// The digits of an argument, brought to one scale, and whether it is one value for all rows.
type Digits<N> = (Vec<Option<N>>, bool);

fn digits<T: ArrowPrimitiveType<Native: Unscaled>>(
    call: &Call<'_>,
    precision: u16,
    scale: u16,
) -> Result<Vec<Digits<T::Native>>> {
    (0..call.len())
        .map(|index| {
            let (array, constant) = call.column(index)?;
            let from = super::decimals::scale_of(call, index)?;
            let len = array.len();
            let to_scale = |value| rescale(value, from, precision, scale).ok();
            let digits = if let Some(wide) = array.as_any().downcast_ref::<PrimitiveArray<T>>() {
                (0..len).map(|row| wide.is_valid(row).then(|| to_scale(wide.value(row))).flatten()).collect()
            } else if let Some(narrow) = array.as_any().downcast_ref::<Decimal128Array>() {
                (0..len)
                    .map(|row| {
                        let value = narrow.is_valid(row).then(|| narrow.value(row))?;
                        to_scale(value.to_string().parse().ok()?)
                    })
                    .collect()
            } else {
                return Err(Error::internal(format!("argument {index} came as {:?}", array.data_type())));
            };
            Ok((digits, constant))
        })
        .collect()
}

fn widest_digits<N: Unscaled>(args: &[Digits<N>], row: usize, wanted: Ordering) -> Option<N> {
    args.iter()
        .filter_map(|(digits, constant)| digits[if *constant { 0 } else { row }])
        .reduce(|best, value| if value.cmp(&best) == wanted { value } else { best })
}

/// Java's order of strings: by UTF-16 code unit, which differs from ours beyond the basic plane.
fn by_utf16(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

/// Java's order of byte buffers: bytes are signed.
fn by_signed_bytes(left: &[u8], right: &[u8]) -> Ordering {
    left.iter().map(|byte| *byte as i8).cmp(right.iter().map(|byte| *byte as i8))
}
