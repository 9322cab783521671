//! Numbers out of bytes, of either byte order.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, BinaryArray, StringArray};

use crate::error::Result;
use crate::function::{Call, rows};

/// Reads each row's `N` bytes with `read`, which takes them in big-endian order; the byte order is the second argument,
/// if there is one.
pub(super) fn numbers<T: ArrowPrimitiveType, const N: usize>(
    call: &Call<'_>,
    name: &str,
    read: fn([u8; N]) -> T::Native,
) -> Result<ArrayRef> {
    let values = call.values::<BinaryArray>(0)?;
    let orders = if call.len() > 1 { Some(call.values::<StringArray>(1)?) } else { None };
    Ok(Arc::new(rows::primitives::<T>(call.rows, |row| {
        let bytes = values.get(row)?;
        let order = orders.as_ref().map_or(Some("BIG_ENDIAN"), |orders| orders.get(row))?;
        let Ok(mut number) = <[u8; N]>::try_from(bytes) else {
            call.fail(row, format!("{name} takes {N} bytes. Got {}", bytes.len()));
            return None;
        };
        if order.eq_ignore_ascii_case("LITTLE_ENDIAN") {
            number.reverse();
        } else if !order.eq_ignore_ascii_case("BIG_ENDIAN") {
            call.fail(row, format!("Byte order must be BIG_ENDIAN or LITTLE_ENDIAN. Got {order}"));
            return None;
        }
        Some(read(number))
    })))
}
