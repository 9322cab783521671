//! Doubles and integers as text.

use std::fmt::{self, Write};
use std::str::FromStr;

/// A finite double's shortest decimal digits: `0.d1d2d3… × 10^exponent`, without leading or trailing zeros (one `0` for
/// zero).
pub(super) struct Digits {
    /// As many digits as a double ever needs: 17.
    digits: [u8; 20],
    len: usize,
    pub(super) exponent: i32,
}

impl Digits {
    pub(super) fn of(value: f64) -> Self {
        let mut buffer = zmij::Buffer::new();
        Self::read(buffer.format_finite(value.abs()))
    }

    /// Takes the digits out of Rust's notations (`120.5`, `1.2e-7`).
    fn read(text: &str) -> Self {
        let (mantissa, power) = match text.split_once('e') {
            Some((mantissa, power)) => (mantissa, power.parse::<i32>().unwrap_or(0)),
            None => (text, 0),
        };
        let mut out = Self { digits: [b'0'; 20], len: 0, exponent: power };
        let mut before_point = true;
        for byte in mantissa.bytes() {
            match byte {
                b'.' => before_point = false,
                b'0' if out.len == 0 => out.exponent -= i32::from(!before_point),
                digit => {
                    // Plain notation may have more zeros than fit; they are trimmed below, so they may be dropped.
                    if out.len < out.digits.len() {
                        out.digits[out.len] = digit;
                        out.len += 1;
                    }
                    out.exponent += i32::from(before_point);
                }
            }
        }
        while out.len > 0 && out.digits[out.len - 1] == b'0' {
            out.len -= 1;
        }
        if out.len == 0 {
            out.len = 1;
            out.exponent = 1;
        }
        out
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.len]).expect("only ASCII digits were put in")
    }
}

/// Writes a double as Java's `Double.toString` does: `1.0`, `1.0E10`, `NaN`, `-Infinity`.
pub fn write_double(out: &mut impl Write, value: f64) -> fmt::Result {
    if value.is_nan() {
        return out.write_str("NaN");
    }
    if value.is_sign_negative() {
        out.write_char('-')?;
    }
    if value.is_infinite() {
        return out.write_str("Infinity");
    }
    let magnitude = value.abs();
    if magnitude == 0.0 {
        return out.write_str("0.0");
    }
    let mut digits = Digits::of(magnitude);
    if digits.len == 1 && magnitude.is_subnormal() {
        // Java takes the nearest of the numbers with two digits, which among the smallest doubles is not the one with
        // the shortest digits and a zero.
        digits = Digits::read(&format!("{magnitude:.1e}"));
    }
    let text = digits.as_str();
    if (1e-3..1e7).contains(&magnitude) {
        match usize::try_from(digits.exponent) {
            Ok(0) | Err(_) => {
                out.write_str("0.")?;
                (digits.exponent..0).try_for_each(|_| out.write_char('0'))?;
                out.write_str(text)
            }
            Ok(whole) if whole < text.len() => {
                out.write_str(&text[..whole])?;
                out.write_char('.')?;
                out.write_str(&text[whole..])
            }
            Ok(whole) => {
                out.write_str(text)?;
                (text.len()..whole).try_for_each(|_| out.write_char('0'))?;
                out.write_str(".0")
            }
        }
    } else {
        let (first, rest) = text.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        write!(out, "{first}.{rest}E{}", digits.exponent - 1)
    }
}

/// [`write_double`] into a string of its own.
pub fn double_to_string(value: f64) -> String {
    let mut out = String::with_capacity(24);
    write_double(&mut out, value).expect("a String takes all that is written");
    out
}

/// Reads a finite double in the notations that Java's `Double.parseDouble` takes in decimal: blanks around it, a sign, an
/// exponent, a suffix `d` or `f`. NaN and the infinities are not numbers that text may give.
pub fn parse_double(text: &str) -> Option<f64> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let text = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    if text.bytes().any(|byte| !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Reads an integer as Java's `Integer.parseInt` and `Long.parseLong` do, with blanks around it allowed.
pub fn parse_integer<I: FromStr>(text: &str) -> Option<I> {
    text.trim_matches(|c: char| c <= ' ').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn doubles_print_as_java_prints_them() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (100.0, "100.0"),
            (123456.789, "123456.789"),
            (0.001, "0.001"),
            (0.00123, "0.00123"),
            (0.5, "0.5"),
            (0.000999, "9.99E-4"),
            (9999999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (1e10, "1.0E10"),
            (-1.5e300, "-1.5E300"),
            (12345678.9, "1.23456789E7"),
            (f64::MAX, "1.7976931348623157E308"),
            (5e-324, "4.9E-324"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double_to_string(value), text);
        }
    }

    #[test]
    fn only_numbers_are_read() {
        assert_eq!(parse_double(" 1.5e3d "), Some(1500.0));
        assert_eq!(parse_double("+.5"), Some(0.5));
        for text in ["", "NaN", "Infinity", "inf", "1,5", "0x10", "1 2"] {
            assert_eq!(parse_double(text), None, "{text}");
        }
        assert_eq!(parse_integer::<i32>(" +7 "), Some(7));
        assert_eq!(parse_integer::<i32>("2147483648"), None);
    }

    proptest! {
        #[test]
        fn text_reads_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(parse_double(&double_to_string(value)).map(f64::to_bits), Some(bits));
        }
    }
}
