//! MASK_KEEP_RIGHT.

use super::masking::{Part, part, variants};
use crate::function::{Category, Example, ScalarFunction};

pub(super) static MASK_KEEP_RIGHT: ScalarFunction = ScalarFunction {
    name: "MASK_KEEP_RIGHT",
    category: Category::String,
    description: "Masks a string but for its end.",
    variants: &variants("The string with all but its last characters masked.", |call| {
        part(call, Part::KeepRight)
    }),
    examples: &[Example { call: "MASK_KEEP_RIGHT('My Test 123', 6)", result: "\"Xx-Xxst 123\"" }],
};
