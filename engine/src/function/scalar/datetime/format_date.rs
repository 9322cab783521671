//! FORMAT_DATE.

use arrow::datatypes::Date32Type;

use super::formatting::format;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};
use crate::time::{Moment, Zone};

pub(super) static FORMAT_DATE: ScalarFunction = ScalarFunction {
    name: "FORMAT_DATE",
    category: Category::DateTime,
    description: "Writes a date by a pattern.",
    variants: &[Variant {
        signature: "(date DATE, formatPattern STRING) -> STRING",
        description: "The date by a pattern of Java's DateTimeFormatter.",
        returns: Returns::Declared,
        call: |call| format::<Date32Type>(call, "date", || Zone::UTC, |days, _| Moment::date(days)),
    }],
    examples: &[Example { call: "FORMAT_DATE(FROM_DAYS(18321), 'dd MMM yyyy')", result: "\"29 Feb 2020\"" }],
};
