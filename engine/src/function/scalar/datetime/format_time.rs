//! FORMAT_TIME.

use arrow::datatypes::Time32MillisecondType;

use super::formatting::format;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::{Moment, Zone};

pub(super) static FORMAT_TIME: ScalarFunction = ScalarFunction {
    name: "FORMAT_TIME",
    category: Category::DateTime,
    description: "Writes a time by a pattern.",
    variants: &[Variant {
        signature: "(time TIME, formatPattern STRING) -> STRING",
        description: "The time by a pattern of Java's DateTimeFormatter.",
        returns: Returns::Declared,
        call: |call| {
            format::<Time32MillisecondType>(call, "time", || Zone::UTC, |millis, _| Moment::time(millis))
        },
    }],
    examples: &[Example {
        call: "FORMAT_TIME(PARSE_TIME('13:05', 'HH:mm'), 'h:mm a')",
        result: "\"1:05 PM\"",
    }],
};
