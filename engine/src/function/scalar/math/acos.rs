//! ACOS.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static ACOS: ScalarFunction = ScalarFunction {
    name: "ACOS",
    category: Category::Math,
    description: "The arc cosine of a value.",
    variants: &of_number(
        "The angle in radians whose cosine the value is, from 0 to pi; NaN for a value beyond -1 to 1.",
        acos,
    ),
    examples: &[Example { call: "ACOS(1.0e0)", result: "0.0" }],
};

fn acos(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::acos)
}
