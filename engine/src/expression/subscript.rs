//! `array[i]`, `map[key]` and `struct->field`.

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, UInt32Builder, make_array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;
use arrow::datatypes::{DataType, Int32Type, Int64Type};

use super::node::{Value, downcast};
use crate::error::{Error, Result};

pub(super) fn evaluate(base: &Value, index: &Value, rows: usize) -> Result<Value> {
    let constant = base.is_constant() && index.is_constant();
    let rows = if constant { 1 } else { rows };
    let array = match base.data_type() {
        DataType::List(_) => element(base, index, rows)?,
        DataType::Map(..) => entry(base, index, rows)?,
        other => return Err(Error::internal(format!("{other} has no subscripts"))),
    };
    Ok(if constant { Value::Constant(array) } else { Value::Column(array) })
}

/// The element with a 1-based index; a negative one counts from the end; NULL where there is none.
fn element(base: &Value, index: &Value, rows: usize) -> Result<ArrayRef> {
    let lists: &ListArray = downcast(base.array())?;
    let at = |row: usize| -> Option<i64> {
        let row = index.index(row);
        if index.array().is_null(row) {
            return None;
        }
        match index.data_type() {
            DataType::Int32 => Some(i64::from(index.array().as_primitive::<Int32Type>().value(row))),
            _ => index.array().as_primitive_opt::<Int64Type>().map(|array| array.value(row)),
        }
    };
    let offsets = lists.value_offsets();
    let mut indices = UInt32Builder::with_capacity(rows);
    for row in 0..rows {
        let list = base.index(row);
        let (from, to) = (i64::from(offsets[list]), i64::from(offsets[list + 1]));
        let position = at(row).map(|index| if index < 0 { to + index } else { from + index - 1 });
        match position {
            Some(position) if lists.is_valid(list) && (from..to).contains(&position) => {
                indices.append_value(position as u32);
            }
            _ => indices.append_null(),
        }
    }
    Ok(take(lists.values(), &indices.finish(), None)?)
}

/// The value of a key; NULL where the key is not there.
fn entry(base: &Value, key: &Value, rows: usize) -> Result<ArrayRef> {
    let maps: &MapArray = downcast(base.array())?;
    let keys = maps.keys();
    let offsets = maps.value_offsets();
    let same: Box<dyn Fn(usize, usize) -> bool> = match (keys.data_type(), key.data_type()) {
        (DataType::Utf8, DataType::Utf8) => {
            let (l, r) = (keys.as_string::<i32>(), key.array().as_string::<i32>());
            Box::new(move |entry, row| l.value(entry) == r.value(row))
        }
        _ => Box::new(|entry, row| keys.slice(entry, 1).to_data() == key.array().slice(row, 1).to_data()),
    };
    let mut indices = UInt32Builder::with_capacity(rows);
    for row in 0..rows {
        let (map, wanted) = (base.index(row), key.index(row));
        let found = (maps.is_valid(map) && key.array().is_valid(wanted))
            .then(|| (offsets[map]..offsets[map + 1]).rev().find(|entry| same(*entry as usize, wanted)))
            .flatten();
        indices.append_option(found.map(|entry| entry as u32));
    }
    Ok(take(maps.values(), &indices.finish(), None)?)
}

/// A field of a STRUCT; NULL where the STRUCT is.
pub(super) fn field(base: Value, index: usize) -> Result<Value> {
    let structs =
        base.array().as_struct_opt().ok_or_else(|| Error::internal("a field of what is no STRUCT"))?;
    let field = structs.column(index);
    let nulls = NullBuffer::union(structs.nulls(), field.nulls());
    let masked = make_array(field.to_data().into_builder().nulls(nulls).build()?);
    Ok(if base.is_constant() { Value::Constant(masked) } else { Value::Column(masked) })
}
