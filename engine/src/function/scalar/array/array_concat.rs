//! ARRAY_CONCAT.

use arrow::array::ArrayRef;

use super::pick::{Picker, TwoArrays};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_CONCAT: ScalarFunction = ScalarFunction {
    name: "ARRAY_CONCAT",
    category: Category::Array,
    description: "Puts the elements of one array behind those of another.",
    variants: &[Variant {
        signature: "(left ARRAY<T>, right ARRAY<T>) -> ARRAY<T>",
        description: "All elements; a NULL array counts as empty, two of them give NULL.",
        returns: Returns::Declared,
        call: array_concat,
    }],
    examples: &[
        Example { call: "ARRAY_CONCAT(ARRAY[1, 2], ARRAY[2, 3])", result: "[1, 2, 2, 3]" },
        Example { call: "ARRAY_CONCAT(NULL, ARRAY[1])", result: "[1]" },
    ],
};

fn array_concat(call: &Call<'_>) -> Result<ArrayRef> {
    let arrays = TwoArrays::new(call)?;
    let mut out = Picker::new(call.rows);
    for row in 0..call.rows {
        match (arrays.left(row), arrays.right(row)) {
            (None, None) => out.null_row(),
            (left, right) => {
                left.into_iter().chain(right).flatten().for_each(|item| out.pick(item));
                out.end_row();
            }
        }
    }
    out.finish(&arrays.items)
}
