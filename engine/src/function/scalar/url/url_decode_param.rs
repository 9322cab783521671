//! URL_DECODE_PARAM.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use super::uri::hex_pair;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static URL_DECODE_PARAM: ScalarFunction = ScalarFunction {
    name: "URL_DECODE_PARAM",
    category: Category::Url,
    description: "Reads a parameter of a URL.",
    variants: &[Variant {
        signature: "(input STRING) -> STRING",
        description: "The string that the encoding of forms (application/x-www-form-urlencoded) stands for.",
        returns: Returns::Declared,
        call: decode,
    }],
    examples: &[Example { call: "URL_DECODE_PARAM('%3Ffoo+%24bar')", result: "\"?foo $bar\"" }],
};

fn decode(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    let mut buffer = Vec::new();
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let text = input.get(row)?.as_bytes();
        buffer.clear();
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            at += 1;
            match byte {
                b'+' => buffer.push(b' '),
                b'%' => match text.get(at..at + 2).and_then(hex_pair) {
                    Some(byte) => {
                        buffer.push(byte);
                        at += 2;
                    }
                    None => {
                        call.fail(
                            row,
                            format!(
                                "URL_DECODE_PARAM: the % at index {} has no two hex digits behind it",
                                at - 1
                            ),
                        );
                        return None;
                    }
                },
                other => buffer.push(*other),
            }
        }
        out.write_str(&String::from_utf8_lossy(&buffer)).ok()
    }))
}
