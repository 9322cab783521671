//! ASIN.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static ASIN: ScalarFunction = ScalarFunction {
    name: "ASIN",
    category: Category::Math,
    description: "The arc sine of a value.",
    variants: &of_number(
        "The angle in radians whose sine the value is, from -pi/2 to pi/2; NaN for a value beyond -1 to 1.",
        asin,
    ),
    examples: &[Example { call: "ASIN(0)", result: "0.0" }],
};

fn asin(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::asin)
}
