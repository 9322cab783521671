//! DEGREES.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static DEGREES: ScalarFunction = ScalarFunction {
    name: "DEGREES",
    category: Category::Math,
    description: "Turns radians into degrees.",
    variants: &of_number("The angle in degrees.", degrees),
    examples: &[Example { call: "DEGREES(PI())", result: "180.0" }],
};

fn degrees(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::to_degrees)
}
