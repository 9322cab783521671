//! ARRAY_UNION.

use ahash::AHashSet;
use arrow::array::ArrayRef;

use super::pick::{Picker, TwoArrays, rows};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_UNION: ScalarFunction = ScalarFunction {
    name: "ARRAY_UNION",
    category: Category::Array,
    description: "The elements of two arrays, each once.",
    variants: &[Variant {
        signature: "(left ARRAY<T>, right ARRAY<T>) -> ARRAY<T>",
        description: "The different elements of left, then those that only right has; NULL when either is NULL.",
        returns: Returns::Declared,
        call: array_union,
    }],
    examples: &[
        Example { call: "ARRAY_UNION(ARRAY[1, 2, 1, 3], ARRAY[3, 4, 1])", result: "[1, 2, 3, 4]" },
        Example { call: "ARRAY_UNION(ARRAY[1], NULL)", result: "null" },
    ],
};

fn array_union(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = TwoArrays::new(call)?;
    let elements = rows(&arrays.items)?;
    let mut seen = AHashSet::new();
    let mut out = Picker::new(call.rows);
    for row in 0..call.rows {
        let (Some(left), Some(right)) = (arrays.left(row), arrays.right(row)) else {
            out.null_row();
            continue;
        };
        seen.clear();
        left.chain(right).filter(|item| seen.insert(elements.row(*item))).for_each(|item| out.pick(item));
        out.end_row();
    }
    out.finish(&arrays.items)
}
