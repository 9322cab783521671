//! TIMESUB.

use arrow::datatypes::Time32MillisecondType;

use super::intervals::{Direction, shift};
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::DAY_MS;

pub(super) static TIMESUB: ScalarFunction = ScalarFunction {
    name: "TIMESUB",
    category: Category::DateTime,
    description: "Takes an interval away from a time.",
    variants: &[Variant {
        signature: "(unit UNIT, interval INT, time TIME) -> TIME",
        description: "The time that is so many units earlier. A time beyond midnight goes round.",
        returns: Returns::Declared,
        call: |call| {
            shift::<Time32MillisecondType>(call, Direction::Subtract, |time, millis| {
                Some((i64::from(time) + millis).rem_euclid(DAY_MS) as i32)
            })
        },
    }],
    examples: &[Example {
        call: "TIMESUB(HOURS, 2, PARSE_TIME('23:30:00', 'HH:mm:ss'))",
        result: "\"21:30:00\"",
    }],
};
