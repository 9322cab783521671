//! %s.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static TRIM: ScalarFunction = ScalarFunction {
    name: "TRIM",
    category: Category::String,
    description: "Takes blanks off both ends of a string.",
    variants: &[Variant {
        signature: "(input STRING) -> STRING",
        description: "The string without the blanks and control characters at its ends.",
        returns: Returns::Declared,
        call: trim,
    }],
    examples: &[Example { call: "TRIM('  ksql ')", result: "\"ksql\"" }],
};

fn trim(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        // As in Java, all characters up to the blank count as blanks.
        out.write_str(input.get(row)?.trim_matches(|letter| letter <= ' ')).ok()?;
        Some(())
    }))
}
