//! What the functions that add and subtract intervals share.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, PrimitiveArray};
use arrow::datatypes::ArrowPrimitiveType;

use crate::error::Result;
use crate::function::{Call, Unit, rows};

/// A unit in milliseconds.
fn millis(unit: Unit) -> i64 {
    match unit {
        Unit::Milliseconds => 1,
        Unit::Seconds => 1000,
        Unit::Minutes => 60_000,
        Unit::Hours => 3_600_000,
        Unit::Days => crate::time::DAY_MS,
    }
}

/// Whether an interval is added or taken away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Add,
    Subtract,
}

/// Moves the third argument by as many of the unit that is the first as the second says: `moved` gets the value and the
/// milliseconds to move it by.
pub(super) fn shift<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    direction: Direction,
    moved: impl Fn(T::Native, i64) -> Option<T::Native>,
) -> Result<ArrayRef> {
    let unit = match direction {
        Direction::Add => millis(call.unit(0)?),
        Direction::Subtract => -millis(call.unit(0)?),
    };
    let (intervals, values) = (call.values::<Int32Array>(1)?, call.values::<PrimitiveArray<T>>(2)?);
    Ok(Arc::new(rows::primitives::<T>(call.rows, |row| {
        let (interval, value) = (intervals.get(row)?, values.get(row)?);
        // An INT of days is far from the bounds of a BIGINT of milliseconds.
        let answer = moved(value, i64::from(interval) * unit);
        if answer.is_none() {
            call.fail(row, "The interval leads out of the range of the type.");
        }
        answer
    })))
}
