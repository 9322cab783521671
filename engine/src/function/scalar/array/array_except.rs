//! ARRAY_EXCEPT.

use ahash::AHashSet;
use arrow::array::ArrayRef;

use super::pick::{Picker, TwoArrays, rows};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_EXCEPT: ScalarFunction = ScalarFunction {
    name: "ARRAY_EXCEPT",
    category: Category::Array,
    description: "The elements of one array that are not in another.",
    variants: &[Variant {
        signature: "(left ARRAY<T>, right ARRAY<T>) -> ARRAY<T>",
        description: "The different elements of left that right has not, in their order; NULL when either is NULL.",
        returns: Returns::Declared,
        call: array_except,
    }],
    examples: &[
        Example { call: "ARRAY_EXCEPT(ARRAY[1, 2, 1, 3], ARRAY[3, 4, 1])", result: "[2]" },
        Example { call: "ARRAY_EXCEPT(ARRAY[1], NULL)", result: "null" },
    ],
};

fn array_except(call: &Call<'_>) -> Result<ArrayRef> {
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
        left.filter(|item| seen.insert(elements.row(*item))).for_each(|item| out.pick(item));
        out.end_row();
    }
    out.finish(&arrays.items)
}
