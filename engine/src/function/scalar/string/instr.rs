//! INSTR.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, StringArray};
use arrow::datatypes::Int32Type;

use super::units;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static INSTR: ScalarFunction = ScalarFunction {
    name: "INSTR",
    category: Category::String,
    description: "Where a string stands in another.",
    variants: &[
        variant(
            "(str STRING, substring STRING) -> INT",
            "The position of the substring, counted from 1; 0 for none.",
        ),
        variant(
            "(str STRING, substring STRING, position INT) -> INT",
            "As above, from a position on; a negative position counts from the end and searches backwards.",
        ),
        variant(
            "(str STRING, substring STRING, position INT, occurrence INT) -> INT",
            "As above, for the occurrence given, counted from 1.",
        ),
    ],
    examples: &[
        Example { call: "INSTR('corporate floor', 'or')", result: "2" },
        Example { call: "INSTR('corporate floor', 'or', 3, 2)", result: "14" },
        Example { call: "INSTR('corporate floor', 'or', -3, 2)", result: "2" },
    ],
};

const fn variant(signature: &'static str, description: &'static str) -> Variant {
    Variant { signature, description, returns: Returns::Declared, call: instr }
}

fn instr(call: &Call<'_>) -> Result<ArrayRef> {
    let (strings, substrings) = (call.values::<StringArray>(0)?, call.values::<StringArray>(1)?);
    let position = if call.len() > 2 { Some(call.values::<Int32Array>(2)?) } else { None };
    let occurrence = if call.len() > 3 { Some(call.values::<Int32Array>(3)?) } else { None };
    Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| {
        let found = (|| {
            let position = position.as_ref().map_or(Some(1), |position| position.get(row))?;
            let occurrence = occurrence.as_ref().map_or(Some(1), |occurrence| occurrence.get(row))?;
            find(strings.get(row)?, substrings.get(row)?, position, occurrence)
        })();
        Some(found.map_or(0, |unit| unit as i32 + 1))
    })))
}

/// Where the wanted occurrence begins, in UTF-16 code units.
fn find(text: &str, substring: &str, position: i32, occurrence: i32) -> Option<usize> {
    let mut left = usize::try_from(occurrence).ok()?.checked_sub(1)?;
    if position == 0 || substring.is_empty() {
        return None;
    }
    if position > 0 {
        let mut from = text.len() - units::slice(text, position as usize - 1, usize::MAX).len();
        loop {
            let at = from + text[from..].find(substring)?;
            if left == 0 {
                return Some(units::unit_of(text, at));
            }
            left -= 1;
            from = at + text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    // The occurrence may begin at the position, counted from the end, or before it.
    let start = units::len(text).checked_sub(position.unsigned_abs() as usize)?;
    let last = units::slice(text, 0, start).len();
    let mut end = (last + substring.len()).min(text.len());
    loop {
        // `end` may fall into a character; the search is over bytes, and a match begins and ends between characters.
        let at = memchr::memmem::rfind(&text.as_bytes()[..end], substring.as_bytes())?;
        if left == 0 {
            return Some(units::unit_of(text, at));
        }
        left -= 1;
        end = (at + substring.len()).checked_sub(1)?;
    }
}
