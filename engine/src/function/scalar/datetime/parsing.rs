//! What the functions from text to times share.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::ArrowPrimitiveType;

use super::patterns::{Patterns, ZoneArgument};
use crate::error::Result;
use crate::function::{Call, rows};
use crate::time::{Formatter, TimeError, Zone};

/// Reads the first argument by the pattern that is the second, in the zone that is the third (or `zone`). `what` is the
/// value's name in messages.
pub(super) fn parse<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    what: &str,
    zone: fn() -> Zone,
    read: impl Fn(&Formatter, &str, Zone) -> Result<T::Native, TimeError>,
) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let mut zones = ZoneArgument::of(call, 2, zone)?;
    Ok(Arc::new(rows::primitives::<T>(call.rows, |row| {
        let text = texts.get(row)?;
        let (pattern, formatter) = patterns.get(row)?;
        let zone = zones.get(row)?;
        let value = (|| read(formatter?, text, zone?))();
        call.check(
            row,
            value.map_err(|error| {
                format!("Failed to parse {what} '{text}' with formatter '{pattern}': {error}")
            }),
        )
    })))
}
