//! SUBSTRING.

use std::fmt::Write;

use arrow::array::{ArrayRef, BinaryArray, Int32Array, StringArray};

use super::units;
use crate::error::Result;
use crate::function::args::Values;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static SUBSTRING: ScalarFunction = ScalarFunction {
    name: "SUBSTRING",
    category: Category::String,
    description: "A part of a string or of bytes.",
    variants: &[
        Variant {
            signature: "(str STRING, pos INT) -> STRING",
            description: "The string from a position on, counted from 1, or from the end for a negative position.",
            returns: Returns::Declared,
            call: strings,
        },
        Variant {
            signature: "(str STRING, pos INT, length INT) -> STRING",
            description: "At most so many characters of the string from a position on.",
            returns: Returns::Declared,
            call: strings,
        },
        Variant {
            signature: "(bytes BYTES, pos INT) -> BYTES",
            description: "The bytes from a position on, counted from 1, or from the end for a negative position.",
            returns: Returns::Declared,
            call: bytes,
        },
        Variant {
            signature: "(bytes BYTES, pos INT, length INT) -> BYTES",
            description: "At most so many bytes from a position on.",
            returns: Returns::Declared,
            call: bytes,
        },
    ],
    examples: &[
        Example { call: "SUBSTRING('stream', 4)", result: "\"eam\"" },
        Example { call: "SUBSTRING('stream', 2, 3)", result: "\"tre\"" },
        Example { call: "SUBSTRING('stream', -3, 2)", result: "\"ea\"" },
    ],
};

/// The position and the length of each row.
struct Window<'a> {
    positions: Values<'a, Int32Array>,
    lengths: Option<Values<'a, Int32Array>>,
}

impl<'a> Window<'a> {
    fn of(call: &'a Call<'_>) -> Result<Self> {
        let lengths = if call.len() > 2 { Some(call.values::<Int32Array>(2)?) } else { None };
        Ok(Self { positions: call.values::<Int32Array>(1)?, lengths })
    }

    /// Where the part begins and ends among `len` characters.
    fn bounds(&self, row: usize, len: usize) -> Option<(usize, usize)> {
        let position = self.positions.get(row)?;
        let length = match &self.lengths {
            Some(lengths) => usize::try_from(lengths.get(row)?).unwrap_or(0),
            None => len,
        };
        let distance = position.unsigned_abs() as usize;
        let start =
            if position < 0 { len.saturating_sub(distance) } else { distance.saturating_sub(1).min(len) };
        Some((start, start.saturating_add(length).min(len)))
    }
}

fn strings(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    let window = Window::of(call)?;
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let text = input.get(row)?;
        let (from, to) = window.bounds(row, units::len(text))?;
        out.write_str(units::slice(text, from, to)).ok()
    }))
}

fn bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<BinaryArray>(0)?;
    let window = Window::of(call)?;
    Ok(rows::bytes(call.rows, |row, out| {
        let bytes = input.get(row)?;
        let (from, to) = window.bounds(row, bytes.len())?;
        out.extend_from_slice(&bytes[from..to]);
        Some(())
    }))
}
