//! MASK_KEEP_LEFT.

use super::masking::{Part, part, variants};
use crate::function::{Category, Example, ScalarFunction};

pub(super) static MASK_KEEP_LEFT: ScalarFunction = ScalarFunction {
    name: "MASK_KEEP_LEFT",
    category: Category::String,
    description: "Masks a string but for its beginning.",
    variants: &variants("The string with all but its first characters masked.", |call| {
        part(call, Part::KeepLeft)
    }),
    examples: &[Example { call: "MASK_KEEP_LEFT('My Test 123', 5)", result: "\"My Texx-nnn\"" }],
};
