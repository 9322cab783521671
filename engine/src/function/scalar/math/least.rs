//! LEAST.

use std::cmp::Ordering;

use arrow::array::ArrayRef;

use super::extreme::{extreme, variants};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static LEAST: ScalarFunction = ScalarFunction {
    name: "LEAST",
    category: Category::Math,
    description: "The smallest of the arguments.",
    variants: &variants("The smallest of the arguments that are not NULL; NULL if all are.", least),
    examples: &[
        Example { call: "LEAST(3, 7, NULL)", result: "3" },
        Example { call: "LEAST('apple', 'pear')", result: "\"apple\"" },
    ],
};

fn least(call: &Call<'_>) -> Result<ArrayRef> {
    extreme(call, Ordering::Less)
}
