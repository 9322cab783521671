//! COSH.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static COSH: ScalarFunction = ScalarFunction {
    name: "COSH",
    category: Category::Math,
    description: "The hyperbolic cosine of a value.",
    variants: &of_number("The hyperbolic cosine.", cosh),
    examples: &[Example { call: "COSH(0)", result: "1.0" }],
};

fn cosh(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::cosh)
}
