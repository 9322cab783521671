//! CONCAT.

use std::fmt::Write;

use arrow::array::{ArrayRef, BinaryArray, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static CONCAT: ScalarFunction = ScalarFunction {
    name: "CONCAT",
    category: Category::String,
    description: "Joins strings or bytes, one behind the other.",
    variants: &[
        Variant {
            signature: "(inputs STRING…) -> STRING",
            description: "All the strings that are not NULL, joined.",
            returns: Returns::Declared,
            call: strings,
        },
        Variant {
            signature: "(inputs BYTES…) -> BYTES",
            description: "All the bytes that are not NULL, joined.",
            returns: Returns::Declared,
            call: bytes,
        },
    ],
    examples: &[Example { call: "CONCAT('ab', NULL, 'c')", result: "\"abc\"" }],
};

fn strings(call: &Call<'_>) -> Result<ArrayRef> {
    let inputs =
        (0..call.len()).map(|index| call.values::<StringArray>(index)).collect::<Result<Vec<_>>>()?;
    let capacity = inputs.iter().map(|input| input.array.value_data().len()).sum();
    Ok(rows::strings(call.rows, capacity, |row, out| {
        inputs.iter().filter_map(|input| input.get(row)).try_for_each(|text| out.write_str(text)).ok()
    }))
}

fn bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let inputs =
        (0..call.len()).map(|index| call.values::<BinaryArray>(index)).collect::<Result<Vec<_>>>()?;
    Ok(rows::bytes(call.rows, |row, out| {
        inputs.iter().filter_map(|input| input.get(row)).for_each(|bytes| out.extend_from_slice(bytes));
        Some(())
    }))
}
