//! STRINGTOTIMESTAMP.

use arrow::datatypes::Int64Type;

use super::parsing::parse;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::Zone;

pub(super) static STRINGTOTIMESTAMP: ScalarFunction = ScalarFunction {
    name: "STRINGTOTIMESTAMP",
    category: Category::DateTime,
    description: "Reads a timestamp by a pattern, as milliseconds since 1970-01-01. Use PARSE_TIMESTAMP instead.",
    variants: &[
        Variant {
            signature: "(formattedTimestamp STRING, formatPattern STRING) -> BIGINT",
            description: "The timestamp that the text means by a pattern of Java's DateTimeFormatter, in the time zone of the server if it names none.",
            returns: Returns::Declared,
            call: |call| {
                parse::<Int64Type>(call, "timestamp", Zone::system, |formatter, text, zone| {
                    formatter.parse(text)?.to_epoch_millis(zone)
                })
            },
        },
        Variant {
            signature: "(formattedTimestamp STRING, formatPattern STRING, timeZone STRING) -> BIGINT",
            description: "As above, in the time zone if the text names none.",
            returns: Returns::Declared,
            call: |call| {
                parse::<Int64Type>(call, "timestamp", Zone::system, |formatter, text, zone| {
                    formatter.parse(text)?.to_epoch_millis(zone)
                })
            },
        },
    ],
    examples: &[Example {
        call: "STRINGTOTIMESTAMP('2018-05-11T21:58:33Z', 'yyyy-MM-dd''T''HH:mm:ssX')",
        result: "1526075913000",
    }],
};
