//! Values of any type, kept as bytes.
//!
//! Aggregates over a type parameter hold their values in Arrow's row format: equal bytes are equal values, NULL
//! included, and the order of the bytes is the order of the values. A list of them is one buffer, so that adding a value
//! allocates nothing most of the time. The bytes never leave memory: the store gets columns of the values' own type.

use std::sync::Arc;

use arrow::array::{ArrayRef, new_empty_array, new_null_array};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, Rows, SortField};
use hashbrown::HashTable;

use super::column::{list, lists};
use super::hash::hash;
use crate::error::{Error, Result};
use crate::function::canonical::canonical;
use crate::schema::SqlType;

/// Between values and their bytes.
pub(super) struct ValueCodec {
    converter: RowConverter,
    ty: DataType,
    null: Vec<u8>,
}

impl ValueCodec {
    pub(super) fn new(ty: &SqlType) -> Result<Self> {
        let ty = ty.to_arrow();
        let converter = RowConverter::new(vec![SortField::new(ty.clone())])?;
        let null = converter.convert_columns(&[new_null_array(&ty, 1)])?.row(0).data().to_vec();
        Ok(Self { converter, ty, null })
    }

    pub(super) fn data_type(&self) -> &DataType {
        &self.ty
    }

    /// The type of a list of such values.
    pub(super) fn list_type(&self) -> DataType {
        DataType::List(Arc::new(arrow::datatypes::Field::new("item", self.ty.clone(), true)))
    }

    /// The bytes of NULL.
    pub(super) fn null(&self) -> &[u8] {
        &self.null
    }

    pub(super) fn encode(&self, array: &ArrayRef) -> Result<Rows> {
        Ok(self.converter.convert_columns(&[canonical(array)?])?)
    }

    pub(super) fn decode<'a>(&self, values: impl IntoIterator<Item = &'a [u8]>) -> Result<ArrayRef> {
        let parser = self.converter.parser();
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return Ok(new_empty_array(&self.ty));
        }
        // A row borrows from the parser as well as from the bytes, so both have to live until the conversion is done.
        let columns = self.converter.convert_rows(values.map(|value| parser.parse(value)))?;
        columns.into_iter().next().ok_or_else(|| Error::internal("no column came of decoding values"))
    }

    /// A list column of these lists.
    pub(super) fn decode_lists<'a>(
        &self,
        values: impl Iterator<Item = &'a ValueList> + Clone,
    ) -> Result<ArrayRef> {
        let items = self.decode(values.clone().flat_map(ValueList::iter))?;
        lists(items, values.map(ValueList::len))
    }

    /// Calls `set` with the index of each row of a list column and with what stands in it.
    pub(super) fn encode_lists(
        &self,
        column: &ArrayRef,
        mut set: impl FnMut(usize, ValueList),
    ) -> Result<()> {
        let column = list(column)?;
        let rows = self.encode(column.values())?;
        for (index, bounds) in column.value_offsets().windows(2).enumerate() {
            let mut values = ValueList::default();
            for item in bounds[0]..bounds[1] {
                values.push(rows.row(item as usize).data());
            }
            set(index, values);
        }
        Ok(())
    }
}

/// Some values in order.
#[derive(Debug, Clone, Default)]
pub(super) struct ValueList {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl ValueList {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn start(&self, index: usize) -> usize {
        if index == 0 { 0 } else { self.ends[index - 1] }
    }

    pub(super) fn get(&self, index: usize) -> &[u8] {
        &self.bytes[self.start(index)..self.ends[index]]
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        (0..self.len()).map(|index| self.get(index))
    }

    pub(super) fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
    }

    pub(super) fn insert(&mut self, index: usize, value: &[u8]) {
        let start = self.start(index);
        self.bytes.splice(start..start, value.iter().copied());
        self.ends.insert(index, start);
        self.ends[index..].iter_mut().for_each(|end| *end += value.len());
    }

    pub(super) fn remove(&mut self, index: usize) {
        let (start, end) = (self.start(index), self.ends[index]);
        self.bytes.drain(start..end);
        self.ends.remove(index);
        self.ends[index..].iter_mut().for_each(|later| *later -= end - start);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        if len < self.len() {
            self.bytes.truncate(self.start(len));
            self.ends.truncate(len);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Above this many values a set is looked up by hash: below, comparing is as fast and needs no table.
const INDEXED_FROM: usize = 16;

/// Different values in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct ValueSet {
    values: ValueList,
    /// Indices into `values`; empty until there are [`INDEXED_FROM`].
    index: HashTable<u32>,
}

impl ValueSet {
    pub(super) fn values(&self) -> &ValueList {
        &self.values
    }

    pub(super) fn position(&self, value: &[u8]) -> Option<usize> {
        if self.values.len() < INDEXED_FROM {
            return self.values.iter().position(|known| known == value);
        }
        self.index
            .find(hash(value), |index| self.values.get(*index as usize) == value)
            .map(|index| *index as usize)
    }

    /// Adds a value that is not there yet.
    pub(super) fn push(&mut self, value: &[u8]) {
        self.values.push(value);
        match self.values.len() {
            len if len < INDEXED_FROM => {}
            INDEXED_FROM => self.reindex(),
            len => {
                let values = &self.values;
                self.index.insert_unique(hash(value), len as u32 - 1, |i| hash(values.get(*i as usize)));
            }
        }
    }

    pub(super) fn remove(&mut self, index: usize) {
        self.values.remove(index);
        self.reindex();
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn reindex(&mut self) {
        self.index.clear();
        if self.values.len() < INDEXED_FROM {
            return;
        }
        let values = &self.values;
        for index in 0..values.len() as u32 {
            self.index
                .insert_unique(hash(values.get(index as usize)), index, |i| hash(values.get(*i as usize)));
        }
    }
}

/// The values of a list that are different, in order.
impl From<ValueList> for ValueSet {
    fn from(values: ValueList) -> Self {
        let mut set = Self::default();
        for value in values.iter() {
            if set.position(value).is_none() {
                set.push(value);
            }
        }
        set
    }
}
