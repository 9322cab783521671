//! URL_ENCODE_PARAM.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static URL_ENCODE_PARAM: ScalarFunction = ScalarFunction {
    name: "URL_ENCODE_PARAM",
    category: Category::Url,
    description: "Makes a string safe as a parameter in a URL.",
    variants: &[Variant {
        signature: "(input STRING) -> STRING",
        description: "The string in the encoding of forms (application/x-www-form-urlencoded).",
        returns: Returns::Declared,
        call: encode,
    }],
    examples: &[Example { call: "URL_ENCODE_PARAM('?foo $bar')", result: "\"%3Ffoo+%24bar\"" }],
};

fn encode(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        input
            .get(row)?
            .bytes()
            .try_for_each(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                    out.write_char(char::from(byte))
                }
                b' ' => out.write_char('+'),
                other => write!(out, "%{other:02X}"),
            })
            .ok()
    }))
}
