//! EXP.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static EXP: ScalarFunction = ScalarFunction {
    name: "EXP",
    category: Category::Math,
    description: "Raises e to a power.",
    variants: &of_number("e to the power of the exponent.", exp),
    examples: &[Example { call: "EXP(0)", result: "1.0" }],
};

fn exp(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::exp)
}
