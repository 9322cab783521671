//! REGEXP_EXTRACT.

use std::fmt::Write;

use arrow::array::{ArrayRef, Int32Array, StringArray};

use super::patterns::Patterns;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static REGEXP_EXTRACT: ScalarFunction = ScalarFunction {
    name: "REGEXP_EXTRACT",
    category: Category::Regex,
    description: "The first part of a string that matches a regular expression.",
    variants: &[
        Variant {
            signature: "(pattern STRING, input STRING) -> STRING",
            description: "What the expression matches first; NULL where it matches nothing.",
            returns: Returns::Declared,
            call: extract,
        },
        Variant {
            signature: "(pattern STRING, input STRING, group INT) -> STRING",
            description: "What a group of the expression matches first; 0 is the whole. NULL where there is no such group.",
            returns: Returns::Declared,
            call: extract,
        },
    ],
    examples: &[
        Example { call: "REGEXP_EXTRACT('.*', 'test')", result: "\"test\"" },
        Example { call: "REGEXP_EXTRACT('(.*) (.*)', 'hello there', 2)", result: "\"there\"" },
    ],
};

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let mut patterns = Patterns::of(call, 0)?;
    let input = call.values::<StringArray>(1)?;
    let groups = if call.len() > 2 { Some(call.values::<Int32Array>(2)?) } else { None };
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let text = input.get(row)?;
        let group = groups.as_ref().map_or(Some(0), |groups| groups.get(row))?;
        let group = usize::try_from(group).ok()?;
        let regex = patterns.get(call, row)?;
        let found = if group == 0 { regex.find(text)? } else { regex.captures(text)?.get(group)? };
        out.write_str(found.as_str()).ok()
    }))
}
