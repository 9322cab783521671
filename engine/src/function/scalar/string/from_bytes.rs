//! FROM_BYTES.

use arrow::array::{ArrayRef, BinaryArray, StringArray};

use super::encoding::{Encoding, UPPER};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static FROM_BYTES: ScalarFunction = ScalarFunction {
    name: "FROM_BYTES",
    category: Category::String,
    description: "Writes bytes as text.",
    variants: &[Variant {
        signature: "(value BYTES, encoding STRING) -> STRING",
        description: "The bytes in the encoding: 'hex', 'utf8', 'ascii' or 'base64'.",
        returns: Returns::Declared,
        call: from_bytes,
    }],
    examples: &[Example { call: "FROM_BYTES(TO_BYTES('ksql', 'utf8'), 'hex')", result: "\"6B73716C\"" }],
};

fn from_bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, encodings) = (call.values::<BinaryArray>(0)?, call.values::<StringArray>(1)?);
    Ok(rows::strings(call.rows, values.array.value_data().len(), |row, out| {
        let (bytes, encoding) = (values.get(row)?, encodings.get(row)?);
        let encoding =
            call.check(row, Encoding::parse(encoding).ok_or_else(|| super::unknown_encoding(encoding)))?;
        encoding.encode(bytes, UPPER, out).ok()
    }))
}
