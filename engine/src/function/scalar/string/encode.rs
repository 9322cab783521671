//! ENCODE.

use arrow::array::{ArrayRef, StringArray};

use super::encoding::{Encoding, LOWER, hex_literal};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static ENCODE: ScalarFunction = ScalarFunction {
    name: "ENCODE",
    category: Category::String,
    description: "Takes a text from one encoding to another.",
    variants: &[Variant {
        signature: "(str STRING, inputEncoding STRING, outputEncoding STRING) -> STRING",
        description: "The bytes that the text stands for in the first encoding, in the second. The encodings are 'hex', \
                      'utf8', 'ascii' and 'base64'; hex may also be written as 0x… or X'…'.",
        returns: Returns::Declared,
        call: encode,
    }],
    examples: &[
        Example { call: "ENCODE('4578616d706C6521', 'hex', 'utf8')", result: "\"Example!\"" },
        Example { call: "ENCODE('Example!', 'ascii', 'base64')", result: "\"RXhhbXBsZSE=\"" },
    ],
};

fn encode(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let (inputs, outputs) = (call.values::<StringArray>(1)?, call.values::<StringArray>(2)?);
    Ok(rows::strings(call.rows, texts.array.value_data().len(), |row, out| {
        let (text, input, output) = (texts.get(row)?, inputs.get(row)?, outputs.get(row)?);
        let (input, output) = match (Encoding::parse(input), Encoding::parse(output)) {
            (Some(input), Some(output)) if input != output => (input, output),
            _ => {
                call.fail(
                    row,
                    format!(
                        "Supported input and output encodings are: hex, utf8, ascii and base64, one into another. \
                         Got {input} and {output}"
                    ),
                );
                return None;
            }
        };
        let literal = if input == Encoding::Hex { call.check(row, hex_literal(text))? } else { text.into() };
        let bytes = call.check(row, input.decode(&literal))?;
        output.encode(&bytes, LOWER, out).ok()
    }))
}
