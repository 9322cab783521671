//! DATETOSTRING.

use arrow::datatypes::Int32Type;

use super::formatting::format;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::{Moment, Zone};

pub(super) static DATETOSTRING: ScalarFunction = ScalarFunction {
    name: "DATETOSTRING",
    category: Category::DateTime,
    description: "Writes a number of days since 1970-01-01 as a date, by a pattern. Use FORMAT_DATE instead.",
    variants: &[Variant {
        signature: "(epochDays INT, formatPattern STRING) -> STRING",
        description: "The date by a pattern of Java's DateTimeFormatter.",
        returns: Returns::Declared,
        call: |call| format::<Int32Type>(call, "date", || Zone::UTC, |days, _| Moment::date(days)),
    }],
    examples: &[Example { call: "DATETOSTRING(18321, 'yyyy-MM-dd')", result: "\"2020-02-29\"" }],
};
