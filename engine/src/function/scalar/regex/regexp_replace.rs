//! REGEXP_REPLACE.

use arrow::array::{ArrayRef, StringArray};

use super::java::Replacement;
use super::patterns::Patterns;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static REGEXP_REPLACE: ScalarFunction = ScalarFunction {
    name: "REGEXP_REPLACE",
    category: Category::Regex,
    description: "Replaces what matches a regular expression.",
    variants: &[Variant {
        signature: "(str STRING, regexp STRING, newStr STRING) -> STRING",
        description: "The string with the new one for all that matches; $1 in the new string is what group 1 matched, \
                      \\$ a dollar.",
        returns: Returns::Declared,
        call: replace,
    }],
    examples: &[
        Example { call: "REGEXP_REPLACE('foobar', 'fo*', 'x')", result: "\"xbar\"" },
        Example { call: "REGEXP_REPLACE('John Doe', '(\\w+) (\\w+)', '$2, $1')", result: "\"Doe, John\"" },
    ],
};

fn replace(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let news = call.values::<StringArray>(2)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let (text, new) = (input.get(row)?, news.get(row)?);
        let regex = patterns.get(call, row)?;
        let replacement = call.check(row, Replacement::parse(new, regex))?;
        replacement.write(regex, text, out).ok()
    }))
}
