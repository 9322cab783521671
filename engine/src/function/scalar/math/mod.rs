//! Functions on numbers.

mod abs;
mod acos;
mod asin;
mod atan;
mod atan2;
mod cbrt;
mod ceil;
mod cos;
mod cosh;
mod cot;
mod decimals;
mod degrees;
mod doubles;
mod exp;
mod extreme;
mod floor;
mod greatest;
mod least;
mod ln;
mod log;
mod pi;
mod power;
mod radians;
mod random;
mod round;
mod sign;
mod sin;
mod sinh;
mod sqrt;
mod tan;
mod tanh;
mod trunc;

use arrow::array::ArrayRef;
use arrow::compute::take;

use super::ScalarFunction;
use crate::error::{Error, Result};
use crate::function::Call;
use crate::schema::SqlType;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &abs::ABS,
    &acos::ACOS,
    &asin::ASIN,
    &atan::ATAN,
    &atan2::ATAN2,
    &cbrt::CBRT,
    &ceil::CEIL,
    &cos::COS,
    &cosh::COSH,
    &cot::COT,
    &degrees::DEGREES,
    &exp::EXP,
    &floor::FLOOR,
    &greatest::GREATEST,
    &least::LEAST,
    &ln::LN,
    &log::LOG,
    &pi::PI,
    &power::POWER,
    &radians::RADIANS,
    &random::RANDOM,
    &round::ROUND,
    &sign::SIGN,
    &sin::SIN,
    &sinh::SINH,
    &sqrt::SQRT,
    &tan::TAN,
    &tanh::TANH,
    &trunc::TRUNC,
];

/// The type of the first argument.
fn same_type(types: &[SqlType]) -> Result<SqlType> {
    types.first().cloned().ok_or_else(|| Error::user("An argument is missing."))
}

/// The DECIMAL without the places behind the point.
fn whole_type(types: &[SqlType]) -> Result<SqlType> {
    match types.first() {
        Some(SqlType::Decimal { precision, scale }) => Ok(SqlType::decimal((precision - scale).max(1), 0)),
        other => Err(Error::user(format!("A DECIMAL is needed, not {other:?}."))),
    }
}

/// The first argument as it is.
fn unchanged(call: &Call<'_>) -> Result<ArrayRef> {
    let (array, constant) = call.column(0)?;
    if !constant {
        return Ok(array.clone());
    }
    Ok(take(array, &arrow::array::UInt32Array::from_value(0, call.rows), None)?)
}
