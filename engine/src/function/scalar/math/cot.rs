//! COT.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static COT: ScalarFunction = ScalarFunction {
    name: "COT",
    category: Category::Math,
    description: "The cotangent of an angle.",
    variants: &of_number("The cotangent of an angle in radians: 1 by its tangent.", cot),
    examples: &[Example { call: "COT(PI() / 4e0)", result: "1.0000000000000002" }],
};

fn cot(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, |angle| 1.0 / angle.tan())
}
