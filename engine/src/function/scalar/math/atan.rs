//! ATAN.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static ATAN: ScalarFunction = ScalarFunction {
    name: "ATAN",
    category: Category::Math,
    description: "The arc tangent of a value.",
    variants: &of_number("The angle in radians whose tangent the value is, from -pi/2 to pi/2.", atan),
    examples: &[Example { call: "ATAN(0)", result: "0.0" }],
};

fn atan(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::atan)
}
