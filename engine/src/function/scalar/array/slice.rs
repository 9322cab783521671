//! SLICE.

use arrow::array::{ArrayRef, Int32Array, ListArray};

use super::pick::{Picker, items};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static SLICE: ScalarFunction = ScalarFunction {
    name: "SLICE",
    category: Category::Array,
    description: "A part of an array.",
    variants: &[Variant {
        signature: "(in ARRAY<T>, from INT, to INT) -> ARRAY<T>",
        description: "The elements from one position to another, both included and counted from 1; NULL stands for \
                      the first or the last. NULL when a position is outside of the array.",
        returns: Returns::Declared,
        call: slice,
    }],
    examples: &[
        Example { call: "SLICE(ARRAY[1, 2, 3, 4], 2, 3)", result: "[2, 3]" },
        Example { call: "SLICE(ARRAY[1, 2, 3, 4], NULL, 2)", result: "[1, 2]" },
        Example { call: "SLICE(ARRAY[1, 2, 3, 4], 2, 5)", result: "null" },
    ],
};

fn slice(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let (from, to) = (call.values::<Int32Array>(1)?, call.values::<Int32Array>(2)?);
    let mut out = Picker::new(call.rows);
    for row in 0..call.rows {
        let Some(items) = items(&lists, row) else {
            out.null_row();
            continue;
        };
        let length = items.len() as i64;
        let first = if from.is_null(row) { 0 } else { i64::from(from.array.value(from.index(row))) - 1 };
        let end = if to.is_null(row) { length } else { i64::from(to.array.value(to.index(row))) };
        if first < 0 || end > length {
            out.null_row();
        } else if first > end {
            call.fail(row, format!("SLICE begins at element {}, after its end at element {end}", first + 1));
            out.null_row();
        } else {
            (first..end).for_each(|index| out.pick(items.start + index as usize));
            out.end_row();
        }
    }
    out.finish(lists.array.values())
}
