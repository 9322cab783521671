//! LEN.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, StringArray};
use arrow::datatypes::Int32Type;

use super::units;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static LEN: ScalarFunction = ScalarFunction {
    name: "LEN",
    category: Category::String,
    description: "The length of a string or of bytes.",
    variants: &[
        Variant {
            signature: "(input STRING) -> INT",
            description: "How many characters the string has (UTF-16 code units).",
            returns: Returns::Declared,
            call: of_string,
        },
        Variant {
            signature: "(input BYTES) -> INT",
            description: "How many bytes there are.",
            returns: Returns::Declared,
            call: of_bytes,
        },
    ],
    examples: &[Example { call: "LEN('ksql')", result: "4" }],
};

fn of_string(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| Some(units::len(input.get(row)?) as i32))))
}

fn of_bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<BinaryArray>(0)?;
    Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| Some(input.get(row)?.len() as i32))))
}
