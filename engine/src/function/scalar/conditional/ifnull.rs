//! IFNULL.

use super::first::first_not_null;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static IFNULL: ScalarFunction = ScalarFunction {
    name: "IFNULL",
    category: Category::Conditional,
    description: "A value, or another one where it is NULL.",
    variants: &[Variant {
        signature: "(expression T, altValue T) -> T",
        description: "The expression, or altValue where it is NULL.",
        returns: Returns::Declared,
        call: first_not_null,
    }],
    examples: &[
        Example { call: "IFNULL(1, 2)", result: "1" },
        Example { call: "IFNULL(CAST(NULL AS INT), 2)", result: "2" },
    ],
};
