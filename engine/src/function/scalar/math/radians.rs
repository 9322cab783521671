//! RADIANS.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static RADIANS: ScalarFunction = ScalarFunction {
    name: "RADIANS",
    category: Category::Math,
    description: "Turns degrees into radians.",
    variants: &of_number("The angle in radians.", radians),
    examples: &[Example { call: "RADIANS(180)", result: "3.141592653589793" }],
};

fn radians(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::to_radians)
}
