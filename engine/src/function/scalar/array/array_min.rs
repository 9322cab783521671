//! ARRAY_MIN.

use super::extreme::extreme;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_MIN: ScalarFunction = ScalarFunction {
    name: "ARRAY_MIN",
    category: Category::Array,
    description: "The least element of an array.",
    variants: &[Variant {
        signature: "(input ARRAY<T>) -> T",
        description: "The least element that is not NULL; NULL when there is none.",
        returns: Returns::Declared,
        call: extreme::<false>,
    }],
    examples: &[
        Example { call: "ARRAY_MIN(ARRAY[2, NULL, 3, 1])", result: "1" },
        Example { call: "ARRAY_MIN(CAST(NULL AS ARRAY<INT>))", result: "null" },
    ],
};
