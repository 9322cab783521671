//! CHR.

use std::fmt::Write;

use arrow::array::{ArrayRef, Int32Array, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static CHR: ScalarFunction = ScalarFunction {
    name: "CHR",
    category: Category::String,
    description: "The character of a code point.",
    variants: &[
        Variant {
            signature: "(decimalCode INT) -> STRING",
            description: "The character of a Unicode code point in decimal; NULL where there is none.",
            returns: Returns::Declared,
            call: from_number,
        },
        Variant {
            signature: "(utf16Code STRING) -> STRING",
            description: "The characters that UTF-16 codes of the form \\uXXXX stand for; NULL for any other text.",
            returns: Returns::Declared,
            call: from_escapes,
        },
    ],
    examples: &[
        Example { call: "CHR(75)", result: "\"K\"" },
        Example { call: "CHR('\\u004b')", result: "\"K\"" },
    ],
};

fn from_number(call: &Call<'_>) -> Result<ArrayRef> {
    let codes = call.values::<Int32Array>(0)?;
    Ok(rows::strings(call.rows, call.rows, |row, out| {
        out.write_char(u32::try_from(codes.get(row)?).ok().and_then(char::from_u32)?).ok()
    }))
}

fn from_escapes(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    Ok(rows::strings(call.rows, call.rows, |row, out| {
        let text = texts.get(row)?;
        if text.is_empty() {
            return None;
        }
        let mut units = Vec::with_capacity(2);
        for escape in text.strip_prefix("\\u")?.split("\\u") {
            let digits = escape.trim_start_matches('u');
            if digits.len() != 4 {
                return None;
            }
            units.push(u16::from_str_radix(digits, 16).ok()?);
        }
        char::decode_utf16(units).try_for_each(|letter| out.write_char(letter.ok()?).ok())
    }))
}
