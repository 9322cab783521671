//! Rows without a value.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::nullif;

use crate::change::Op;
use crate::error::Result;

/// Makes the columns NULL where the row is a tombstone.
pub fn clear(columns: &mut [ArrayRef], ops: &[Op]) -> Result<()> {
    if ops.contains(&Op::Tombstone) {
        let mask: BooleanArray = ops.iter().map(|op| Some(*op == Op::Tombstone)).collect();
        for column in columns {
            *column = nullif(column, &mask)?;
        }
    }
    Ok(())
}
