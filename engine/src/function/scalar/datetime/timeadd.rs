//! TIMEADD.

use arrow::datatypes::Time32MillisecondType;

use super::intervals::{Direction, shift};
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::DAY_MS;

pub(super) static TIMEADD: ScalarFunction = ScalarFunction {
    name: "TIMEADD",
    category: Category::DateTime,
    description: "Adds an interval to a time.",
    variants: &[Variant {
        signature: "(unit UNIT, interval INT, time TIME) -> TIME",
        description: "The time that is so many units later. A time beyond midnight goes round.",
        returns: Returns::Declared,
        call: |call| {
            shift::<Time32MillisecondType>(call, Direction::Add, |time, millis| {
                Some((i64::from(time) + millis).rem_euclid(DAY_MS) as i32)
            })
        },
    }],
    examples: &[Example {
        call: "TIMEADD(HOURS, 2, PARSE_TIME('23:30:00', 'HH:mm:ss'))",
        result: "\"01:30:00\"",
    }],
};
