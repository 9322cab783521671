//! MAP_KEYS.

use arrow::array::{ArrayRef, MapArray};

use super::entry::entries;
use crate::error::Result;
use crate::function::scalar::array::pick::Picker;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static MAP_KEYS: ScalarFunction = ScalarFunction {
    name: "MAP_KEYS",
    category: Category::Map,
    description: "The keys of a map as an array.",
    variants: &[Variant {
        signature: "(input MAP<STRING, T>) -> ARRAY<STRING>",
        description: "The keys in the order in which the map holds them; NULL for NULL.",
        returns: Returns::Declared,
        call: map_keys,
    }],
    examples: &[
        Example { call: "MAP_KEYS(MAP('a' := 1))", result: "[\"a\"]" },
        Example { call: "MAP_KEYS(CAST(NULL AS MAP<STRING, INT>))", result: "null" },
    ],
};

fn map_keys(call: &Call<'_>) -> Result<ArrayRef> {
    let maps = call.values::<MapArray>(0)?;
    let mut out = Picker::new(call.rows);
    for row in 0..call.rows {
        match entries(&maps, row) {
            Some(entries) => {
                entries.for_each(|entry| out.pick(entry));
                out.end_row();
            }
            None => out.null_row(),
        }
    }
    out.finish(maps.array.keys())
}
