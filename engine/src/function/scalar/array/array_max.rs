//! ARRAY_MAX.

use super::extreme::extreme;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_MAX: ScalarFunction = ScalarFunction {
    name: "ARRAY_MAX",
    category: Category::Array,
    description: "The greatest element of an array.",
    variants: &[Variant {
        signature: "(input ARRAY<T>) -> T",
        description: "The greatest element that is not NULL; NULL when there is none.",
        returns: Returns::Declared,
        call: extreme::<true>,
    }],
    examples: &[
        Example { call: "ARRAY_MAX(ARRAY[2, NULL, 3, 1])", result: "3" },
        Example { call: "ARRAY_MAX(CAST(NULL AS ARRAY<INT>))", result: "null" },
    ],
};
