//! GREATEST.

use std::cmp::Ordering;

use arrow::array::ArrayRef;

use super::extreme::{extreme, variants};
use crate::error::Result;
use crate::function::{Call, Category, Example, ScalarFunction};

pub(super) static GREATEST: ScalarFunction = ScalarFunction {
    name: "GREATEST",
    category: Category::Math,
    description: "The largest of the arguments.",
    variants: &variants("The largest of the arguments that are not NULL; NULL if all are.", greatest),
    examples: &[
        Example { call: "GREATEST(3, 7, NULL)", result: "7" },
        Example { call: "GREATEST('apple', 'pear')", result: "\"pear\"" },
    ],
};

fn greatest(call: &Call<'_>) -> Result<ArrayRef> {
    extreme(call, Ordering::Greater)
}
