//! %s.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static LCASE: ScalarFunction = ScalarFunction {
    name: "LCASE",
    category: Category::String,
    description: "Makes a string lower case.",
    variants: &[Variant {
        signature: "(input STRING) -> STRING",
        description: "The string in lower case; NULL for NULL.",
        returns: Returns::Declared,
        call: lcase,
    }],
    examples: &[Example { call: "LCASE('KsqL')", result: "\"ksql\"" }],
};

fn lcase(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let text = input.get(row)?;
        if text.is_ascii() {
            text.bytes().try_for_each(|byte| out.write_char(char::from(byte.to_ascii_lowercase()))).ok()?;
        } else {
            out.write_str(&text.to_lowercase()).ok()?;
        }
        Some(())
    }))
}
