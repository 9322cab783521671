//! LPAD.

use super::pad::{Side, bytes, strings};
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static LPAD: ScalarFunction = ScalarFunction {
    name: "LPAD",
    category: Category::String,
    description: "Brings a string or bytes to a length, with padding on the left.",
    variants: &[
        Variant {
            signature: "(input STRING, targetLen INT, padding STRING) -> STRING",
            description: "The string padded on the left, or cut, to the length; NULL for a negative length or an empty \
                          padding.",
            returns: Returns::Declared,
            call: |call| strings(call, Side::Left),
        },
        Variant {
            signature: "(input BYTES, targetLen INT, padding BYTES) -> BYTES",
            description: "The bytes padded on the left, or cut, to the length; NULL for a negative length or an empty \
                          padding.",
            returns: Returns::Declared,
            call: |call| bytes(call, Side::Left),
        },
    ],
    examples: &[Example { call: "LPAD('ab', 5, 'xy')", result: "\"xyxab\"" }],
};
