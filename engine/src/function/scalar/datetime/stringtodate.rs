//! STRINGTODATE.

use arrow::datatypes::Int32Type;

use super::parsing::parse;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::Zone;

pub(super) static STRINGTODATE: ScalarFunction = ScalarFunction {
    name: "STRINGTODATE",
    category: Category::DateTime,
    description: "Reads a date by a pattern, as days since 1970-01-01. Use PARSE_DATE instead.",
    variants: &[Variant {
        signature: "(formattedDate STRING, formatPattern STRING) -> INT",
        description: "The date that the text means by a pattern of Java's DateTimeFormatter.",
        returns: Returns::Declared,
        call: |call| {
            parse::<Int32Type>(
                call,
                "date",
                || Zone::UTC,
                |formatter, text, _| formatter.parse(text)?.to_epoch_days(),
            )
        },
    }],
    examples: &[Example { call: "STRINGTODATE('29-Feb-2020', 'dd-MMM-yyyy')", result: "18321" }],
};
