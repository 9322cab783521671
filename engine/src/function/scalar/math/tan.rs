//! TAN.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static TAN: ScalarFunction = ScalarFunction {
    name: "TAN",
    category: Category::Math,
    description: "The tangent of an angle.",
    variants: &of_number("The tangent of an angle in radians.", tan),
    examples: &[Example { call: "TAN(0)", result: "0.0" }],
};

fn tan(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::tan)
}
