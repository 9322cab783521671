//! TO_BYTES.

use arrow::array::{ArrayRef, StringArray};

use super::encoding::Encoding;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static TO_BYTES: ScalarFunction = ScalarFunction {
    name: "TO_BYTES",
    category: Category::String,
    description: "Reads bytes from text.",
    variants: &[Variant {
        signature: "(value STRING, encoding STRING) -> BYTES",
        description: "The bytes that the text stands for in the encoding: 'hex', 'utf8', 'ascii' or 'base64'.",
        returns: Returns::Declared,
        call: to_bytes,
    }],
    examples: &[Example { call: "TO_BYTES('ksql', 'utf8')", result: "\"a3NxbA==\"" }],
};

fn to_bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, encodings) = (call.values::<StringArray>(0)?, call.values::<StringArray>(1)?);
    Ok(rows::bytes(call.rows, |row, out| {
        let (text, encoding) = (values.get(row)?, encodings.get(row)?);
        let encoding =
            call.check(row, Encoding::parse(encoding).ok_or_else(|| super::unknown_encoding(encoding)))?;
        out.extend_from_slice(&call.check(row, encoding.decode(text))?);
        Some(())
    }))
}
