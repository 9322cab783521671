//! ARRAY_REMOVE.

use arrow::array::{ArrayRef, ListArray};

use super::pick::{Picker, items, rows};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_REMOVE: ScalarFunction = ScalarFunction {
    name: "ARRAY_REMOVE",
    category: Category::Array,
    description: "An array without one of its values.",
    variants: &[Variant {
        signature: "(array ARRAY<T>, victim T) -> ARRAY<T>",
        description: "All elements that differ from the victim; a NULL victim removes NULLs. NULL for a NULL array.",
        returns: Returns::Declared,
        call: array_remove,
    }],
    examples: &[
        Example { call: "ARRAY_REMOVE(ARRAY[1, 2, 1], 1)", result: "[2]" },
        Example { call: "ARRAY_REMOVE(ARRAY[1, NULL], NULL)", result: "[1]" },
    ],
};

fn array_remove(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let (victim, constant) = call.column(1)?;
    let (elements, victims) = (rows(lists.array.values())?, rows(victim)?);
    let mut out = Picker::new(call.rows);
    for row in 0..call.rows {
        match items(&lists, row) {
            Some(items) => {
                let victim = victims.row(if constant { 0 } else { row });
                items.filter(|item| elements.row(*item) != victim).for_each(|item| out.pick(item));
                out.end_row();
            }
            None => out.null_row(),
        }
    }
    out.finish(lists.array.values())
}
