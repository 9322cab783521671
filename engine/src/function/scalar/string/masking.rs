//! What the MASK functions share.

use std::fmt::Write;

use arrow::array::{ArrayRef, Int32Array, StringArray, StringBuilder};

use super::units;
use crate::error::Result;
use crate::function::args::Values;
use crate::function::{Call, Returns, Variant, rows};

/// What stands for the characters of each kind; none leaves them as they are.
struct Masker {
    upper: Option<char>,
    lower: Option<char>,
    digit: Option<char>,
    other: Option<char>,
}

const DEFAULT: Masker = Masker { upper: Some('X'), lower: Some('x'), digit: Some('n'), other: Some('-') };

impl Masker {
    fn write(&self, text: &str, out: &mut StringBuilder) -> Option<()> {
        text.chars()
            .try_for_each(|letter| {
                let mask = if letter.is_uppercase() {
                    self.upper
                } else if letter.is_lowercase() {
                    self.lower
                } else if letter.is_ascii_digit() || (!letter.is_ascii() && letter.is_numeric()) {
                    self.digit
                } else {
                    self.other
                };
                out.write_char(mask.unwrap_or(letter))
            })
            .ok()
    }
}

/// The four arguments behind `first` that say what stands for what, if they are there.
struct Masks<'a>(Option<[Values<'a, StringArray>; 4]>);

impl<'a> Masks<'a> {
    fn of(call: &'a Call<'_>, first: usize) -> Result<Self> {
        if call.len() <= first {
            return Ok(Self(None));
        }
        let argument = |index| call.values::<StringArray>(first + index);
        Ok(Self(Some([argument(0)?, argument(1)?, argument(2)?, argument(3)?])))
    }

    fn at(&self, row: usize) -> Masker {
        match &self.0 {
            None => DEFAULT,
            Some(arguments) => {
                let letter = |index: usize| arguments[index].get(row).and_then(|text| text.chars().next());
                Masker { upper: letter(0), lower: letter(1), digit: letter(2), other: letter(3) }
            }
        }
    }
}

/// Which part of a string is masked.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// The first characters.
    Left,
    /// The last characters.
    Right,
    /// All but the first characters.
    KeepLeft,
    /// All but the last characters.
    KeepRight,
}

/// MASK: the whole string.
pub(super) fn whole(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    let masks = Masks::of(call, 1)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        masks.at(row).write(input.get(row)?, out)
    }))
}

/// The others: a part of the string.
pub(super) fn part(call: &Call<'_>, part: Part) -> Result<ArrayRef> {
    let (input, counts) = (call.values::<StringArray>(0)?, call.values::<Int32Array>(1)?);
    let masks = Masks::of(call, 2)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let (text, count) = (input.get(row)?, counts.get(row)?);
        let Ok(count) = usize::try_from(count) else {
            call.fail(row, "function requires a non-negative number of characters to mask or skip");
            return None;
        };
        let len = units::len(text);
        let at = match part {
            Part::Left | Part::KeepLeft => count.min(len),
            Part::Right | Part::KeepRight => len.saturating_sub(count),
        };
        let (head, tail) = text.split_at(units::slice(text, 0, at).len());
        let masker = masks.at(row);
        match part {
            Part::Left | Part::KeepRight => {
                masker.write(head, out)?;
                out.write_str(tail).ok()
            }
            Part::Right | Part::KeepLeft => {
                out.write_str(head).ok()?;
                masker.write(tail, out)
            }
        }
    }))
}

/// The two variants of a function that masks a part.
pub(super) const fn variants(
    description: &'static str,
    call: fn(&Call<'_>) -> Result<ArrayRef>,
) -> [Variant; 2] {
    [
        Variant {
            signature: "(input STRING, numChars INT) -> STRING",
            description,
            returns: Returns::Declared,
            call,
        },
        Variant {
            signature: "(input STRING, numChars INT, upper STRING, lower STRING, digit STRING, other STRING) -> STRING",
            description,
            returns: Returns::Declared,
            call,
        },
    ]
}
