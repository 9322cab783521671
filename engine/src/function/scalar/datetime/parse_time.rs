//! PARSE_TIME.

use arrow::datatypes::Time32MillisecondType;

use super::parsing::parse;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::{Formatter, TimeError, Zone};

pub(super) static PARSE_TIME: ScalarFunction = ScalarFunction {
    name: "PARSE_TIME",
    category: Category::DateTime,
    description: "Reads a time by a pattern.",
    variants: &[Variant {
        signature: "(formattedTime STRING, formatPattern STRING) -> TIME",
        description: "The time that the text means by a pattern of Java's DateTimeFormatter; it may have no date in it.",
        returns: Returns::Declared,
        call: |call| parse::<Time32MillisecondType>(call, "time", || Zone::UTC, read),
    }],
    examples: &[Example { call: "PARSE_TIME('01:00:00 PM', 'hh:mm:ss a')", result: "\"13:00:00\"" }],
};

fn read(formatter: &Formatter, text: &str, _: Zone) -> Result<i32, TimeError> {
    let parsed = formatter.parse(text)?;
    if parsed.has_date_fields() {
        return Err(TimeError::Value("Time format contains date field.".into()));
    }
    parsed.to_millis_of_day()
}
