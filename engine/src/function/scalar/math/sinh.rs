//! SINH.

use arrow::array::ArrayRef;

use super::doubles::{of_number, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static SINH: ScalarFunction = ScalarFunction {
    name: "SINH",
    category: Category::Math,
    description: "The hyperbolic sine of a value.",
    variants: &of_number("The hyperbolic sine.", sinh),
    examples: &[Example { call: "SINH(0)", result: "0.0" }],
};

fn sinh(call: &Call<'_>) -> Result<ArrayRef> {
    unary(call, f64::sinh)
}
