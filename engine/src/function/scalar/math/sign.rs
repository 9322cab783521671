//! SIGN.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{Float64Type, Int32Type};

use super::doubles::unary;
use crate::error::{Error, Result};
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static SIGN: ScalarFunction = ScalarFunction {
    name: "SIGN",
    category: Category::Math,
    description: "The sign of a number.",
    variants: &[
        variant("(value INT) -> INT"),
        variant("(value BIGINT) -> INT"),
        variant("(value DOUBLE) -> INT"),
    ],
    examples: &[Example { call: "SIGN(-7)", result: "-1" }, Example { call: "SIGN(0.5e0)", result: "1" }],
};

const fn variant(signature: &'static str) -> Variant {
    Variant {
        signature,
        description: "1 for a positive number, -1 for a negative one, 0 for 0.",
        returns: Returns::Declared,
        call: sign,
    }
}

fn sign(call: &Call<'_>) -> Result<ArrayRef> {
    let signs = unary(call, |value| if value == 0.0 || value.is_nan() { 0.0 } else { value.signum() })?;
    let signs = signs
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(|| Error::internal("the signs are not doubles"))?;
    Ok(Arc::new(signs.unary::<_, Int32Type>(|sign| sign as i32)))
}
