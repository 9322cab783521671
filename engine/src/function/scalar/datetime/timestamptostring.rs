//! TIMESTAMPTOSTRING.

use arrow::datatypes::Int64Type;

use super::formatting::format;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::{Moment, Zone};

pub(super) static TIMESTAMPTOSTRING: ScalarFunction = ScalarFunction {
    name: "TIMESTAMPTOSTRING",
    category: Category::DateTime,
    description: "Writes milliseconds since 1970-01-01 as a timestamp, by a pattern. Use FORMAT_TIMESTAMP instead.",
    variants: &[
        Variant {
            signature: "(epochMilli BIGINT, formatPattern STRING) -> STRING",
            description: "The timestamp in the time zone of the server, by a pattern of Java's DateTimeFormatter.",
            returns: Returns::Declared,
            call: |call| format::<Int64Type>(call, "timestamp", Zone::system, Moment::instant),
        },
        Variant {
            signature: "(epochMilli BIGINT, formatPattern STRING, timeZone STRING) -> STRING",
            description: "The timestamp in the time zone, by a pattern of Java's DateTimeFormatter.",
            returns: Returns::Declared,
            call: |call| format::<Int64Type>(call, "timestamp", Zone::system, Moment::instant),
        },
    ],
    examples: &[Example {
        call: "TIMESTAMPTOSTRING(1526075913000, 'yyyy-MM-dd HH:mm:ss.SSS', 'UTC')",
        result: "\"2018-05-11 21:58:33.000\"",
    }],
};
