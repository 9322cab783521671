//! Columns of texts and byte strings.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, StringArray};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use super::nulls::Nulls;
use crate::error::{Error, Result};

/// A column of texts or byte strings, one behind the other.
pub struct BytesColumn {
    bytes: Vec<u8>,
    /// Where each value begins, and where the next would. Wraps beyond 2 GB, which `take` finds.
    offsets: Vec<i32>,
    nulls: Nulls,
}

impl Default for BytesColumn {
    fn default() -> Self {
        Self { bytes: Vec::new(), offsets: vec![0], nulls: Nulls::default() }
    }
}

impl BytesColumn {
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    #[inline]
    pub fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.end();
    }

    /// The bytes of the value being written; [`BytesColumn::end`] ends it.
    pub fn open(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    #[inline]
    pub fn end(&mut self) {
        self.offsets.push(self.bytes.len() as i32);
    }

    /// The bytes of a row.
    pub fn get(&self, row: usize) -> &[u8] {
        &self.bytes[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    pub fn push_null(&mut self) {
        self.nulls.push(self.len());
        self.end();
    }

    /// Forgets the rows from `len` on, and what was written of a value that has not ended.
    pub fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        self.nulls.truncate(len);
        let end = self.offsets.last().map_or(0, |end| *end as usize);
        self.bytes.truncate(end);
    }

    fn take(&mut self) -> Result<(OffsetBuffer<i32>, Buffer, Option<NullBuffer>)> {
        let rows = self.len();
        let nulls = self.nulls.finish(rows);
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        let offsets = std::mem::replace(&mut self.offsets, offsets);
        // Some more than this time, so that a batch much like it does not move its bytes.
        let room = Vec::with_capacity(self.bytes.len() + self.bytes.len() / 8);
        let bytes = std::mem::replace(&mut self.bytes, room);
        if i32::try_from(bytes.len()).is_err() {
            return Err(Error::internal(format!(
                "a batch of {rows} records has {} bytes in one column; a column holds 2 GB at most",
                bytes.len()
            )));
        }
        Ok((OffsetBuffer::new(ScalarBuffer::from(offsets)), Buffer::from_vec(bytes), nulls))
    }

    pub fn finish_strings(&mut self) -> Result<ArrayRef> {
        let (offsets, bytes, nulls) = self.take()?;
        Ok(Arc::new(StringArray::try_new(offsets, bytes, nulls)?))
    }

    pub fn finish_binaries(&mut self) -> Result<ArrayRef> {
        let (offsets, bytes, nulls) = self.take()?;
        Ok(Arc::new(BinaryArray::try_new(offsets, bytes, nulls)?))
    }
}
