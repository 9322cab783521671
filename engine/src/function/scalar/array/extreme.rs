//! What ARRAY_MIN and ARRAY_MAX share.

use arrow::array::{Array, ArrayRef, ListArray, UInt32Array};
use arrow::compute::take;

use super::pick::{items, rows};
use crate::error::Result;
use crate::function::Call;

/// The first element of each array in the order of values, or the last; NULLs are left out.
pub(super) fn extreme<const MAX: bool>(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let elements = lists.array.values();
    let order = rows(elements)?;
    let chosen = (0..call.rows).map(|row| {
        let items = items(&lists, row)?.filter(|item| elements.is_valid(*item));
        let item = if MAX {
            items.max_by_key(|item| order.row(*item))
        } else {
            items.min_by_key(|item| order.row(*item))
        };
        item.map(|item| item as u32)
    });
    Ok(take(elements, &chosen.collect::<UInt32Array>(), None)?)
}
