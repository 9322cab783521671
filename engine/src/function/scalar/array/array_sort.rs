//! ARRAY_SORT.

use arrow::array::{Array, ArrayRef, ListArray, StringArray};

use super::pick::{Picker, items, rows};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_SORT: ScalarFunction = ScalarFunction {
    name: "ARRAY_SORT",
    category: Category::Array,
    description: "The elements of an array in order.",
    variants: &[
        Variant {
            signature: "(input ARRAY<T>) -> ARRAY<T>",
            description: "In ascending order, NULLs last; NULL for NULL.",
            returns: Returns::Declared,
            call: array_sort,
        },
        Variant {
            signature: "(input ARRAY<T>, direction STRING) -> ARRAY<T>",
            description: "The direction is ASC, ASCENDING, DESC or DESCENDING in any case; NULLs stand last either \
                          way. NULL for another direction.",
            returns: Returns::Declared,
            call: array_sort,
        },
    ],
    examples: &[
        Example { call: "ARRAY_SORT(ARRAY[2, NULL, 3, 1])", result: "[1, 2, 3, null]" },
        Example { call: "ARRAY_SORT(ARRAY[2, NULL, 3, 1], 'desc')", result: "[3, 2, 1, null]" },
        Example { call: "ARRAY_SORT(ARRAY[2, 1], 'up')", result: "null" },
    ],
};

fn array_sort(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let directions = if call.len() > 1 { Some(call.values::<StringArray>(1)?) } else { None };
    let elements = lists.array.values();
    let order = rows(elements)?;
    let mut out = Picker::new(call.rows);
    let mut sorted = Vec::new();
    for row in 0..call.rows {
        let descending = match &directions {
            None => Some(false),
            Some(directions) if directions.is_null(row) => None,
            Some(directions) => descending(directions.array.value(directions.index(row))),
        };
        let (Some(items), Some(descending)) = (items(&lists, row), descending) else {
            out.null_row();
            continue;
        };
        sorted.clear();
        sorted.extend(items.clone().filter(|item| elements.is_valid(*item)));
        if descending {
            sorted.sort_by(|a, b| order.row(*b).cmp(&order.row(*a)));
        } else {
            sorted.sort_by(|a, b| order.row(*a).cmp(&order.row(*b)));
        }
        sorted.iter().for_each(|item| out.pick(*item));
        items.filter(|item| elements.is_null(*item)).for_each(|item| out.pick(item));
        out.end_row();
    }
    out.finish(elements)
}

fn descending(direction: &str) -> Option<bool> {
    match direction.to_ascii_uppercase().as_str() {
        "ASC" | "ASCENDING" => Some(false),
        "DESC" | "DESCENDING" => Some(true),
        _ => None,
    }
}
