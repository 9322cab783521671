//! Which rows of a column are NULL.

use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};

/// The rows that are NULL, ascending.
#[derive(Default)]
pub struct Nulls(Vec<usize>);

impl Nulls {
    pub fn push(&mut self, row: usize) {
        self.0.push(row);
    }

    pub fn truncate(&mut self, len: usize) {
        while self.0.last().is_some_and(|row| *row >= len) {
            self.0.pop();
        }
    }

    /// The validity of a column of `len` rows; none where every row has a value.
    pub fn finish(&mut self, len: usize) -> Option<NullBuffer> {
        if self.0.is_empty() {
            return None;
        }
        let mut bits = vec![0xff_u8; len.div_ceil(8)];
        for row in self.0.drain(..) {
            bits[row / 8] &= !(1 << (row % 8));
        }
        Some(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(bits), 0, len)))
    }
}
