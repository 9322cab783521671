//! FORMAT_TIMESTAMP.

use arrow::datatypes::TimestampMillisecondType;

use super::formatting::format;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::{Moment, Zone};

pub(super) static FORMAT_TIMESTAMP: ScalarFunction = ScalarFunction {
    name: "FORMAT_TIMESTAMP",
    category: Category::DateTime,
    description: "Writes a timestamp by a pattern.",
    variants: &[
        Variant {
            signature: "(timestamp TIMESTAMP, formatPattern STRING) -> STRING",
            description: "The timestamp in UTC by a pattern of Java's DateTimeFormatter.",
            returns: Returns::Declared,
            call: |call| format::<TimestampMillisecondType>(call, "timestamp", || Zone::GMT, Moment::instant),
        },
        Variant {
            signature: "(timestamp TIMESTAMP, formatPattern STRING, timeZone STRING) -> STRING",
            description: "The timestamp in the time zone, by a pattern of Java's DateTimeFormatter.",
            returns: Returns::Declared,
            call: |call| format::<TimestampMillisecondType>(call, "timestamp", || Zone::GMT, Moment::instant),
        },
    ],
    examples: &[Example {
        call: "FORMAT_TIMESTAMP(FROM_UNIXTIME(1526075913000), 'yyyy-MM-dd HH:mm:ss zzz', 'America/Los_Angeles')",
        result: "\"2018-05-11 14:58:33 PDT\"",
    }],
};
