//! COALESCE.

use super::first::first_not_null;
use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static COALESCE: ScalarFunction = ScalarFunction {
    name: "COALESCE",
    category: Category::Conditional,
    description: "The first of its arguments that is not NULL.",
    variants: &[Variant {
        signature: "(first T, others T…) -> T",
        description: "The first argument that is not NULL; NULL when all are.",
        returns: Returns::Declared,
        call: first_not_null,
    }],
    examples: &[
        Example { call: "COALESCE(NULL, 'a', 'b')", result: "\"a\"" },
        Example { call: "COALESCE(NULL, CAST(NULL AS INT))", result: "null" },
    ],
};
