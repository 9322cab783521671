//! ARRAY_INTERSECT.

use ahash::AHashSet;
use arrow::array::ArrayRef;

use super::pick::{Picker, TwoArrays, rows};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_INTERSECT: ScalarFunction = ScalarFunction {
    name: "ARRAY_INTERSECT",
    category: Category::Array,
    description: "The elements that two arrays share.",
    variants: &[Variant {
        signature: "(left ARRAY<T>, right ARRAY<T>) -> ARRAY<T>",
        description: "The different elements of left that right has too, in their order; NULL when either is NULL.",
        returns: Returns::Declared,
        call: array_intersect,
    }],
    examples: &[
        Example { call: "ARRAY_INTERSECT(ARRAY[1, 2, 1, 3], ARRAY[3, 4, 1])", result: "[1, 3]" },
        Example { call: "ARRAY_INTERSECT(ARRAY[1], NULL)", result: "null" },
    ],
};

fn array_intersect(call: &Call<'_>) -> Result<ArrayRef> {
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
        seen.extend(right.map(|item| elements.row(item)));
        left.filter(|item| seen.remove(&elements.row(*item))).for_each(|item| out.pick(item));
        out.end_row();
    }
    out.finish(&arrays.items)
}
