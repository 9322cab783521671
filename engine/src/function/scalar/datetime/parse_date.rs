//! PARSE_DATE.

use arrow::datatypes::Date32Type;

use super::parsing::parse;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::{DAY_MS, Formatter, TimeError, Zone};

pub(super) static PARSE_DATE: ScalarFunction = ScalarFunction {
    name: "PARSE_DATE",
    category: Category::DateTime,
    description: "Reads a date by a pattern.",
    variants: &[Variant {
        signature: "(formattedDate STRING, formatPattern STRING) -> DATE",
        description: "The date that the text means by a pattern of letters such as yyyy-MM-dd; a time in it must be midnight.",
        returns: Returns::Declared,
        call: |call| parse::<Date32Type>(call, "date", || Zone::UTC, read),
    }],
    examples: &[Example { call: "PARSE_DATE('29/02/2020', 'dd/MM/yyyy')", result: "\"2020-02-29\"" }],
};

fn read(formatter: &Formatter, text: &str, _: Zone) -> Result<i32, TimeError> {
    let millis = formatter.parse_lenient(text)?;
    if millis.rem_euclid(DAY_MS) != 0 {
        return Err(TimeError::Value("Date format contains time field.".into()));
    }
    i32::try_from(millis / DAY_MS).map_err(|_| TimeError::Value("The date is out of range.".into()))
}
