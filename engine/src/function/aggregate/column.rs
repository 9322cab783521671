//! Arrow columns as accumulators read and write them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, ListArray, PrimitiveArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;

use crate::error::{Error, Result};

/// A column whose type the signature says.
pub(super) fn primitive<T: ArrowPrimitiveType>(array: &ArrayRef) -> Result<&PrimitiveArray<T>> {
    array.as_primitive_opt::<T>().ok_or_else(|| mismatch(array))
}

pub(super) fn list(array: &ArrayRef) -> Result<&ListArray> {
    array.as_list_opt::<i32>().ok_or_else(|| mismatch(array))
}

pub(super) fn mismatch(array: &ArrayRef) -> Error {
    Error::internal(format!("an aggregate was given a column of type {:?}", array.data_type()))
}

/// Calls `add` with the slot and the value of each row that is not NULL.
#[inline]
pub(super) fn each_value<T: ArrowPrimitiveType>(
    slots: &[u32],
    array: &PrimitiveArray<T>,
    mut add: impl FnMut(usize, T::Native),
) {
    match array.nulls() {
        None => slots.iter().zip(array.values()).for_each(|(slot, value)| add(*slot as usize, *value)),
        Some(nulls) => nulls.valid_indices().for_each(|row| add(slots[row] as usize, array.value(row))),
    }
}

/// The values of some slots as a column.
pub(super) fn gather<T: ArrowPrimitiveType>(values: &[T::Native], slots: &[u32], ty: &DataType) -> ArrayRef {
    let values = slots.iter().map(|slot| values[*slot as usize]);
    Arc::new(PrimitiveArray::<T>::from_iter_values(values).with_data_type(ty.clone()))
}

/// The values of some slots as a column, NULL where `known` says no.
pub(super) fn gather_known<T: ArrowPrimitiveType>(
    values: &[T::Native],
    known: &[bool],
    slots: &[u32],
    ty: &DataType,
) -> ArrayRef {
    let nulls: NullBuffer = slots.iter().map(|slot| known[*slot as usize]).collect();
    let values = slots.iter().map(|slot| values[*slot as usize]).collect::<Vec<_>>();
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    Arc::new(PrimitiveArray::<T>::new(values.into(), nulls).with_data_type(ty.clone()))
}

/// A list column of these items, cut into rows of these lengths.
pub(super) fn lists(items: ArrayRef, lengths: impl IntoIterator<Item = usize>) -> Result<ArrayRef> {
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), items, None)?))
}

/// A constant that the signature says is an INT; `least` is the smallest that makes sense.
pub(super) fn constant_int(
    function: &str,
    constants: &[ScalarValue],
    index: usize,
    least: i32,
) -> Result<usize> {
    match constants.get(index) {
        Some(ScalarValue::Int32(Some(value))) if *value >= least => Ok(*value as usize),
        Some(ScalarValue::Int32(Some(value))) => {
            Err(Error::user(format!("{function} takes a number of {least} or more here, not {value}")))
        }
        _ => Err(Error::user(format!("{function} takes a literal INTEGER as its argument {}", index + 2))),
    }
}

/// Numbers as DOUBLEs.
pub(super) trait ToDouble {
    fn to_double(self) -> f64;
}

impl ToDouble for i64 {
    fn to_double(self) -> f64 {
        self as f64
    }
}

impl ToDouble for f64 {
    fn to_double(self) -> f64 {
        self
    }
}

/// The lists of `column` with other items in place of its own.
pub(super) fn relist(column: &ListArray, items: ArrayRef) -> Result<ArrayRef> {
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, column.offsets().clone(), items, column.nulls().cloned())?))
}
