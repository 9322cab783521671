//! REDUCE.

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::{interleave, take};

use super::flat::Flat;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static REDUCE: ScalarFunction = ScalarFunction {
    name: "REDUCE",
    category: Category::Lambda,
    description: "Folds the elements of an array or the entries of a map into one value.",
    variants: &[
        Variant {
            signature: "(list ARRAY<T>, initialState S, biFunction (S, T) => S) -> S",
            description: "What the lambda makes of the state and each element in turn. The initial state for a NULL \
                          array; NULL for a NULL initial state.",
            returns: Returns::Declared,
            call: reduce_array,
        },
        Variant {
            signature: "(map MAP<K, V>, initialState S, triFunction (S, K, V) => S) -> S",
            description: "What the lambda makes of the state and each entry in turn. The initial state for a NULL \
                          map; NULL for a NULL initial state.",
            returns: Returns::Declared,
            call: reduce_map,
        },
    ],
    examples: &[
        Example { call: "REDUCE(ARRAY[1, 2, 3], 10, (s, x) => s + x)", result: "16" },
        Example { call: "REDUCE(MAP('a' := 1, 'b' := 2), 0, (s, k, v) => s + v)", result: "3" },
        Example { call: "REDUCE(ARRAY[1, 2], CAST(NULL AS INT), (s, x) => s + x)", result: "null" },
    ],
};

fn reduce_array(call: &Call<'_>) -> Result<ArrayRef> {
    reduce(call, &Flat::of_arrays(call, 0)?)
}

fn reduce_map(call: &Call<'_>) -> Result<ArrayRef> {
    reduce(call, &Flat::of_maps_as_java(call, 0)?)
}

/// Steps through the positions: the first elements of all rows, then the second ones of those that have so many.
fn reduce(call: &Call<'_>, flat: &Flat) -> Result<ArrayRef> {
    let starts = flat.starts();
    let initial = call.expanded(1)?;
    // The states after each step, of the rows that took it, and where the last state of each row stands among them.
    let mut states = vec![initial.clone()];
    let mut last: Vec<(usize, usize)> = (0..call.rows).map(|row| (0, row)).collect();
    let mut active: Vec<u32> = (0..call.rows as u32).filter(|row| initial.is_valid(*row as usize)).collect();
    for step in 0.. {
        active.retain(|row| flat.lengths[*row as usize] > step);
        if active.is_empty() {
            break;
        }
        let before: UInt32Array = active.iter().map(|row| last[*row as usize].1 as u32).collect();
        let elements: UInt32Array = active.iter().map(|row| (starts[*row as usize] + step) as u32).collect();
        let mut parameters = vec![take(&states[step], &before, None)?];
        for parameter in &flat.parameters {
            parameters.push(take(parameter, &elements, None)?);
        }
        states.push(call.lambda(2)?.call(&parameters, &active)?);
        for (index, row) in active.iter().enumerate() {
            last[*row as usize] = (step + 1, index);
        }
    }
    let states: Vec<&dyn Array> = states.iter().map(AsRef::as_ref).collect();
    Ok(interleave(&states, &last)?)
}
