//! `ARRAY[…]`, `MAP(k := v, …)` and `STRUCT(f := e, …)`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanBufferBuilder, ListArray, MapArray, StructArray, make_array, new_null_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::interleave;
use arrow::datatypes::DataType;

use super::node::{Frame, Node, Value, shared};
use crate::error::{Error, Result};
use crate::function::failure::{self, Failure};
use crate::schema::SqlType;

pub(super) fn array(items: &[Node], ty: &SqlType, frame: Frame<'_>) -> Result<Value> {
    let DataType::List(field) = ty.to_arrow() else {
        return Err(Error::internal("ARRAY[] is not an array"));
    };
    let values = evaluate_all(items, frame)?;
    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(items.len(), frame.rows));
    Ok(Value::Column(shared(ListArray::try_new(field, offsets, rows_of(&values, frame.rows)?, None)?)))
}

pub(super) fn map(entries: &[(Node, Node)], ty: &SqlType, frame: Frame<'_>) -> Result<Value> {
    let DataType::Map(field, sorted) = ty.to_arrow() else {
        return Err(Error::internal("MAP() is not a map"));
    };
    let DataType::Struct(fields) = field.data_type().clone() else {
        return Err(Error::internal("a map's entries are not a struct"));
    };
    let keys = entries.iter().map(|(key, _)| part(key, frame)).collect::<Result<Vec<_>>>()?;
    let values = entries.iter().map(|(_, value)| part(value, frame)).collect::<Result<Vec<_>>>()?;
    // A key cannot be NULL: such a row fails, and has no entries.
    let whole = BooleanBuffer::collect_bool(frame.rows, |row| {
        let null = keys.iter().any(|key| key.array().is_null(key.index(row)));
        if null {
            failure::note(row, "a key of a MAP is NULL");
        }
        !null
    });
    let offsets = OffsetBuffer::from_lengths(
        (0..frame.rows).map(|row| if whole.value(row) { entries.len() } else { 0 }),
    );
    let pick = |values: &[Value]| -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = values.iter().map(|value| value.array().as_ref()).collect();
        let indices: Vec<(usize, usize)> = whole
            .set_indices()
            .flat_map(|row| values.iter().enumerate().map(move |(i, value)| (i, value.index(row))))
            .collect();
        Ok(interleave(&arrays, &indices)?)
    };
    let structs = StructArray::try_new(fields, vec![pick(&keys)?, pick(&values)?], None)?;
    let nulls = (whole.count_set_bits() < frame.rows).then(|| NullBuffer::new(whole.clone()));
    Ok(Value::Column(shared(MapArray::try_new(field, offsets, structs, nulls, sorted)?)))
}

pub(super) fn structure(fields: &[Node], ty: &SqlType, frame: Frame<'_>) -> Result<Value> {
    let DataType::Struct(types) = ty.to_arrow() else {
        return Err(Error::internal("STRUCT() is not a struct"));
    };
    let columns =
        fields.iter().map(|field| part(field, frame)?.into_column(frame.rows)).collect::<Result<Vec<_>>>()?;
    Ok(Value::Column(Arc::new(StructArray::try_new_with_length(types, columns, None, frame.rows)?)))
}

fn evaluate_all(nodes: &[Node], frame: Frame<'_>) -> Result<Vec<Value>> {
    nodes.iter().map(|node| part(node, frame)).collect()
}

/// One element: where it fails it alone is NULL.
fn part(node: &Node, frame: Frame<'_>) -> Result<Value> {
    let (value, failures) = failure::collect(|| node.evaluate(frame));
    let value = value?;
    if failures.is_empty() {
        return Ok(value);
    }
    let failed: Vec<usize> =
        failures.iter().filter(|failure| !failure.partial).map(|failure| failure.row).collect();
    for inner in failures {
        failure::add(Failure { partial: true, ..inner });
    }
    if value.is_constant() && !failed.is_empty() {
        return Ok(Value::Constant(new_null_array(value.data_type(), 1)));
    }
    let array = value.into_column(frame.rows)?;
    let mut valid = BooleanBufferBuilder::new(frame.rows);
    valid.append_n(frame.rows, true);
    failed.iter().for_each(|row| valid.set_bit(*row, false));
    let nulls = NullBuffer::union(array.nulls(), Some(&NullBuffer::new(valid.finish())));
    Ok(Value::Column(make_array(array.to_data().into_builder().nulls(nulls).build()?)))
}

/// All values of row 0, then all of row 1, and so on.
fn rows_of(values: &[Value], rows: usize) -> Result<ArrayRef> {
    let arrays: Vec<&dyn Array> = values.iter().map(|value| value.array().as_ref()).collect();
    let indices: Vec<(usize, usize)> = (0..rows)
        .flat_map(|row| values.iter().enumerate().map(move |(i, value)| (i, value.index(row))))
        .collect();
    Ok(interleave(&arrays, &indices)?)
}
