//! REGEXP_EXTRACT_ALL.

use arrow::array::{ArrayRef, Int32Array, StringArray};

use super::patterns::Patterns;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static REGEXP_EXTRACT_ALL: ScalarFunction = ScalarFunction {
    name: "REGEXP_EXTRACT_ALL",
    category: Category::Regex,
    description: "All parts of a string that match a regular expression.",
    variants: &[
        Variant {
            signature: "(pattern STRING, input STRING) -> ARRAY<STRING>",
            description: "All that the expression matches, in order.",
            returns: Returns::Declared,
            call: extract,
        },
        Variant {
            signature: "(pattern STRING, input STRING, group INT) -> ARRAY<STRING>",
            description: "All that a group of the expression matches; 0 is the whole. NULL where there is no such group.",
            returns: Returns::Declared,
            call: extract,
        },
    ],
    examples: &[Example {
        call: "REGEXP_EXTRACT_ALL('(\\w+) (\\w*)', 'hello there nice day', 2)",
        result: "[\"there\",\"day\"]",
    }],
};

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let mut patterns = Patterns::of(call, 0)?;
    let input = call.values::<StringArray>(1)?;
    let groups = if call.len() > 2 { Some(call.values::<Int32Array>(2)?) } else { None };
    Ok(rows::string_lists(call.rows, |row, out| {
        let text = input.get(row)?;
        let group = groups.as_ref().map_or(Some(0), |groups| groups.get(row))?;
        let group = usize::try_from(group).ok()?;
        let regex = patterns.get(call, row)?;
        if group >= regex.captures_len() {
            return None;
        }
        if group == 0 {
            regex.find_iter(text).for_each(|found| out.append_value(found.as_str()));
        } else {
            for captures in regex.captures_iter(text) {
                out.append_option(captures.get(group).map(|group| group.as_str()));
            }
        }
        Some(())
    }))
}
