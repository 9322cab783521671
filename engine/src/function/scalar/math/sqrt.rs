//! SQRT.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static SQRT: ScalarFunction = ScalarFunction {
    name: "SQRT",
    category: Category::Math,
    description: "The square root of a number.",
    variants: &of_number("The square root; NaN for a negative number.", sqrt),
    examples: &[Example { call: "SQRT(16)", result: "4.0" }],
};

fn sqrt(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::sqrt)
}
