//! Columns of ARRAY, MAP and STRUCT.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, MapArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Fields};

use super::nulls::Nulls;
use super::{Builder, BytesColumn};
use crate::error::{Error, Result};
use crate::format::json::Record;

/// Where the elements of each row end in a column of elements.
struct Ends {
    offsets: Vec<usize>,
    nulls: Nulls,
}

impl Ends {
    fn new() -> Self {
        Self { offsets: vec![0], nulls: Nulls::default() }
    }

    fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    fn last(&self) -> usize {
        self.offsets.last().copied().unwrap_or(0)
    }

    fn push_null(&mut self) {
        self.nulls.push(self.len());
        self.offsets.push(self.last());
    }

    fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        self.nulls.truncate(len);
    }

    fn take(&mut self) -> Result<(OffsetBuffer<i32>, Option<NullBuffer>)> {
        let rows = self.len();
        if i32::try_from(self.last()).is_err() {
            return Err(Error::internal(format!(
                "a batch of {rows} records has over 2^31 elements in one column"
            )));
        }
        let nulls = self.nulls.finish(rows);
        let offsets: ScalarBuffer<i32> = self.offsets.iter().map(|end| *end as i32).collect();
        self.offsets.truncate(1);
        Ok((OffsetBuffer::new(offsets), nulls))
    }
}

/// A column of ARRAYs.
pub struct ListColumn {
    ends: Ends,
    pub elements: Builder,
}

impl ListColumn {
    pub fn new(elements: Builder) -> Self {
        Self { ends: Ends::new(), elements }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Ends the row whose elements were appended.
    pub fn end(&mut self) {
        self.ends.offsets.push(self.elements.len());
    }

    pub fn push_null(&mut self) {
        self.ends.push_null();
    }

    /// Forgets the rows from `len` on, and elements of a row that has not ended.
    pub fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.elements.truncate(self.ends.last());
    }

    pub fn finish(&mut self) -> Result<ArrayRef> {
        let (offsets, nulls) = self.ends.take()?;
        let elements = self.elements.finish()?;
        let field = Arc::new(Field::new("item", elements.data_type().clone(), true));
        Ok(Arc::new(ListArray::try_new(field, offsets, elements, nulls)?))
    }
}

/// A column of MAPs with STRING keys.
pub struct MapColumn {
    ends: Ends,
    pub keys: BytesColumn,
    pub values: Builder,
}

impl MapColumn {
    pub fn new(values: Builder) -> Self {
        Self { ends: Ends::new(), keys: BytesColumn::default(), values }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Index of the first entry of the row that has not ended.
    pub fn first_entry(&self) -> usize {
        self.ends.last()
    }

    /// Ends the row whose entries were appended.
    pub fn end(&mut self) {
        self.ends.offsets.push(self.keys.len());
    }

    pub fn push_null(&mut self) {
        self.ends.push_null();
    }

    /// Forgets the rows from `len` on, and entries of a row that has not ended.
    pub fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.keys.truncate(self.ends.last());
        self.values.truncate(self.ends.last());
    }

    pub fn finish(&mut self) -> Result<ArrayRef> {
        let (offsets, nulls) = self.ends.take()?;
        let keys = self.keys.finish_strings()?;
        let values = self.values.finish()?;
        let fields = Fields::from(vec![
            Field::new("key", DataType::Utf8, false),
            Field::new("value", values.data_type().clone(), true),
        ]);
        let entries = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
        let field = Arc::new(Field::new("entries", DataType::Struct(fields), false));
        Ok(Arc::new(MapArray::try_new(field, offsets, entries, nulls, false)?))
    }
}

/// A column of STRUCTs.
pub struct StructColumn {
    pub record: Record,
    rows: usize,
    nulls: Nulls,
}

impl StructColumn {
    pub fn new(record: Record) -> Self {
        Self { record, rows: 0, nulls: Nulls::default() }
    }

    pub fn len(&self) -> usize {
        self.rows
    }

    /// Ends the row whose fields were appended.
    pub fn end(&mut self) {
        self.rows += 1;
    }

    pub fn push_null(&mut self) {
        self.record.push_nulls();
        self.nulls.push(self.rows);
        self.rows += 1;
    }

    /// Forgets the rows from `len` on, and fields of a row that has not ended.
    pub fn truncate(&mut self, len: usize) {
        self.rows = len.min(self.rows);
        self.nulls.truncate(self.rows);
        self.record.truncate(self.rows);
    }

    pub fn finish(&mut self) -> Result<ArrayRef> {
        let rows = std::mem::take(&mut self.rows);
        let nulls = self.nulls.finish(rows);
        let arrays = self.record.finish()?;
        let fields: Fields = self
            .record
            .names()
            .zip(&arrays)
            .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
            .collect();
        Ok(Arc::new(StructArray::try_new_with_length(fields, arrays, nulls, rows)?))
    }
}
