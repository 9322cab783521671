//! Constants as arrays of one.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, StringArray,
    Time32MillisecondArray, TimestampMillisecondArray,
};
use arrow::datatypes::i256;

use super::decimal;
use super::node::nulls;
use super::typed::Literal;
use crate::error::{Error, Result};
use crate::schema::SqlType;

/// The array of one value that a literal of a type stands for.
pub(super) fn array(literal: &Literal, ty: &SqlType) -> Result<ArrayRef> {
    Ok(match literal {
        Literal::Null => nulls(ty, 1),
        Literal::Boolean(value) => Arc::new(BooleanArray::from(vec![*value])),
        Literal::Integer(value) => Arc::new(Int32Array::from(vec![*value])),
        Literal::Bigint(value) => Arc::new(Int64Array::from(vec![*value])),
        Literal::Double(value) => Arc::new(Float64Array::from(vec![*value])),
        Literal::Decimal(unscaled) => {
            let SqlType::Decimal { precision, scale } = ty else {
                return Err(Error::internal("a decimal literal is no DECIMAL"));
            };
            let value = i256::from_string(unscaled)
                .ok_or_else(|| Error::internal(format!("the decimal literal {unscaled} cannot be read")))?;
            decimal::build(vec![Some(value)], *precision, *scale)?
        }
        Literal::String(value) => Arc::new(StringArray::from(vec![value.as_str()])),
        Literal::Bytes(value) => Arc::new(BinaryArray::from(vec![value.as_slice()])),
        Literal::Timestamp(value) => Arc::new(TimestampMillisecondArray::from(vec![*value])),
        Literal::Date(value) => Arc::new(Date32Array::from(vec![*value])),
        Literal::Time(value) => Arc::new(Time32MillisecondArray::from(vec![*value])),
    })
}
