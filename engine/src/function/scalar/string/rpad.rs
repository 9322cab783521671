//! RPAD.

use super::pad::{Side, bytes, strings};
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static RPAD: ScalarFunction = ScalarFunction {
    name: "RPAD",
    category: Category::String,
    description: "Brings a string or bytes to a length, with padding on the right.",
    variants: &[
        Variant {
            signature: "(input STRING, targetLen INT, padding STRING) -> STRING",
            description: "The string padded on the right, or cut, to the length; NULL for a negative length or an empty \
                          padding.",
            returns: Returns::Declared,
            call: |call| strings(call, Side::Right),
        },
        Variant {
            signature: "(input BYTES, targetLen INT, padding BYTES) -> BYTES",
            description: "The bytes padded on the right, or cut, to the length; NULL for a negative length or an empty \
                          padding.",
            returns: Returns::Declared,
            call: |call| bytes(call, Side::Right),
        },
    ],
    examples: &[Example { call: "RPAD('ab', 5, 'xy')", result: "\"abxyx\"" }],
};
