//! LN.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static LN: ScalarFunction = ScalarFunction {
    name: "LN",
    category: Category::Math,
    description: "The natural logarithm of a number.",
    variants: &of_number("The logarithm to base e; -Infinity for 0, NaN for a negative number.", ln),
    examples: &[Example { call: "LN(1)", result: "0.0" }],
};

fn ln(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::ln)
}
