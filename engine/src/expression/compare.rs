//! Comparisons. Both sides have one type; a NULL on either side gives false.

use arrow::array::{Array, ArrayRef, BooleanArray, Datum, Scalar};
use arrow::buffer::BooleanBuffer;
use arrow::compute::kernels::cmp;

use super::logic::{boolean, evaluate_where, truth};
use super::node::{Frame, Node, Value};
use super::typed::Comparison;
use crate::error::{Error, Result};

pub(super) fn evaluate(op: Comparison, left: &Value, right: &Value, rows: usize) -> Result<Value> {
    if left.data_type().is_nested() {
        return nested(op, left, right, rows);
    }
    let compared = match op {
        Comparison::Equal => kernel(cmp::eq, left, right),
        Comparison::NotEqual => kernel(cmp::neq, left, right),
        Comparison::Less => kernel(cmp::lt, left, right),
        Comparison::LessOrEqual => kernel(cmp::lt_eq, left, right),
        Comparison::Greater => kernel(cmp::gt, left, right),
        Comparison::GreaterOrEqual => kernel(cmp::gt_eq, left, right),
    }?;
    // Two constants give one value.
    let value = Value::Column(std::sync::Arc::new(compared));
    let value = if left.is_constant() && right.is_constant() {
        Value::Constant(value.array().clone())
    } else {
        value
    };
    Ok(boolean(truth(&value, rows)?))
}

type Kernel = fn(&dyn Datum, &dyn Datum) -> std::result::Result<BooleanArray, arrow::error::ArrowError>;

fn kernel(kernel: Kernel, left: &Value, right: &Value) -> Result<BooleanArray> {
    let (l, r) = (left.array(), right.array());
    Ok(match (left.is_constant(), right.is_constant()) {
        (true, false) => kernel(&Scalar::new(l.clone()), r),
        (false, true) => kernel(l, &Scalar::new(r.clone())),
        _ => kernel(l, r),
    }?)
}

/// ARRAY, MAP and STRUCT are compared by what they hold; the analysis allows only = and <>.
fn nested(op: Comparison, left: &Value, right: &Value, rows: usize) -> Result<Value> {
    let wanted = match op {
        Comparison::Equal => true,
        Comparison::NotEqual => false,
        _ => return Err(Error::internal("nested values have no order")),
    };
    Ok(boolean(BooleanBuffer::collect_bool(rows, |row| {
        let (l, r) = (left.index(row), right.index(row));
        left.array().is_valid(l)
            && right.array().is_valid(r)
            && same(left.array(), l, right.array(), r) == wanted
    })))
}

fn same(left: &ArrayRef, l: usize, right: &ArrayRef, r: usize) -> bool {
    left.slice(l, 1).to_data() == right.slice(r, 1).to_data()
}

pub(super) fn is_distinct(left: &Value, right: &Value, rows: usize) -> Result<Value> {
    let (l, r) = (left.array(), right.array());
    if left.data_type().is_nested() {
        return Ok(boolean(BooleanBuffer::collect_bool(rows, |row| {
            !same(l, left.index(row), r, right.index(row))
        })));
    }
    let distinct = kernel(cmp::distinct, left, right)?;
    let value: ArrayRef = std::sync::Arc::new(distinct);
    Ok(boolean(truth(
        &if left.is_constant() && right.is_constant() {
            Value::Constant(value)
        } else {
            Value::Column(value)
        },
        rows,
    )?))
}

pub(super) fn in_list(value: &Node, list: &[Node], frame: Frame<'_>) -> Result<Value> {
    let value = value.evaluate(frame)?;
    let mut found = BooleanBuffer::new_unset(frame.rows);
    for item in list {
        if found.count_set_bits() == frame.rows {
            break;
        }
        let item = evaluate_where(item, &!&found, frame)?;
        let equal = evaluate(Comparison::Equal, &value, &item, frame.rows)?;
        found = &found | &truth(&equal, frame.rows)?;
    }
    Ok(boolean(found))
}
