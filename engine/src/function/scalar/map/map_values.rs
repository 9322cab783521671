//! MAP_VALUES.

use arrow::array::{ArrayRef, MapArray};

use super::entry::entries;
use crate::error::Result;
use crate::function::scalar::array::pick::Picker;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static MAP_VALUES: ScalarFunction = ScalarFunction {
    name: "MAP_VALUES",
    category: Category::Map,
    description: "The values of a map as an array.",
    variants: &[Variant {
        signature: "(input MAP<STRING, T>) -> ARRAY<T>",
        description: "The values in the order in which the map holds them; NULL for NULL.",
        returns: Returns::Declared,
        call: map_values,
    }],
    examples: &[
        Example { call: "MAP_VALUES(MAP('a' := 1))", result: "[1]" },
        Example { call: "MAP_VALUES(CAST(NULL AS MAP<STRING, INT>))", result: "null" },
    ],
};

fn map_values(call: &Call<'_>) -> Result<ArrayRef> {
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
    out.finish(maps.array.values())
}
