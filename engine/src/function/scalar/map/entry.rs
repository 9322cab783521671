//! Maps made of the entries of others.

use std::ops::Range;
use std::sync::Arc;

use ahash::AHashMap;
use arrow::array::{Array, ArrayRef, MapArray, NullBufferBuilder, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::DataType;
use arrow::row::Rows;

use crate::error::{Error, Result};
use crate::function::args::Values;
use crate::schema::SqlType;

/// Where the entries of a row's map stand among all entries; none for NULL.
#[inline]
pub(in crate::function) fn entries(maps: &Values<'_, MapArray>, row: usize) -> Option<Range<usize>> {
    let index = maps.index(row);
    let offsets = maps.array.value_offsets();
    (!maps.array.is_null(index)).then(|| offsets[index] as usize..offsets[index + 1] as usize)
}

/// A map column of the SQL type `ty`.
pub(in crate::function) fn maps(
    ty: &SqlType,
    keys: ArrayRef,
    values: ArrayRef,
    lengths: impl IntoIterator<Item = usize>,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef> {
    let DataType::Map(field, sorted) = ty.to_arrow() else {
        return Err(Error::internal(format!("a function gives a map where {ty} is asked for")));
    };
    let DataType::Struct(fields) = field.data_type() else {
        return Err(Error::internal("the entries of a map are structs"));
    };
    let entries = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(MapArray::try_new(field, offsets, entries, nulls, sorted)?))
}

/// Builds a map column out of the indices of keys and values. A key that is there twice keeps its place and gets the
/// later value; a NULL key is left out, because no format and no subscript can name it.
pub(in crate::function) struct EntryPicker {
    keys: Vec<u32>,
    /// None stands for a NULL value.
    values: Vec<Option<u32>>,
    lengths: Vec<usize>,
    ended: usize,
    nulls: NullBufferBuilder,
}

impl EntryPicker {
    pub(in crate::function) fn new(rows: usize) -> Self {
        Self {
            keys: Vec::new(),
            values: Vec::new(),
            lengths: Vec::with_capacity(rows),
            ended: 0,
            nulls: NullBufferBuilder::new(rows),
        }
    }

    /// The row that holds these entries, given as indices of keys and values; `rows` are the bytes of all `keys`.
    pub(in crate::function) fn row(
        &mut self,
        keys: &ArrayRef,
        rows: &Rows,
        entries: impl Iterator<Item = (usize, Option<usize>)>,
    ) {
        let mut places = AHashMap::new();
        for (key, value) in entries.filter(|(key, _)| keys.is_valid(*key)) {
            let value = value.map(|value| value as u32);
            match places.entry(rows.row(key)) {
                std::collections::hash_map::Entry::Occupied(place) => self.values[*place.get()] = value,
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(self.keys.len());
                    self.keys.push(key as u32);
                    self.values.push(value);
                }
            }
        }
        self.lengths.push(self.keys.len() - self.ended);
        self.ended = self.keys.len();
        self.nulls.append_non_null();
    }

    pub(in crate::function) fn null_row(&mut self) {
        self.lengths.push(0);
        self.nulls.append_null();
    }

    pub(in crate::function) fn finish(
        mut self,
        ty: &SqlType,
        keys: &ArrayRef,
        values: &ArrayRef,
    ) -> Result<ArrayRef> {
        let keys = take(keys, &UInt32Array::from(self.keys), None)?;
        let values = take(values, &UInt32Array::from(self.values), None)?;
        maps(ty, keys, values, self.lengths, self.nulls.finish())
    }
}
