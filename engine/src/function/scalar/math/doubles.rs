//! Functions from numbers to doubles: one loop for all of them.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use crate::error::{Error, Result};
use crate::function::rows;
use crate::function::{Call, Returns, Variant};

/// The variants of a function of one number, for each of the types that a number may have.
pub(super) const fn of_number(
    description: &'static str,
    call: fn(&Call<'_>) -> Result<ArrayRef>,
) -> [Variant; 3] {
    [
        Variant { signature: "(value INT) -> DOUBLE", description, returns: Returns::Declared, call },
        Variant { signature: "(value BIGINT) -> DOUBLE", description, returns: Returns::Declared, call },
        Variant { signature: "(value DOUBLE) -> DOUBLE", description, returns: Returns::Declared, call },
    ]
}

/// An argument as doubles, and whether it is one value for all rows.
fn doubles<'a>(call: &'a Call<'_>, index: usize) -> Result<(Cow<'a, Float64Array>, bool)> {
    let (array, constant) = call.column(index)?;
    if let Some(array) = array.as_primitive_opt::<Float64Type>() {
        return Ok((Cow::Borrowed(array), constant));
    }
    let array = cast(array, &DataType::Float64)?;
    match array.as_primitive_opt::<Float64Type>() {
        Some(array) => Ok((Cow::Owned(array.clone()), constant)),
        None => Err(Error::internal(format!("argument {index} is not a number"))),
    }
}

/// Applies `op` to each value of the only argument; NULL stays NULL.
pub(super) fn unary(call: &Call<'_>, op: impl Fn(f64) -> f64) -> Result<ArrayRef> {
    let (values, constant) = doubles(call, 0)?;
    if !constant {
        return Ok(Arc::new(values.unary::<_, Float64Type>(op)));
    }
    let answer = values.is_valid(0).then(|| op(values.value(0)));
    Ok(Arc::new(rows::primitives::<Float64Type>(call.rows, |_| answer)))
}

/// Applies `op` to the two arguments; NULL if either is.
pub(super) fn binary(call: &Call<'_>, op: impl Fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, left_constant) = doubles(call, 0)?;
    let (right, right_constant) = doubles(call, 1)?;
    Ok(Arc::new(rows::primitives::<Float64Type>(call.rows, |row| {
        let left_row = if left_constant { 0 } else { row };
        let right_row = if right_constant { 0 } else { row };
        (left.is_valid(left_row) && right.is_valid(right_row))
            .then(|| op(left.value(left_row), right.value(right_row)))
    })))
}
