//! UNIX_DATE.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int32Array};
use arrow::datatypes::Int32Type;

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};
use crate::time::DAY_MS;

pub(super) static UNIX_DATE: ScalarFunction = ScalarFunction {
    name: "UNIX_DATE",
    category: Category::DateTime,
    description: "The number of days since 1970-01-01.",
    variants: &[
        Variant {
            signature: "() -> INT",
            description: "The days from 1970-01-01 to today, in UTC.",
            returns: Returns::Declared,
            call: today,
        },
        Variant {
            signature: "(date DATE) -> INT",
            description: "The days from 1970-01-01 to the date.",
            returns: Returns::Declared,
            call: of_date,
        },
    ],
    examples: &[Example { call: "UNIX_DATE(FROM_DAYS(18321))", result: "18321" }],
};

fn today(call: &Call<'_>) -> Result<ArrayRef> {
    let days = chrono::Utc::now().timestamp_millis().div_euclid(DAY_MS) as i32;
    Ok(Arc::new(Int32Array::from_value(days, call.rows)))
}

fn of_date(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.values::<Date32Array>(0)?;
    Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| dates.get(row))))
}
