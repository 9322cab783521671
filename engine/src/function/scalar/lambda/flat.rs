//! The elements of the arrays of a batch, or the entries of its maps, one behind the other.

use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StringArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;

use crate::error::Result;
use crate::function::Call;
use crate::function::scalar::array::pick::items;
use crate::function::scalar::map::entry::entries;

/// What a lambda runs over. Rows that are NULL have no elements.
pub(super) struct Flat {
    /// The lambda's parameters: the elements, or the keys and the values.
    pub(super) parameters: Vec<ArrayRef>,
    /// The row that each element belongs to.
    pub(super) rows: Vec<u32>,
    /// How many elements each row has.
    pub(super) lengths: Vec<usize>,
    /// The rows that are not NULL, when not all are.
    pub(super) nulls: Option<NullBuffer>,
}

impl Flat {
    pub(super) fn of_arrays(call: &Call<'_>, index: usize) -> Result<Self> {
        let lists = call.values::<ListArray>(index)?;
        Self::new(call.rows, &[lists.array.values()], |row| items(&lists, row), |_| {})
    }

    /// The entries of maps in the order in which ksqlDB meets them, for functions whose answer depends on it.
    pub(super) fn of_maps_as_java(call: &Call<'_>, index: usize) -> Result<Self> {
        let maps = call.values::<MapArray>(index)?;
        let columns = [maps.array.keys(), maps.array.values()];
        let entries = |row| entries(&maps, row);
        match maps.array.keys().as_string_opt::<i32>() {
            Some(keys) => Self::new(call.rows, &columns, entries, |row| hash_order(keys, row)),
            None => Self::new(call.rows, &columns, entries, |_| {}),
        }
    }

    pub(super) fn of_maps(call: &Call<'_>, index: usize) -> Result<Self> {
        let maps = call.values::<MapArray>(index)?;
        Self::new(call.rows, &[maps.array.keys(), maps.array.values()], |row| entries(&maps, row), |_| {})
    }

    fn new(
        rows: usize,
        columns: &[&ArrayRef],
        elements: impl Fn(usize) -> Option<Range<usize>>,
        order: impl Fn(&mut [u32]),
    ) -> Result<Self> {
        let mut indices: Vec<u32> = Vec::new();
        let mut owners = Vec::new();
        let mut lengths = Vec::with_capacity(rows);
        let mut valid = Vec::with_capacity(rows);
        for row in 0..rows {
            let range = elements(row);
            valid.push(range.is_some());
            let range = range.unwrap_or(0..0);
            lengths.push(range.len());
            owners.extend(std::iter::repeat_n(row as u32, range.len()));
            let from = indices.len();
            indices.extend(range.map(|index| index as u32));
            order(&mut indices[from..]);
        }
        let indices = UInt32Array::from(indices);
        let parameters =
            columns.iter().map(|column| take(column, &indices, None)).collect::<Result<_, _>>()?;
        let nulls = NullBuffer::from(valid);
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        Ok(Self { parameters, rows: owners, lengths, nulls })
    }

    /// Where the elements of each row begin.
    pub(super) fn starts(&self) -> Vec<usize> {
        let ends = self.lengths.iter().scan(0, |end, length| {
            *end += length;
            Some(*end)
        });
        ends.zip(&self.lengths).map(|(end, length)| end - length).collect()
    }

    /// A list column with these elements in place of the parameters.
    pub(super) fn lists(&self, elements: ArrayRef) -> Result<ArrayRef> {
        let field = arrow::datatypes::Field::new("item", elements.data_type().clone(), true);
        let offsets = arrow::buffer::OffsetBuffer::from_lengths(self.lengths.iter().copied());
        let lists = ListArray::try_new(std::sync::Arc::new(field), offsets, elements, self.nulls.clone())?;
        Ok(std::sync::Arc::new(lists))
    }
}

/// Puts entries into the order in which the java.util.HashMap gives them that ksqlDB reads a map into: by bucket, of which
/// there are a power of two that holds the entries with a quarter to spare; within a bucket as they came.
fn hash_order(keys: &StringArray, entries: &mut [u32]) {
    if entries.len() < 2 {
        return;
    }
    let mut buckets = entries.len().next_power_of_two();
    while entries.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    entries.sort_by_key(|entry| {
        let key = keys.value(*entry as usize);
        let hash =
            key.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()));
        (hash ^ (hash >> 16)) as usize & (buckets - 1)
    });
}
