//! TRANSFORM.

use arrow::array::ArrayRef;

use super::flat::Flat;
use crate::error::Result;
use crate::function::scalar::array::pick::rows;
use crate::function::scalar::map::entry::EntryPicker;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static TRANSFORM: ScalarFunction = ScalarFunction {
    name: "TRANSFORM",
    category: Category::Lambda,
    description: "What a lambda makes of each element of an array or each entry of a map.",
    variants: &[
        Variant {
            signature: "(array ARRAY<T>, function (T) => R) -> ARRAY<R>",
            description: "What the lambda gives for each element, in their order; NULL for NULL.",
            returns: Returns::Declared,
            call: transform_array,
        },
        Variant {
            signature: "(map MAP<K, V>, biFunction1 (K, V) => R, biFunction2 (K, V) => T) -> MAP<R, T>",
            description: "For each entry the first lambda gives the key and the second the value; NULL for NULL.",
            returns: Returns::Declared,
            call: transform_map,
        },
    ],
    examples: &[
        Example { call: "TRANSFORM(ARRAY[1, 2], x => x * 10)", result: "[10, 20]" },
        Example {
            call: "TRANSFORM(MAP('a' := 1), (k, v) => UCASE(k), (k, v) => v + 1)",
            result: "{\"A\": 2}",
        },
        Example { call: "TRANSFORM(CAST(NULL AS ARRAY<INT>), x => x * 10)", result: "null" },
    ],
};

fn transform_array(call: &Call<'_>) -> Result<ArrayRef> {
    let flat = Flat::of_arrays(call, 0)?;
    flat.lists(call.lambda(1)?.call(&flat.parameters, &flat.rows)?)
}

fn transform_map(call: &Call<'_>) -> Result<ArrayRef> {
    let flat = Flat::of_maps(call, 0)?;
    let keys = call.lambda(1)?.call(&flat.parameters, &flat.rows)?;
    let values = call.lambda(2)?.call(&flat.parameters, &flat.rows)?;
    let key_rows = rows(&keys)?;
    let mut out = EntryPicker::new(call.rows);
    for (row, start) in flat.starts().into_iter().enumerate() {
        if flat.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            out.null_row();
        } else {
            let entries = start..start + flat.lengths[row];
            out.row(&keys, &key_rows, entries.map(|entry| (entry, Some(entry))));
        }
    }
    out.finish(call.returns, &keys, &values)
}
