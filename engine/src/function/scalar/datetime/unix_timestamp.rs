//! UNIX_TIMESTAMP.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, TimestampMillisecondArray};
use arrow::datatypes::Int64Type;

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static UNIX_TIMESTAMP: ScalarFunction = ScalarFunction {
    name: "UNIX_TIMESTAMP",
    category: Category::DateTime,
    description: "The number of milliseconds since 1970-01-01T00:00 UTC.",
    variants: &[
        Variant {
            signature: "() -> BIGINT",
            description: "The milliseconds from 1970-01-01T00:00 UTC to now.",
            returns: Returns::Declared,
            call: now,
        },
        Variant {
            signature: "(timestamp TIMESTAMP) -> BIGINT",
            description: "The milliseconds from 1970-01-01T00:00 UTC to the timestamp.",
            returns: Returns::Declared,
            call: of_timestamp,
        },
    ],
    examples: &[Example { call: "UNIX_TIMESTAMP(FROM_UNIXTIME(1500))", result: "1500" }],
};

fn now(call: &Call<'_>) -> Result<ArrayRef> {
    Ok(Arc::new(Int64Array::from_value(chrono::Utc::now().timestamp_millis(), call.rows)))
}

fn of_timestamp(call: &Call<'_>) -> Result<ArrayRef> {
    let timestamps = call.values::<TimestampMillisecondArray>(0)?;
    Ok(Arc::new(rows::primitives::<Int64Type>(call.rows, |row| timestamps.get(row))))
}
