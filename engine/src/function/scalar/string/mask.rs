//! MASK.

use super::masking::whole;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static MASK: ScalarFunction = ScalarFunction {
    name: "MASK",
    category: Category::String,
    description: "Hides what a string says but not what it looks like.",
    variants: &[
        Variant {
            signature: "(input STRING) -> STRING",
            description: "The string with X for capitals, x for small letters, n for digits and - for all else.",
            returns: Returns::Declared,
            call: whole,
        },
        Variant {
            signature: "(input STRING, upper STRING, lower STRING, digit STRING, other STRING) -> STRING",
            description: "As above with characters of your own; NULL leaves the characters of that kind as they are.",
            returns: Returns::Declared,
            call: whole,
        },
    ],
    examples: &[
        Example { call: "MASK('My Test 123')", result: "\"Xx-Xxxx-nnn\"" },
        Example { call: "MASK('My Test 123', '*', NULL, '1', NULL)", result: "\"*y *est 111\"" },
    ],
};
