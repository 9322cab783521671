//! MASK_LEFT.

use super::masking::{Part, part, variants};
use crate::function::{Category, Example, ScalarFunction};

pub(super) static MASK_LEFT: ScalarFunction = ScalarFunction {
    name: "MASK_LEFT",
    category: Category::String,
    description: "Masks the beginning of a string.",
    variants: &variants("The string with its first characters masked.", |call| part(call, Part::Left)),
    examples: &[Example { call: "MASK_LEFT('My Test 123', 5)", result: "\"Xx-Xxst 123\"" }],
};
