//! CONVERT_TZ.

use std::sync::Arc;

use arrow::array::{ArrayRef, TimestampMillisecondArray};
use arrow::datatypes::TimestampMillisecondType;

use super::patterns::Zones;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static CONVERT_TZ: ScalarFunction = ScalarFunction {
    name: "CONVERT_TZ",
    category: Category::DateTime,
    description: "Takes a timestamp from one time zone to another.",
    variants: &[Variant {
        signature: "(timestamp TIMESTAMP, fromTimeZone STRING, toTimeZone STRING) -> TIMESTAMP",
        description: "The timestamp moved by the difference between the clocks of the two zones at that time.",
        returns: Returns::Declared,
        call: convert_tz,
    }],
    examples: &[Example {
        call: "CONVERT_TZ(FROM_UNIXTIME(0), '+0200', '+0500')",
        result: "\"1970-01-01T03:00:00.000\"",
    }],
};

fn convert_tz(call: &Call<'_>) -> Result<ArrayRef> {
    let timestamps = call.values::<TimestampMillisecondArray>(0)?;
    let (mut from_zones, mut to_zones) = (Zones::of(call, 1)?, Zones::of(call, 2)?);
    Ok(Arc::new(rows::primitives::<TimestampMillisecondType>(call.rows, |row| {
        let timestamp = timestamps.get(row)?;
        let (from, to) = (from_zones.get(row)?, to_zones.get(row)?);
        let invalid = |error| format!("Invalid time zone: {error}");
        let (from, to) = (call.check(row, from.map_err(invalid))?, call.check(row, to.map_err(invalid))?);
        let difference = to.offset_at(timestamp) - from.offset_at(timestamp);
        timestamp.checked_add(i64::from(difference) * 1000)
    })))
}
