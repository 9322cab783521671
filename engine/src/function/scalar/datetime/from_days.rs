//! FROM_DAYS.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array};
use arrow::datatypes::Date32Type;

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static FROM_DAYS: ScalarFunction = ScalarFunction {
    name: "FROM_DAYS",
    category: Category::DateTime,
    description: "Makes a date of a number of days.",
    variants: &[Variant {
        signature: "(days INT) -> DATE",
        description: "The date so many days after 1970-01-01.",
        returns: Returns::Declared,
        call: from_days,
    }],
    examples: &[Example { call: "FROM_DAYS(18321)", result: "\"2020-02-29\"" }],
};

fn from_days(call: &Call<'_>) -> Result<ArrayRef> {
    let days = call.values::<Int32Array>(0)?;
    Ok(Arc::new(rows::primitives::<Date32Type>(call.rows, |row| days.get(row))))
}
