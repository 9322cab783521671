//! TIMESTAMPADD.

use arrow::datatypes::TimestampMillisecondType;

use super::intervals::{Direction, shift};
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static TIMESTAMPADD: ScalarFunction = ScalarFunction {
    name: "TIMESTAMPADD",
    category: Category::DateTime,
    description: "Adds an interval to a timestamp.",
    variants: &[Variant {
        signature: "(unit UNIT, interval INT, timestamp TIMESTAMP) -> TIMESTAMP",
        description: "The timestamp that is so many units later.",
        returns: Returns::Declared,
        call: |call| shift::<TimestampMillisecondType>(call, Direction::Add, i64::checked_add),
    }],
    examples: &[Example {
        call: "TIMESTAMPADD(MINUTES, 1, FROM_UNIXTIME(60000))",
        result: "\"1970-01-01T00:02:00.000\"",
    }],
};
