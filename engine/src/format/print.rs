//! Numbers at the end of a payload, as Java prints them.

use std::fmt::{self, Write};

use crate::number::{self, Unscaled};

/// A payload that text is appended to.
struct Payload<'a>(&'a mut Vec<u8>);

impl Write for Payload<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Appends a DOUBLE: `1.0`, `1.0E10`, `NaN`.
pub fn write_double(value: f64, out: &mut Vec<u8>) {
    number::write_double(&mut Payload(out), value).expect("a vector takes all that is written");
}

/// Appends a DECIMAL in plain digits, all that its scale has.
pub fn write_decimal<N: Unscaled>(value: N, scale: u16, out: &mut Vec<u8>) {
    number::write_decimal(&mut Payload(out), value, scale).expect("a vector takes all that is written");
}

/// Appends an integer.
#[inline]
pub fn write_integer(value: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}
