//! REPLACE.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static REPLACE: ScalarFunction = ScalarFunction {
    name: "REPLACE",
    category: Category::String,
    description: "Replaces a string inside another.",
    variants: &[Variant {
        signature: "(str STRING, oldStr STRING, newStr STRING) -> STRING",
        description: "The string with the new string wherever the old one was; NULL if any of them is.",
        returns: Returns::Declared,
        call: replace,
    }],
    examples: &[Example { call: "REPLACE('anaconda', 'a', 'o')", result: "\"onocondo\"" }],
};

fn replace(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let (olds, news) = (call.values::<StringArray>(1)?, call.values::<StringArray>(2)?);
    Ok(rows::strings(call.rows, texts.array.value_data().len(), |row, out| {
        let (text, old, new) = (texts.get(row)?, olds.get(row)?, news.get(row)?);
        let mut parts = text.split(old);
        // An empty string stands before every character and at the end, as in Java.
        if old.is_empty() {
            for letter in text.chars() {
                out.write_str(new).ok()?;
                out.write_char(letter).ok()?;
            }
            return out.write_str(new).ok();
        }
        out.write_str(parts.next()?).ok()?;
        parts.try_for_each(|part| out.write_str(new).and_then(|()| out.write_str(part))).ok()
    }))
}
