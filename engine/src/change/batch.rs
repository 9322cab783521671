//! Rows, and what each of them does.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BooleanArray, Int64Array, UInt32Array};
use arrow::compute::{filter, take};

use super::Relation;
use crate::error::{Error, Result};

/// What a row does to the stream or table it belongs to.
///
/// A stream has `Insert`, and `Tombstone` for a record whose value is NULL. An operator over a table that knows the
/// row before sends `Insert`, `UpdateBefore` + `UpdateAfter` (always next to each other, in this order) and `Delete`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Op {
    /// A record of a stream, or a table's row whose key had none before (or none that is known of).
    Insert,
    /// The row that the next one, an `UpdateAfter`, takes the place of.
    UpdateBefore,
    /// The row that is there from now on.
    UpdateAfter,
    /// The key's row is gone; the columns hold what it was.
    Delete,
    /// The record has no value: a delete of a row that was not there or is not known; value columns are NULL.
    Tombstone,
}

/// Some rows in the order in which they came.
#[derive(Debug, Clone)]
pub struct ChangeBatch {
    /// In the order of the [`Relation`].
    pub columns: Vec<ArrayRef>,
    /// One a row; `None` says that all are `Insert`.
    pub ops: Option<Arc<[Op]>>,
    /// The records' headers as the record batch encodes them (count and all), for operators that pass them on;
    /// `None` says that no row has any.
    pub headers: Option<Arc<BinaryArray>>,
}

impl ChangeBatch {
    pub fn inserts(columns: Vec<ArrayRef>) -> Self {
        Self { columns, ops: None, headers: None }
    }

    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    pub fn op(&self, row: usize) -> Op {
        self.ops.as_ref().map_or(Op::Insert, |ops| ops[row])
    }

    /// The event time of the rows, epoch milliseconds.
    pub fn timestamps<'a>(&'a self, relation: &Relation) -> Result<&'a Int64Array> {
        self.columns
            .get(relation.rowtime())
            .and_then(|column| column.as_any().downcast_ref::<Int64Array>())
            .ok_or_else(|| Error::internal("a batch has no ROWTIME where its relation says"))
    }

    /// The rows where the mask is true.
    pub fn filter(&self, mask: &BooleanArray) -> Result<Self> {
        let columns = self.columns.iter().map(|c| filter(c, mask)).collect::<Result<_, _>>()?;
        let ops = self.ops.as_ref().map(|ops| {
            ops.iter().enumerate().filter(|(row, _)| mask.value(*row)).map(|(_, op)| *op).collect()
        });
        let headers = match &self.headers {
            Some(headers) => Some(Arc::new(downcast_headers(&filter(headers.as_ref(), mask)?)?)),
            None => None,
        };
        Ok(Self { columns, ops, headers })
    }

    /// The rows at these indices, in their order.
    pub fn take(&self, rows: &UInt32Array) -> Result<Self> {
        let columns = self.columns.iter().map(|c| take(c, rows, None)).collect::<Result<_, _>>()?;
        let ops = self.ops.as_ref().map(|ops| rows.values().iter().map(|row| ops[*row as usize]).collect());
        let headers = match &self.headers {
            Some(headers) => Some(Arc::new(downcast_headers(&take(headers.as_ref(), rows, None)?)?)),
            None => None,
        };
        Ok(Self { columns, ops, headers })
    }

    /// The rows `[from, from + count)`, without a copy.
    pub fn slice(&self, from: usize, count: usize) -> Self {
        Self {
            columns: self.columns.iter().map(|column| column.slice(from, count)).collect(),
            ops: self.ops.as_ref().map(|ops| ops[from..from + count].into()),
            headers: self.headers.as_ref().map(|headers| Arc::new(headers.slice(from, count))),
        }
    }
}

fn downcast_headers(array: &ArrayRef) -> Result<BinaryArray> {
    array
        .as_any()
        .downcast_ref::<BinaryArray>()
        .cloned()
        .ok_or_else(|| Error::internal("headers are not a binary array"))
}
