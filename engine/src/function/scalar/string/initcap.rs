//! %s.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static INITCAP: ScalarFunction = ScalarFunction {
    name: "INITCAP",
    category: Category::String,
    description: "Makes the first letter of each word upper case and all others lower case.",
    variants: &[Variant {
        signature: "(input STRING) -> STRING",
        description: "The string with a capital at the start of each word; words are what stands between blanks.",
        returns: Returns::Declared,
        call: initcap,
    }],
    examples: &[Example { call: "INITCAP('the quick fOX')", result: "\"The Quick Fox\"" }],
};

fn initcap(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let mut word_starts = true;
        for letter in input.get(row)?.chars() {
            if word_starts {
                write!(out, "{}", letter.to_uppercase()).ok()?;
            } else {
                write!(out, "{}", letter.to_lowercase()).ok()?;
            }
            word_starts = letter.is_whitespace();
        }
        Some(())
    }))
}
