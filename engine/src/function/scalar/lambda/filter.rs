//! FILTER.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::{filter, prep_null_mask_filter};

use super::flat::Flat;
use crate::error::{Error, Result};
use crate::function::scalar::map::entry::maps;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static FILTER: ScalarFunction = ScalarFunction {
    name: "FILTER",
    category: Category::Lambda,
    description: "The elements of an array or the entries of a map that a condition holds for.",
    variants: &[
        Variant {
            signature: "(array ARRAY<T>, function (T) => BOOLEAN) -> ARRAY<T>",
            description: "The elements that the lambda gives true for; NULL for NULL.",
            returns: Returns::Declared,
            call: filter_array,
        },
        Variant {
            signature: "(map MAP<K, V>, biFunction (K, V) => BOOLEAN) -> MAP<K, V>",
            description: "The entries that the lambda gives true for; NULL for NULL.",
            returns: Returns::Declared,
            call: filter_map,
        },
    ],
    examples: &[
        Example { call: "FILTER(ARRAY[1, 5, 3], x => x > 2)", result: "[5, 3]" },
        Example { call: "FILTER(MAP('a' := 1, 'b' := 2), (k, v) => k = 'b')", result: "{\"b\": 2}" },
        Example { call: "FILTER(CAST(NULL AS ARRAY<INT>), x => x > 2)", result: "null" },
    ],
};

/// What the lambda says of each element; the lengths become those of what is left.
fn verdict(call: &Call<'_>, flat: &mut Flat) -> Result<BooleanArray> {
    let verdict = call.lambda(1)?.call(&flat.parameters, &flat.rows)?;
    let kept = verdict.as_boolean_opt().ok_or_else(|| Error::internal("FILTER's lambda gives no BOOLEAN"))?;
    let kept = if kept.null_count() > 0 { prep_null_mask_filter(kept) } else { kept.clone() };
    let mut at = 0;
    for length in &mut flat.lengths {
        let elements = *length;
        *length = kept.values().slice(at, elements).count_set_bits();
        at += elements;
    }
    Ok(kept)
}

fn filter_array(call: &Call<'_>) -> Result<ArrayRef> {
    let mut flat = Flat::of_arrays(call, 0)?;
    let kept = verdict(call, &mut flat)?;
    flat.lists(filter(&flat.parameters[0], &kept)?)
}

fn filter_map(call: &Call<'_>) -> Result<ArrayRef> {
    let mut flat = Flat::of_maps(call, 0)?;
    let kept = verdict(call, &mut flat)?;
    let (keys, values) = (filter(&flat.parameters[0], &kept)?, filter(&flat.parameters[1], &kept)?);
    maps(call.returns, keys, values, flat.lengths, flat.nulls)
}
