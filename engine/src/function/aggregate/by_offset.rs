//! What LATEST_BY_OFFSET and EARLIEST_BY_OFFSET share.
//!
//! The order is that of arrival. Each value keeps the number of its arrival, so that sessions that grow together, and
//! groups that come back from the store, still agree on which value came first.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use arrow::array::{Array, ArrayRef, Int64Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::ScalarValue;

use super::column::{constant_int, lists, primitive};
use super::tally::restore_counts;
use super::value_list::{ValueCodec, ValueList};
use super::{Accumulator, AggregateArgs, AggregateVariant};
use crate::error::{Error, Result};
use crate::function::Returns;

/// The variants of both functions.
pub(super) const fn variants<const LATEST: bool>() -> [AggregateVariant; 4] {
    const fn variant(
        signature: &'static str,
        description: &'static str,
        accumulator: fn(&AggregateArgs<'_>) -> Result<Box<dyn Accumulator>>,
    ) -> AggregateVariant {
        AggregateVariant {
            signature,
            description,
            retractable: false,
            returns: Returns::Declared,
            accumulator,
        }
    }
    [
        variant("(value T) -> T", "One value; NULLs are skipped.", single::<LATEST>),
        variant(
            "(value T; ignoreNulls BOOLEAN) -> T",
            "One value; NULLs are skipped unless ignoreNulls is false.",
            single::<LATEST>,
        ),
        variant(
            "(value T; n INT) -> ARRAY<T>",
            "Up to n values, the earliest first; NULLs are skipped.",
            several::<LATEST>,
        ),
        variant(
            "(value T; n INT, ignoreNulls BOOLEAN) -> ARRAY<T>",
            "Up to n values, the earliest first; NULLs are skipped unless ignoreNulls is false.",
            several::<LATEST>,
        ),
    ]
}

fn function<const LATEST: bool>() -> &'static str {
    if LATEST { "LATEST_BY_OFFSET" } else { "EARLIEST_BY_OFFSET" }
}

fn ignore_nulls<const LATEST: bool>(constant: Option<&ScalarValue>) -> Result<bool> {
    match constant {
        None => Ok(true),
        Some(ScalarValue::Boolean(Some(ignore))) => Ok(*ignore),
        Some(_) => Err(Error::user(format!("{} takes TRUE or FALSE for ignoreNulls", function::<LATEST>()))),
    }
}

fn single<const LATEST: bool>(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(Single::<LATEST> {
        codec: ValueCodec::new(&args.types[0])?,
        ignore_nulls: ignore_nulls::<LATEST>(args.constants.first())?,
        arrivals: Arrivals::new(),
        numbers: Vec::new(),
        values: Vec::new(),
        newest: Vec::new(),
    }))
}

fn several<const LATEST: bool>(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(Several::<LATEST> {
        codec: ValueCodec::new(&args.types[0])?,
        limit: constant_int(function::<LATEST>(), args.constants, 0, 1)?,
        ignore_nulls: ignore_nulls::<LATEST>(args.constants.get(1))?,
        arrivals: Arrivals::new(),
        numbers: Vec::new(),
        values: Vec::new(),
    }))
}

/// Numbers the rows. Begins at the clock's microseconds, so that rows after a restart have higher numbers than those
/// before it, in groups too that have not been read back yet: no task takes a million rows a second for long enough to
/// run ahead of the clock.
struct Arrivals {
    next: i64,
}

impl Arrivals {
    fn new() -> Self {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        Self { next: micros as i64 }
    }

    /// The number of the first of `rows` rows.
    fn take(&mut self, rows: usize) -> i64 {
        let first = self.next;
        self.next += rows as i64;
        first
    }

    /// A number that has been used.
    fn seen(&mut self, number: i64) {
        self.next = self.next.max(number.saturating_add(1));
    }
}

/// Stands for "no value yet".
const NONE: i64 = i64::MIN;

struct Single<const LATEST: bool> {
    codec: ValueCodec,
    ignore_nulls: bool,
    arrivals: Arrivals,
    numbers: Vec<i64>,
    values: Vec<Vec<u8>>,
    /// Room for the rows of a batch that count, kept between batches.
    newest: Vec<u32>,
}

impl<const LATEST: bool> Accumulator for Single<LATEST> {
    fn grow(&mut self, slots: usize) {
        self.numbers.resize(slots, NONE);
        self.values.resize(slots, Vec::new());
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let nulls = if self.ignore_nulls { args[0].logical_nulls() } else { None };
        let first = self.arrivals.take(slots.len());
        // First the numbers alone: only the rows that win have to be read.
        self.newest.clear();
        for (row, slot) in slots.iter().enumerate() {
            let number = &mut self.numbers[*slot as usize];
            if (LATEST || *number == NONE) && nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                *number = first + row as i64;
                self.newest.push(row as u32);
            }
        }
        if LATEST {
            let numbers = &self.numbers;
            self.newest.retain(|row| numbers[slots[*row as usize] as usize] == first + i64::from(*row));
        }
        if self.newest.is_empty() {
            return Ok(());
        }
        let winners = UInt32Array::from_iter_values(self.newest.iter().copied());
        let rows = self.codec.encode(&take(&args[0], &winners, None)?)?;
        for (value, row) in rows.iter().zip(&self.newest) {
            let into = &mut self.values[slots[*row as usize] as usize];
            into.clear();
            into.extend_from_slice(value.data());
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let (from, into) = (from as usize, into as usize);
        let (number, known) = (self.numbers[from], self.numbers[into]);
        if number != NONE && (known == NONE || (number > known) == LATEST) {
            self.numbers[into] = number;
            self.values[into] = std::mem::take(&mut self.values[from]);
            self.numbers[from] = NONE;
        }
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        self.codec.decode(slots.iter().map(|slot| match self.numbers[*slot as usize] {
            NONE => self.codec.null(),
            _ => self.values[*slot as usize].as_slice(),
        }))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64, self.codec.data_type().clone()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let numbers = slots.iter().map(|slot| self.numbers[*slot as usize]);
        let numbers: Int64Array = numbers.map(|number| (number != NONE).then_some(number)).collect();
        Ok(vec![Arc::new(numbers), self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let numbers = primitive::<Int64Type>(&state[0])?;
        let rows = self.codec.encode(&state[1])?;
        for (row, slot) in slots.iter().enumerate() {
            let slot = *slot as usize;
            self.numbers[slot] = if numbers.is_valid(row) { numbers.value(row) } else { NONE };
            self.arrivals.seen(self.numbers[slot]);
            self.values[slot].clear();
            self.values[slot].extend_from_slice(rows.row(row).data());
        }
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        for slot in slots {
            self.numbers[*slot as usize] = NONE;
            self.values[*slot as usize] = Vec::new();
        }
    }
}

struct Several<const LATEST: bool> {
    codec: ValueCodec,
    limit: usize,
    ignore_nulls: bool,
    arrivals: Arrivals,
    /// In ascending order, one for each value of the group.
    numbers: Vec<Vec<i64>>,
    values: Vec<ValueList>,
}

impl<const LATEST: bool> Several<LATEST> {
    fn add(&mut self, slot: usize, number: i64, value: &[u8]) {
        let (numbers, values) = (&mut self.numbers[slot], &mut self.values[slot]);
        let index = numbers.partition_point(|known| *known < number);
        if !LATEST && index >= self.limit {
            return;
        }
        numbers.insert(index, number);
        values.insert(index, value);
        if numbers.len() > self.limit {
            if LATEST {
                numbers.remove(0);
                values.remove(0);
            } else {
                numbers.truncate(self.limit);
                values.truncate(self.limit);
            }
        }
    }
}

impl<const LATEST: bool> Accumulator for Several<LATEST> {
    fn grow(&mut self, slots: usize) {
        self.numbers.resize(slots, Vec::new());
        self.values.resize_with(slots, ValueList::default);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let first = self.arrivals.take(slots.len());
        let rows = self.codec.encode(&args[0])?;
        for (row, (value, slot)) in rows.iter().zip(slots).enumerate() {
            if !self.ignore_nulls || value.data() != self.codec.null() {
                self.add(*slot as usize, first + row as i64, value.data());
            }
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let numbers = std::mem::take(&mut self.numbers[from as usize]);
        let values = std::mem::take(&mut self.values[from as usize]);
        numbers.iter().zip(values.iter()).for_each(|(number, value)| self.add(into as usize, *number, value));
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        self.codec.decode_lists(slots.iter().map(|slot| &self.values[*slot as usize]))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::new_list(DataType::Int64, true), self.codec.list_type()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let numbers = slots.iter().map(|slot| &self.numbers[*slot as usize]);
        let flat: Int64Array = numbers.clone().flatten().copied().collect();
        Ok(vec![lists(Arc::new(flat), numbers.map(Vec::len))?, self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let Self { codec, arrivals, numbers, values, .. } = self;
        restore_counts::<Int64Type>(&state[0], |index, restored| {
            restored.iter().for_each(|number| arrivals.seen(*number));
            numbers[slots[index] as usize] = restored;
        })?;
        codec.encode_lists(&state[1], |index, restored| values[slots[index] as usize] = restored)
    }

    fn reset(&mut self, slots: &[u32]) {
        for slot in slots {
            self.numbers[*slot as usize].clear();
            self.values[*slot as usize].clear();
        }
    }
}
