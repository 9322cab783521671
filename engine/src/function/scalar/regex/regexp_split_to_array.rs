//! REGEXP_SPLIT_TO_ARRAY.

use arrow::array::{ArrayRef, StringArray};

use super::patterns::Patterns;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static REGEXP_SPLIT_TO_ARRAY: ScalarFunction = ScalarFunction {
    name: "REGEXP_SPLIT_TO_ARRAY",
    category: Category::Regex,
    description: "Splits a string wherever a regular expression matches.",
    variants: &[Variant {
        signature: "(string STRING, regexp STRING) -> ARRAY<STRING>",
        description: "The parts between the matches, empty ones too; the characters where the expression matches nothing \
                      at all.",
        returns: Returns::Declared,
        call: split,
    }],
    examples: &[Example { call: "REGEXP_SPLIT_TO_ARRAY('aabcda', '(ab|cd)')", result: "[\"a\",\"\",\"a\"]" }],
};

fn split(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    let mut patterns = Patterns::of(call, 1)?;
    Ok(rows::string_lists(call.rows, |row, out| {
        let text = input.get(row)?;
        let regex = patterns.get(call, row)?;
        let mut from = 0;
        for found in regex.find_iter(text) {
            // An empty match at an end separates nothing.
            if found.is_empty() && (found.start() == 0 || found.start() == text.len()) {
                continue;
            }
            out.append_value(&text[from..found.start()]);
            from = found.end();
        }
        out.append_value(&text[from..]);
        Some(())
    }))
}
