//! DATEADD.

use arrow::datatypes::Date32Type;

use super::intervals::{Direction, shift};
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::DAY_MS;

pub(super) static DATEADD: ScalarFunction = ScalarFunction {
    name: "DATEADD",
    category: Category::DateTime,
    description: "Adds an interval to a date.",
    variants: &[Variant {
        signature: "(unit UNIT, interval INT, date DATE) -> DATE",
        description: "The date that is so many units later. Parts of a day do not count.",
        returns: Returns::Declared,
        call: |call| {
            shift::<Date32Type>(call, Direction::Add, |day, millis| {
                i32::try_from(i64::from(day).checked_mul(DAY_MS)?.checked_add(millis)?.div_euclid(DAY_MS))
                    .ok()
            })
        },
    }],
    examples: &[Example {
        call: "DATEADD(DAYS, 2, PARSE_DATE('2020-02-28', 'yyyy-MM-dd'))",
        result: "\"2020-03-01\"",
    }],
};
