//! CONCAT_WS.

use std::fmt::Write;

use arrow::array::{ArrayRef, BinaryArray, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static CONCAT_WS: ScalarFunction = ScalarFunction {
    name: "CONCAT_WS",
    category: Category::String,
    description: "Joins strings or bytes with a separator between them.",
    variants: &[
        Variant {
            signature: "(separator STRING, inputs STRING…) -> STRING",
            description: "All the strings that are not NULL, with the separator between them; NULL for a NULL separator.",
            returns: Returns::Declared,
            call: strings,
        },
        Variant {
            signature: "(separator BYTES, inputs BYTES…) -> BYTES",
            description: "All the bytes that are not NULL, with the separator between them; NULL for a NULL separator.",
            returns: Returns::Declared,
            call: bytes,
        },
    ],
    examples: &[Example { call: "CONCAT_WS(', ', 'a', NULL, 'b')", result: "\"a, b\"" }],
};

fn strings(call: &Call<'_>) -> Result<ArrayRef> {
    let separator = call.values::<StringArray>(0)?;
    let inputs =
        (1..call.len()).map(|index| call.values::<StringArray>(index)).collect::<Result<Vec<_>>>()?;
    let capacity = inputs.iter().map(|input| input.array.value_data().len()).sum();
    Ok(rows::strings(call.rows, capacity, |row, out| {
        let separator = separator.get(row)?;
        let mut first = true;
        for text in inputs.iter().filter_map(|input| input.get(row)) {
            if !first {
                out.write_str(separator).ok()?;
            }
            first = false;
            out.write_str(text).ok()?;
        }
        Some(())
    }))
}

fn bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let separator = call.values::<BinaryArray>(0)?;
    let inputs =
        (1..call.len()).map(|index| call.values::<BinaryArray>(index)).collect::<Result<Vec<_>>>()?;
    Ok(rows::bytes(call.rows, |row, out| {
        let separator = separator.get(row)?;
        let mut first = true;
        for bytes in inputs.iter().filter_map(|input| input.get(row)) {
            if !first {
                out.extend_from_slice(separator);
            }
            first = false;
            out.extend_from_slice(bytes);
        }
        Some(())
    }))
}
