//! What COALESCE and IFNULL share.

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::interleave;

use crate::error::Result;
use crate::function::Call;

/// Per row the first argument that is not NULL.
pub(super) fn first_not_null(call: &Call<'_>) -> Result<ArrayRef> {
    let columns = (0..call.len()).map(|index| call.column(index)).collect::<Result<Vec<_>>>()?;
    if let Some((first, false)) = columns.first()
        && first.null_count() == 0
    {
        return Ok((*first).clone());
    }
    let nothing = new_null_array(&call.returns.to_arrow(), 1);
    let mut sources: Vec<&dyn Array> = columns.iter().map(|(array, _)| array.as_ref()).collect();
    sources.push(&nothing);
    let chosen: Vec<(usize, usize)> = (0..call.rows)
        .map(|row| {
            columns
                .iter()
                .enumerate()
                .map(|(source, (array, constant))| (source, array, if *constant { 0 } else { row }))
                .find(|(_, array, index)| array.is_valid(*index))
                .map_or((columns.len(), 0), |(source, _, index)| (source, index))
        })
        .collect();
    Ok(interleave(&sources, &chosen)?)
}
