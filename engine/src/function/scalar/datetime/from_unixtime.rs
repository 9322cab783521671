//! FROM_UNIXTIME.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::TimestampMillisecondType;

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static FROM_UNIXTIME: ScalarFunction = ScalarFunction {
    name: "FROM_UNIXTIME",
    category: Category::DateTime,
    description: "Makes a timestamp of a number of milliseconds.",
    variants: &[Variant {
        signature: "(epochMilli BIGINT) -> TIMESTAMP",
        description: "The timestamp so many milliseconds after 1970-01-01T00:00 UTC.",
        returns: Returns::Declared,
        call: from_unixtime,
    }],
    examples: &[Example { call: "FROM_UNIXTIME(1500)", result: "\"1970-01-01T00:00:01.500\"" }],
};

fn from_unixtime(call: &Call<'_>) -> Result<ArrayRef> {
    let millis = call.values::<Int64Array>(0)?;
    Ok(Arc::new(rows::primitives::<TimestampMillisecondType>(call.rows, |row| millis.get(row))))
}
