//! ARRAY_DISTINCT.

use ahash::AHashSet;
use arrow::array::{ArrayRef, ListArray};

use super::pick::{Picker, items, rows};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_DISTINCT: ScalarFunction = ScalarFunction {
    name: "ARRAY_DISTINCT",
    category: Category::Array,
    description: "The different elements of an array.",
    variants: &[Variant {
        signature: "(input ARRAY<T>) -> ARRAY<T>",
        description: "Each element once, in the order in which they first stand; NULL for NULL.",
        returns: Returns::Declared,
        call: array_distinct,
    }],
    examples: &[
        Example { call: "ARRAY_DISTINCT(ARRAY[2, 1, 2])", result: "[2, 1]" },
        Example { call: "ARRAY_DISTINCT(NULL)", result: "null" },
    ],
};

fn array_distinct(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let elements = rows(lists.array.values())?;
    let mut seen = AHashSet::new();
    let mut out = Picker::new(call.rows);
    for row in 0..call.rows {
        let Some(items) = items(&lists, row) else {
            out.null_row();
            continue;
        };
        seen.clear();
        items.filter(|item| seen.insert(elements.row(*item))).for_each(|item| out.pick(item));
        out.end_row();
    }
    out.finish(lists.array.values())
}
