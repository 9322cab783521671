//! AS_MAP.

use arrow::array::{ArrayRef, ListArray};

use super::entry::EntryPicker;
use crate::error::Result;
use crate::function::scalar::array::pick::{items, rows};
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static AS_MAP: ScalarFunction = ScalarFunction {
    name: "AS_MAP",
    category: Category::Map,
    description: "A map of the elements of two arrays.",
    variants: &[Variant {
        signature: "(keys ARRAY<STRING>, values ARRAY<T>) -> MAP<STRING, T>",
        description: "Each key with the value at its position, or NULL where there are fewer values. NULL when either \
                      array is NULL.",
        returns: Returns::Declared,
        call: as_map,
    }],
    examples: &[
        Example { call: "AS_MAP(ARRAY['a', 'b'], ARRAY[1])", result: "{\"a\": 1, \"b\": null}" },
        Example { call: "AS_MAP(NULL, ARRAY[1])", result: "null" },
    ],
};

fn as_map(call: &Call<'_>) -> Result<ArrayRef> {
    let (keys, values) = (call.values::<ListArray>(0)?, call.values::<ListArray>(1)?);
    let key_rows = rows(keys.array.values())?;
    let mut out = EntryPicker::new(call.rows);
    for row in 0..call.rows {
        match (items(&keys, row), items(&values, row)) {
            (Some(names), Some(mut items)) => {
                out.row(keys.array.values(), &key_rows, names.map(|name| (name, items.next())));
            }
            _ => out.null_row(),
        }
    }
    out.finish(call.returns, keys.array.values(), values.array.values())
}
