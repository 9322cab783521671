//! Columns of decimals of either width, as 256-bit numbers.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Decimal256Array};
use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, i256};

use crate::error::{Error, Result};
use crate::number::{Overflow, decimal_to_string, fits, pow10};

/// A column of decimals.
pub(super) enum Values<'a> {
    Narrow(&'a Decimal128Array),
    Wide(&'a Decimal256Array),
}

pub(super) struct DecimalColumn<'a> {
    values: Values<'a>,
    pub(super) scale: i32,
}

impl<'a> DecimalColumn<'a> {
    pub(super) fn new(array: &'a ArrayRef) -> Result<Self> {
        match array.data_type() {
            DataType::Decimal128(_, scale) => Ok(Self {
                values: Values::Narrow(array.as_primitive::<Decimal128Type>()),
                scale: i32::from(*scale),
            }),
            DataType::Decimal256(_, scale) => Ok(Self {
                values: Values::Wide(array.as_primitive::<Decimal256Type>()),
                scale: i32::from(*scale),
            }),
            other => Err(Error::internal(format!("{other} is no DECIMAL"))),
        }
    }

    pub(super) fn value(&self, index: usize) -> i256 {
        match &self.values {
            Values::Narrow(array) => i256::from_i128(array.value(index)),
            Values::Wide(array) => array.value(index),
        }
    }
}

/// The same number at another scale; none if digits would be lost or there is no room.
pub(super) fn rescale_exact(value: i256, from: i32, to: i32) -> Option<i256> {
    let factor = pow10::<i256>(to.abs_diff(from))?;
    if to >= from {
        return value.checked_mul(factor);
    }
    (value.checked_rem(factor)? == i256::ZERO).then(|| value.checked_div(factor)).flatten()
}

/// The number, if a DECIMAL(`precision`, `scale`) holds it.
pub(super) fn check_precision(value: i256, precision: u16, scale: u16) -> std::result::Result<i256, String> {
    if fits(value, precision) {
        return Ok(value);
    }
    Err(Overflow { precision, scale, value: decimal_to_string(value, scale) }.to_string())
}

/// A column of unscaled values.
pub(super) fn build(values: Vec<Option<i256>>, precision: u16, scale: u16) -> Result<ArrayRef> {
    let (p, s) = (precision as u8, scale as i8);
    Ok(if precision <= 38 {
        let narrow = values.into_iter().map(|value| value.and_then(i256::to_i128));
        Arc::new(narrow.collect::<Decimal128Array>().with_precision_and_scale(p, s)?)
    } else {
        let p = p.min(crate::schema::DECIMAL_PRECISION_MAX as u8);
        Arc::new(values.into_iter().collect::<Decimal256Array>().with_precision_and_scale(p, s)?)
    })
}
