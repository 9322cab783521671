//! SIN.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static SIN: ScalarFunction = ScalarFunction {
    name: "SIN",
    category: Category::Math,
    description: "The sine of an angle.",
    variants: &of_number("The sine of an angle in radians.", sin),
    examples: &[Example { call: "SIN(0)", result: "0.0" }],
};

fn sin(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::sin)
}
