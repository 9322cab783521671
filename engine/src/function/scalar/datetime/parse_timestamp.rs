//! PARSE_TIMESTAMP.

use arrow::datatypes::TimestampMillisecondType;

use super::parsing::parse;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::Zone;

pub(super) static PARSE_TIMESTAMP: ScalarFunction = ScalarFunction {
    name: "PARSE_TIMESTAMP",
    category: Category::DateTime,
    description: "Reads a timestamp by a pattern.",
    variants: &[
        Variant {
            signature: "(formattedTimestamp STRING, formatPattern STRING) -> TIMESTAMP",
            description: "The timestamp that the text means by a pattern of Java's DateTimeFormatter, in UTC if it names no zone; what the text does not say is as at 1970-01-01T00:00.",
            returns: Returns::Declared,
            call: |call| {
                parse::<TimestampMillisecondType>(
                    call,
                    "timestamp",
                    || Zone::GMT,
                    |formatter, text, zone| formatter.parse(text)?.to_epoch_millis(zone),
                )
            },
        },
        Variant {
            signature: "(formattedTimestamp STRING, formatPattern STRING, timeZone STRING) -> TIMESTAMP",
            description: "As above, in the time zone if the text names none.",
            returns: Returns::Declared,
            call: |call| {
                parse::<TimestampMillisecondType>(
                    call,
                    "timestamp",
                    || Zone::GMT,
                    |formatter, text, zone| formatter.parse(text)?.to_epoch_millis(zone),
                )
            },
        },
    ],
    examples: &[Example {
        call: "PARSE_TIMESTAMP('2018-05-11 21:58:33', 'yyyy-MM-dd HH:mm:ss', 'Europe/London')",
        result: "\"2018-05-11T20:58:33.000\"",
    }],
};
