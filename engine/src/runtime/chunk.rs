//! Decoded pieces of a partition.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, Int32Array, Int64Array};

use crate::change::{ChangeBatch, Op};
use crate::error::{Error, Result};
use crate::plan::Source;

/// The records of a piece of one partition as columns; shared by all queries that read them.
pub struct Chunk {
    /// The offset that was read from. Where records are missing (compaction, failures) the first row's is larger.
    pub from: i64,
    /// The offset where the next piece begins.
    pub next: i64,
    /// Of each row, ascending.
    pub offsets: Arc<Int64Array>,
    pub rowtimes: Arc<Int64Array>,
    /// By index in the source's columns; those that nobody wants are missing.
    pub columns: Vec<Option<ArrayRef>>,
    /// WINDOWSTART and WINDOWEND.
    pub window: Option<[ArrayRef; 2]>,
    pub ops: Option<Arc<[Op]>>,
    pub headers: Option<Arc<BinaryArray>>,
    /// Records that could not be read.
    pub failed: u64,
}

impl Chunk {
    /// Memory that its columns hold.
    pub fn bytes(&self) -> usize {
        let columns: usize = self.columns.iter().flatten().map(|column| column.get_array_memory_size()).sum();
        columns + self.offsets.len() * 16 + self.headers.as_ref().map_or(0, |h| h.get_array_memory_size())
    }

    /// The rows as `source` orders them.
    pub fn batch(&self, source: &Source, partition: i32) -> Result<ChangeBatch> {
        let relation = &source.relation;
        let mut columns = Vec::with_capacity(relation.width());
        for index in &source.wanted {
            let column = self.columns.get(*index).and_then(Option::as_ref).ok_or_else(|| {
                Error::internal(format!("column {index} of {} was not decoded", source.name))
            })?;
            columns.push(column.clone());
        }
        columns.push(self.rowtimes.clone() as ArrayRef);
        if relation.windowed {
            let window = self.window.as_ref().ok_or_else(|| {
                Error::internal(format!("{} is read as windowed, but its keys carry no window", source.name))
            })?;
            columns.extend(window.iter().cloned());
        }
        if relation.positioned {
            columns.push(Arc::new(Int32Array::from_value(partition, self.offsets.len())));
            columns.push(self.offsets.clone() as ArrayRef);
        }
        Ok(ChangeBatch { columns, ops: self.ops.clone(), headers: self.headers.clone() })
    }
}
