//! Searched CASE: each row takes the first branch whose condition holds.

use arrow::array::{Array, ArrayRef};
use arrow::buffer::BooleanBuffer;
use arrow::compute::interleave;

use super::logic::{evaluate_where, truth};
use super::node::{Frame, Node, Value, nulls};
use crate::error::Result;
use crate::schema::SqlType;

pub(super) fn evaluate(
    branches: &[(Node, Node)],
    otherwise: Option<&Node>,
    ty: &SqlType,
    frame: Frame<'_>,
) -> Result<Value> {
    let mut open = BooleanBuffer::new_set(frame.rows);
    // The array that each row takes its value from; 0 is NULL.
    let mut chosen = vec![0u32; frame.rows];
    let mut results: Vec<Value> = vec![Value::Constant(nulls(ty, 1))];
    for (when, then) in branches {
        if open.count_set_bits() == 0 {
            break;
        }
        let holds = &truth(&evaluate_where(when, &open, frame)?, frame.rows)? & &open;
        if holds.count_set_bits() == 0 {
            continue;
        }
        take_from(then, &holds, &mut chosen, &mut results, frame)?;
        open = &open & &!&holds;
    }
    if let Some(otherwise) = otherwise
        && open.count_set_bits() > 0
    {
        take_from(otherwise, &open, &mut chosen, &mut results, frame)?;
    }
    let arrays: Vec<&dyn Array> = results.iter().map(|value| value.array().as_ref()).collect();
    let indices: Vec<(usize, usize)> = chosen
        .iter()
        .enumerate()
        .map(|(row, source)| (*source as usize, results[*source as usize].index(row)))
        .collect();
    let column: ArrayRef = interleave(&arrays, &indices)?;
    Ok(Value::Column(column))
}

fn take_from(
    node: &Node,
    rows: &BooleanBuffer,
    chosen: &mut [u32],
    results: &mut Vec<Value>,
    frame: Frame<'_>,
) -> Result<()> {
    results.push(evaluate_where(node, rows, frame)?);
    let source = (results.len() - 1) as u32;
    rows.set_indices().for_each(|row| chosen[row] = source);
    Ok(())
}
