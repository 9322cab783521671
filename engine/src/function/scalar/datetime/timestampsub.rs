//! TIMESTAMPSUB.

use arrow::datatypes::TimestampMillisecondType;

use super::intervals::{Direction, shift};
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static TIMESTAMPSUB: ScalarFunction = ScalarFunction {
    name: "TIMESTAMPSUB",
    category: Category::DateTime,
    description: "Takes an interval away from a timestamp.",
    variants: &[Variant {
        signature: "(unit UNIT, interval INT, timestamp TIMESTAMP) -> TIMESTAMP",
        description: "The timestamp that is so many units earlier.",
        returns: Returns::Declared,
        call: |call| shift::<TimestampMillisecondType>(call, Direction::Subtract, i64::checked_add),
    }],
    examples: &[Example {
        call: "TIMESTAMPSUB(MINUTES, 1, FROM_UNIXTIME(60000))",
        result: "\"1970-01-01T00:00:00.000\"",
    }],
};
