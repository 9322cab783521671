//! MASK_RIGHT.

use super::masking::{Part, part, variants};
use crate::function::{Category, Example, ScalarFunction};

pub(super) static MASK_RIGHT: ScalarFunction = ScalarFunction {
    name: "MASK_RIGHT",
    category: Category::String,
    description: "Masks the end of a string.",
    variants: &variants("The string with its last characters masked.", |call| part(call, Part::Right)),
    examples: &[Example { call: "MASK_RIGHT('My Test 123', 6)", result: "\"My Texx-nnn\"" }],
};
