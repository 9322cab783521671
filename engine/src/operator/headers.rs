//! Record headers of what an operator tells.

use std::sync::Arc;

use arrow::array::{AsArray, BinaryArray, UInt32Array};
use arrow::compute::take;

use crate::change::ChangeBatch;
use crate::error::Result;

/// The headers of the rows that gave each output row.
pub fn headers_of(batch: &ChangeBatch, rows: impl Iterator<Item = u32>) -> Result<Option<Arc<BinaryArray>>> {
    let Some(headers) = &batch.headers else { return Ok(None) };
    let taken = take(headers.as_ref(), &UInt32Array::from_iter_values(rows), None)?;
    Ok(Some(Arc::new(taken.as_binary::<i32>().clone())))
}
