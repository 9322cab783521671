//! AND, OR, NOT and IS NULL over two values: NULL counts as false.

use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;

use super::node::{Frame, Node, Value, downcast, shared};
use crate::error::Result;
use crate::function::failure;

/// The truth of each row, NULL being false.
pub(super) fn truth(value: &Value, rows: usize) -> Result<BooleanBuffer> {
    let array: &BooleanArray = downcast(value.array())?;
    if value.is_constant() {
        let truth = !array.is_null(0) && array.value(0);
        return Ok(if truth { BooleanBuffer::new_set(rows) } else { BooleanBuffer::new_unset(rows) });
    }
    Ok(match array.nulls() {
        Some(nulls) => array.values() & nulls.inner(),
        None => array.values().clone(),
    })
}

pub(super) fn boolean(values: BooleanBuffer) -> Value {
    Value::Column(shared(BooleanArray::new(values, None)))
}

/// Evaluates `node` and forgets its failures in rows that are not `asked` for.
pub(super) fn evaluate_where(node: &Node, asked: &BooleanBuffer, frame: Frame<'_>) -> Result<Value> {
    let (value, failures) = failure::collect(|| node.evaluate(frame));
    for failure in failures {
        if asked.value(failure.row) {
            failure::add(failure);
        }
    }
    value
}

pub(super) fn and(left: &Node, right: &Node, frame: Frame<'_>) -> Result<Value> {
    let left = truth(&left.evaluate(frame)?, frame.rows)?;
    if left.count_set_bits() == 0 {
        return Ok(boolean(left));
    }
    let right = truth(&evaluate_where(right, &left, frame)?, frame.rows)?;
    Ok(boolean(&left & &right))
}

pub(super) fn or(left: &Node, right: &Node, frame: Frame<'_>) -> Result<Value> {
    let left = truth(&left.evaluate(frame)?, frame.rows)?;
    if left.count_set_bits() == frame.rows {
        return Ok(boolean(left));
    }
    let right = truth(&evaluate_where(right, &!&left, frame)?, frame.rows)?;
    Ok(boolean(&left | &right))
}

pub(super) fn not(value: Value) -> Result<Value> {
    let rows = value.array().len();
    let negated = shared(BooleanArray::new(!&truth(&Value::Column(value.array().clone()), rows)?, None));
    Ok(if value.is_constant() { Value::Constant(negated) } else { Value::Column(negated) })
}

pub(super) fn is_null(value: Value) -> Result<Value> {
    let array = value.array();
    let nulls = match array.logical_nulls() {
        Some(nulls) => !nulls.inner(),
        None => BooleanBuffer::new_unset(array.len()),
    };
    let answer = shared(BooleanArray::new(nulls, None));
    Ok(if value.is_constant() { Value::Constant(answer) } else { Value::Column(answer) })
}
