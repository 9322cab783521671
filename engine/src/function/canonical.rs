//! Values in the one form that makes equal values equal bytes: the entries of maps in the order of their keys.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};

use crate::error::{Error, Result};

/// The same values at the same places, each map with its entries in the order of their keys.
pub(super) fn canonical(array: &ArrayRef) -> Result<ArrayRef> {
    if !contains_map(array.data_type()) {
        return Ok(array.clone());
    }
    Ok(match array.data_type() {
        DataType::List(field) => {
            let lists = array.as_list::<i32>();
            let items = canonical(lists.values())?;
            Arc::new(ListArray::try_new(
                field.clone(),
                lists.offsets().clone(),
                items,
                lists.nulls().cloned(),
            )?)
        }
        DataType::Struct(fields) => {
            let structs = array.as_struct();
            let columns = structs.columns().iter().map(canonical).collect::<Result<_>>()?;
            Arc::new(StructArray::try_new(fields.clone(), columns, structs.nulls().cloned())?)
        }
        DataType::Map(field, sorted) => {
            let maps = array.as_map();
            let keys = maps.keys();
            let converter = RowConverter::new(vec![SortField::new(keys.data_type().clone())])?;
            let order = converter.convert_columns(std::slice::from_ref(keys))?;
            let mut indices: Vec<u32> = Vec::with_capacity(keys.len());
            let mut lengths = Vec::with_capacity(maps.len());
            for bounds in maps.value_offsets().windows(2) {
                let from = indices.len();
                indices.extend(bounds[0] as u32..bounds[1] as u32);
                indices[from..].sort_by(|a, b| order.row(*a as usize).cmp(&order.row(*b as usize)));
                lengths.push(indices.len() - from);
            }
            let indices = UInt32Array::from(indices);
            let values = canonical(&take(maps.values(), &indices, None)?)?;
            let DataType::Struct(fields) = field.data_type() else {
                return Err(Error::internal("the entries of a map are structs"));
            };
            let entries =
                StructArray::try_new(fields.clone(), vec![take(keys, &indices, None)?, values], None)?;
            let offsets = OffsetBuffer::from_lengths(lengths);
            Arc::new(MapArray::try_new(field.clone(), offsets, entries, maps.nulls().cloned(), *sorted)?)
        }
        _ => array.clone(),
    })
}

fn contains_map(ty: &DataType) -> bool {
    match ty {
        DataType::Map(..) => true,
        DataType::List(field) => contains_map(field.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| contains_map(field.data_type())),
        _ => false,
    }
}
