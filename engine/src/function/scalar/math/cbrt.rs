//! CBRT.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static CBRT: ScalarFunction = ScalarFunction {
    name: "CBRT",
    category: Category::Math,
    description: "The cube root of a number.",
    variants: &of_number("The cube root.", cbrt),
    examples: &[Example { call: "CBRT(8)", result: "2.0" }],
};

fn cbrt(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::cbrt)
}
