//! Arrays made of the items of other arrays: most functions on arrays choose items, whatever their type.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, NullBufferBuilder, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, take};
use arrow::datatypes::Field;
use arrow::row::{RowConverter, Rows, SortField};

use crate::error::Result;
use crate::function::Call;
use crate::function::args::Values;
use crate::function::canonical::canonical;

/// Where the items of a row's array stand among all items; none for NULL.
#[inline]
pub(in crate::function) fn items(lists: &Values<'_, ListArray>, row: usize) -> Option<Range<usize>> {
    let index = lists.index(row);
    let offsets = lists.array.value_offsets();
    (!lists.array.is_null(index)).then(|| offsets[index] as usize..offsets[index + 1] as usize)
}

/// The bytes of values: equal bytes are equal values, NULL included, and NULL comes first in their order.
pub(in crate::function) fn rows(array: &ArrayRef) -> Result<Rows> {
    let converter = RowConverter::new(vec![SortField::new(array.data_type().clone())])?;
    Ok(converter.convert_columns(&[canonical(array)?])?)
}

/// Two arguments that are arrays of one type, their items one behind the other.
pub(super) struct TwoArrays<'a> {
    left: Values<'a, ListArray>,
    right: Values<'a, ListArray>,
    pub(super) items: ArrayRef,
}

impl<'a> TwoArrays<'a> {
    pub(super) fn new(call: &'a Call<'_>) -> Result<Self> {
        let (left, right) = (call.values::<ListArray>(0)?, call.values::<ListArray>(1)?);
        let items = concat(&[left.array.values(), right.array.values()])?;
        Ok(Self { left, right, items })
    }

    pub(super) fn left(&self, row: usize) -> Option<Range<usize>> {
        items(&self.left, row)
    }

    pub(super) fn right(&self, row: usize) -> Option<Range<usize>> {
        let shift = self.left.array.values().len();
        items(&self.right, row).map(|items| items.start + shift..items.end + shift)
    }
}

/// Builds a list column out of the indices of items.
pub(in crate::function) struct Picker {
    picked: Vec<u32>,
    lengths: Vec<usize>,
    ended: usize,
    nulls: NullBufferBuilder,
}

impl Picker {
    pub(in crate::function) fn new(rows: usize) -> Self {
        Self {
            picked: Vec::new(),
            lengths: Vec::with_capacity(rows),
            ended: 0,
            nulls: NullBufferBuilder::new(rows),
        }
    }

    #[inline]
    pub(in crate::function) fn pick(&mut self, item: usize) {
        self.picked.push(item as u32);
    }

    /// What was picked since the last row is a row.
    pub(in crate::function) fn end_row(&mut self) {
        self.lengths.push(self.picked.len() - self.ended);
        self.ended = self.picked.len();
        self.nulls.append_non_null();
    }

    pub(in crate::function) fn null_row(&mut self) {
        self.lengths.push(0);
        self.nulls.append_null();
    }

    pub(in crate::function) fn finish(mut self, items: &ArrayRef) -> Result<ArrayRef> {
        let items = take(items, &UInt32Array::from(self.picked), None)?;
        let field = Arc::new(Field::new("item", items.data_type().clone(), true));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(field, offsets, items, self.nulls.finish())?))
    }
}
