//! COS.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static COS: ScalarFunction = ScalarFunction {
    name: "COS",
    category: Category::Math,
    description: "The cosine of an angle.",
    variants: &of_number("The cosine of an angle in radians.", cos),
    examples: &[Example { call: "COS(0)", result: "1.0" }],
};

fn cos(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::cos)
}
