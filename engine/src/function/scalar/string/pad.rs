//! What LPAD and RPAD share.

use std::fmt::Write;

use arrow::array::{ArrayRef, BinaryArray, Int32Array, StringArray};

use super::units;
use crate::error::Result;
use crate::function::{Call, rows};

/// Where the padding goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// The longest answer, in characters: a length that comes from data must not take all memory.
const LENGTH_MAX: usize = 16 * 1024 * 1024;

fn length(call: &Call<'_>, row: usize, length: i32) -> Option<usize> {
    let length = usize::try_from(length).ok()?;
    if length > LENGTH_MAX {
        call.fail(
            row,
            format!("A string cannot be padded to {length} characters: {LENGTH_MAX} is the most."),
        );
        return None;
    }
    Some(length)
}

pub(super) fn strings(call: &Call<'_>, side: Side) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    let (lengths, paddings) = (call.values::<Int32Array>(1)?, call.values::<StringArray>(2)?);
    Ok(rows::strings(call.rows, input.array.value_data().len(), |row, out| {
        let (text, padding) = (input.get(row)?, paddings.get(row)?);
        let wanted = length(call, row, lengths.get(row)?)?;
        if padding.is_empty() {
            return None;
        }
        let mut missing = wanted.saturating_sub(units::len(text));
        if side == Side::Right {
            out.write_str(units::slice(text, 0, wanted)).ok()?;
        }
        let padding_len = units::len(padding);
        while missing > 0 {
            let part = missing.min(padding_len);
            out.write_str(units::slice(padding, 0, part)).ok()?;
            missing -= part;
        }
        if side == Side::Left {
            out.write_str(units::slice(text, 0, wanted)).ok()?;
        }
        Some(())
    }))
}

pub(super) fn bytes(call: &Call<'_>, side: Side) -> Result<ArrayRef> {
    let input = call.values::<BinaryArray>(0)?;
    let (lengths, paddings) = (call.values::<Int32Array>(1)?, call.values::<BinaryArray>(2)?);
    Ok(rows::bytes(call.rows, |row, out| {
        let (bytes, padding) = (input.get(row)?, paddings.get(row)?);
        let wanted = length(call, row, lengths.get(row)?)?;
        if padding.is_empty() {
            return None;
        }
        let missing = wanted.saturating_sub(bytes.len());
        let kept = &bytes[..bytes.len().min(wanted)];
        if side == Side::Right {
            out.extend_from_slice(kept);
        }
        out.extend(padding.iter().cycle().take(missing));
        if side == Side::Left {
            out.extend_from_slice(kept);
        }
        Some(())
    }))
}
