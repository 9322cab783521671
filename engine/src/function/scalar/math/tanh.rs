//! TANH.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static TANH: ScalarFunction = ScalarFunction {
    name: "TANH",
    category: Category::Math,
    description: "The hyperbolic tangent of a value.",
    variants: &of_number("The hyperbolic tangent.", tanh),
    examples: &[Example { call: "TANH(0)", result: "0.0" }],
};

fn tanh(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::tanh)
}
