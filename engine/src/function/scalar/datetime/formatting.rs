//! What the functions from times to text share.

use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::datatypes::ArrowPrimitiveType;

use super::patterns::{Patterns, ZoneArgument};
use crate::error::Result;
use crate::function::{Call, rows};
use crate::time::{Moment, TimeError, Zone};

/// Formats the first argument by the pattern that is the second, in the zone that is the third (or `zone`). `what` is the
/// value's name in messages.
pub(super) fn format<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    what: &str,
    zone: fn() -> Zone,
    moment: impl Fn(T::Native, Zone) -> Result<Moment, TimeError>,
) -> Result<ArrayRef> {
    let values = call.values::<PrimitiveArray<T>>(0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let mut zones = ZoneArgument::of(call, 2, zone)?;
    Ok(rows::strings(call.rows, call.rows * 24, |row, out| {
        let value = values.get(row)?;
        let (pattern, formatter) = patterns.get(row)?;
        let zone = zones.get(row)?;
        let written = (|| formatter?.format(out, &moment(value, zone?)?))();
        call.check(
            row,
            written.map_err(|error| {
                format!("Failed to format {what} {value:?} with formatter '{pattern}': {error}")
            }),
        )
    }))
}
