//! Answers built row by row.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, ArrowPrimitiveType, BinaryBuilder, BooleanArray, ListBuilder, PrimitiveArray, StringBuilder,
};

use super::Call;

/// STRING answers: `write` writes a row's text into the builder (which is a [`std::fmt::Write`]); none is NULL.
/// `capacity` is a guess at the bytes of all answers.
pub fn strings(
    rows: usize,
    capacity: usize,
    mut write: impl FnMut(usize, &mut StringBuilder) -> Option<()>,
) -> ArrayRef {
    let mut out = StringBuilder::with_capacity(rows, capacity);
    for row in 0..rows {
        match write(row, &mut out) {
            Some(()) => out.append_value(""),
            None => out.append_null(),
        }
    }
    Arc::new(out.finish())
}

/// BYTES answers: `write` appends a row's bytes to the (empty) buffer; none is NULL.
pub fn bytes(rows: usize, mut write: impl FnMut(usize, &mut Vec<u8>) -> Option<()>) -> ArrayRef {
    let mut out = BinaryBuilder::with_capacity(rows, 0);
    let mut buffer = Vec::new();
    for row in 0..rows {
        buffer.clear();
        out.append_option(write(row, &mut buffer).map(|()| &buffer));
    }
    Arc::new(out.finish())
}

/// Answers of a type with a fixed width; none is NULL.
pub fn primitives<T: ArrowPrimitiveType>(
    rows: usize,
    value: impl FnMut(usize) -> Option<T::Native>,
) -> PrimitiveArray<T> {
    (0..rows).map(value).collect()
}

/// BOOLEAN answers; none is NULL.
pub fn booleans(rows: usize, value: impl FnMut(usize) -> Option<bool>) -> ArrayRef {
    Arc::new((0..rows).map(value).collect::<BooleanArray>())
}

/// ARRAY<STRING> answers: `write` appends a row's elements to the builder; none is NULL.
pub fn string_lists(rows: usize, mut write: impl FnMut(usize, &mut StringBuilder) -> Option<()>) -> ArrayRef {
    let mut out = ListBuilder::new(StringBuilder::new());
    for row in 0..rows {
        let valid = write(row, out.values()).is_some();
        out.append(valid);
    }
    Arc::new(out.finish())
}

/// What the rows of a call share: a failure takes its row to NULL and to the processing log.
impl Call<'_> {
    /// The value, or none after noting that the call fails for this row.
    pub fn check<T, E: ToString>(&self, row: usize, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.fail(row, error.to_string())).ok()
    }
}
