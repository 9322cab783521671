//! Functions on decimals: one loop for 128 and 256 bits.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, i256};

use crate::error::{Error, Result};
use crate::function::{Call, rows};
use crate::number::Unscaled;
use crate::schema::SqlType;

/// A function from a decimal's digits and scale to the digits of the answer, for a row of the call.
pub(super) trait DecimalOp {
    /// None is NULL.
    fn apply<N: Unscaled>(&self, row: usize, unscaled: N, scale: u16) -> Option<N>;
}

/// The scale of an argument.
pub(super) fn scale_of(call: &Call<'_>, index: usize) -> Result<u16> {
    match call.types.get(index) {
        Some(SqlType::Decimal { scale, .. }) => Ok(*scale),
        other => Err(Error::internal(format!("argument {index} is no decimal: {other:?}"))),
    }
}

/// Applies `op` to the first argument; NULL stays NULL.
pub(super) fn map(call: &Call<'_>, op: &impl DecimalOp) -> Result<ArrayRef> {
    let (array, constant) = call.column(0)?;
    let scale = scale_of(call, 0)?;
    let at = |row: usize| if constant { 0 } else { row };
    match (array.data_type(), call.returns.to_arrow()) {
        (DataType::Decimal128(..), DataType::Decimal128(precision, to)) => {
            let values = array.as_primitive::<Decimal128Type>();
            let out = rows::primitives::<Decimal128Type>(call.rows, |row| {
                values.is_valid(at(row)).then(|| op.apply(row, values.value(at(row)), scale)).flatten()
            });
            Ok(Arc::new(out.with_precision_and_scale(precision, to)?))
        }
        (DataType::Decimal256(..), DataType::Decimal256(precision, to)) => {
            let values = array.as_primitive::<Decimal256Type>();
            let out = rows::primitives::<Decimal256Type>(call.rows, |row| {
                values.is_valid(at(row)).then(|| op.apply(row, values.value(at(row)), scale)).flatten()
            });
            Ok(Arc::new(out.with_precision_and_scale(precision, to)?))
        }
        // The answer has fewer digits than the argument.
        (DataType::Decimal256(..), DataType::Decimal128(precision, to)) => {
            let values = array.as_primitive::<Decimal256Type>();
            let out = rows::primitives::<Decimal128Type>(call.rows, |row| {
                let value = values.is_valid(at(row)).then(|| values.value(at(row)))?;
                i256::to_i128(op.apply(row, value, scale)?)
            });
            Ok(Arc::new(out.with_precision_and_scale(precision, to)?))
        }
        (from, to) => Err(Error::internal(format!("no decimals: {from:?} to {to:?}"))),
    }
}
