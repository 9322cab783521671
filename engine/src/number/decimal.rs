//! Decimals: an unscaled integer and a scale, in 128 or 256 bits, as Arrow carries them.
//!
//! Where digits have to go, they are rounded half up (ties away from zero), as `BigDecimal.setScale(s, HALF_UP)` does.

use std::fmt::{self, Display, Write};
use std::str::FromStr;

use arrow::array::ArrowNativeTypeOp;
use arrow::datatypes::{ArrowNativeType, i256};

use super::double::double_to_string;

/// The integer types that hold a decimal's digits.
pub trait Unscaled: ArrowNativeTypeOp + ArrowNativeType + Display + FromStr + From<i64> + Ord {
    /// How many digits any number of the type may have.
    const DIGITS: u32;

    /// Whether it fits in 128 bits, and then which it is.
    fn narrow(self) -> Option<i128>;

    /// The lowest 64 bits, as `BigDecimal.longValue` takes them.
    fn low_bits(self) -> i64;
}

impl Unscaled for i128 {
    const DIGITS: u32 = 38;

    fn narrow(self) -> Option<i128> {
        Some(self)
    }

    fn low_bits(self) -> i64 {
        self as i64
    }
}

impl Unscaled for i256 {
    const DIGITS: u32 = 76;

    fn narrow(self) -> Option<i128> {
        self.to_i128()
    }

    fn low_bits(self) -> i64 {
        self.to_parts().0 as i64
    }
}

/// A number has more digits before the point than its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "Numeric field overflow: A field with precision {precision} and scale {scale} must round to an absolute value \
     less than 10^{}. Got {value}",
    precision - scale
)]
pub struct Overflow {
    pub precision: u16,
    pub scale: u16,
    /// The number, in plain notation.
    pub value: String,
}

/// A text is not a decimal of the type wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseDecimalError {
    #[error("'{0}' is not a number")]
    NotANumber(String),
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// Ten to a power, where the type holds it.
#[inline]
pub fn pow10<N: Unscaled>(exponent: u32) -> Option<N> {
    if exponent > N::DIGITS {
        return None;
    }
    N::from(10).pow_checked(exponent).ok()
}

/// Whether a number has at most so many digits.
#[inline]
pub fn fits<N: Unscaled>(unscaled: N, precision: u16) -> bool {
    match pow10::<N>(u32::from(precision)) {
        Some(bound) => unscaled < bound && unscaled > bound.neg_wrapping(),
        None => true,
    }
}

/// Divides by a positive number, rounding half up.
fn divide_half_up<N: Unscaled>(number: N, divisor: N) -> N {
    let quotient = number.div_wrapping(divisor);
    let rest = number.mod_wrapping(divisor);
    // Twice the rest could overflow; the distance to the divisor cannot.
    let magnitude = if rest < N::ZERO { rest.neg_wrapping() } else { rest };
    if magnitude.is_zero() || magnitude < divisor.sub_wrapping(magnitude) {
        quotient
    } else if number < N::ZERO {
        quotient.sub_wrapping(N::ONE)
    } else {
        quotient.add_wrapping(N::ONE)
    }
}

/// The same number with another scale, rounded half up, as a DECIMAL(`precision`, `scale`).
#[inline]
pub fn rescale<N: Unscaled>(unscaled: N, from_scale: u16, precision: u16, scale: u16) -> Result<N, Overflow> {
    let overflow = || Overflow { precision, scale, value: decimal_to_string(unscaled, from_scale) };
    let scaled = if scale >= from_scale {
        if unscaled.is_zero() {
            return Ok(unscaled);
        }
        let factor = pow10::<N>(u32::from(scale - from_scale)).ok_or_else(overflow)?;
        unscaled.mul_checked(factor).map_err(|_| overflow())?
    } else {
        match pow10::<N>(u32::from(from_scale - scale)) {
            Some(divisor) => divide_half_up(unscaled, divisor),
            None => N::ZERO,
        }
    };
    if fits(scaled, precision) { Ok(scaled) } else { Err(overflow()) }
}

/// A number's digits on the stack: enough for 256 bits and a sign.
struct Digits {
    bytes: [u8; 80],
    len: usize,
}

impl Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// Writes a decimal as `BigDecimal.toPlainString` does: all the digits of its scale, no exponent.
pub fn write_decimal<N: Unscaled>(out: &mut impl Write, unscaled: N, scale: u16) -> fmt::Result {
    let mut buffer = Digits { bytes: [0; 80], len: 0 };
    match unscaled.narrow().map(i64::try_from) {
        Some(Ok(small)) => buffer.write_str(itoa::Buffer::new().format(small))?,
        _ => write!(buffer, "{unscaled}")?,
    }
    let text = std::str::from_utf8(&buffer.bytes[..buffer.len]).map_err(|_| fmt::Error)?;
    let scale = usize::from(scale);
    if scale == 0 {
        return out.write_str(text);
    }
    let digits = match text.strip_prefix('-') {
        Some(digits) => {
            out.write_char('-')?;
            digits
        }
        None => text,
    };
    match digits.len().checked_sub(scale) {
        Some(point) if point > 0 => {
            out.write_str(&digits[..point])?;
            out.write_char('.')?;
            out.write_str(&digits[point..])
        }
        _ => {
            out.write_str("0.")?;
            (digits.len()..scale).try_for_each(|_| out.write_char('0'))?;
            out.write_str(digits)
        }
    }
}

/// [`write_decimal`] into a string of its own.
pub fn decimal_to_string<N: Unscaled>(unscaled: N, scale: u16) -> String {
    let mut out = String::new();
    write_decimal(&mut out, unscaled, scale).expect("a String takes all that is written");
    out
}

/// A number as written: `0.DIGITS × 10^point`, in two runs of digits.
struct Written<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

/// Splits text in the grammar of `BigDecimal`: sign, digits with at most one point among them, exponent.
fn split(text: &str) -> Option<Written<'_>> {
    let (negative, rest) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (mantissa, exponent) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => {
            let exponent = std::str::from_utf8(&rest[at + 1..]).ok()?;
            // As in Java, an exponent has at most ten digits and fits an int.
            (&rest[..at], i64::from(exponent.parse::<i32>().ok()?))
        }
        None => (rest, 0),
    };
    let (whole, fraction) = match memchr::memchr(b'.', mantissa) {
        Some(point) => (&mantissa[..point], &mantissa[point + 1..]),
        None => (mantissa, &[][..]),
    };
    let digits = |run: &[u8]| run.iter().all(u8::is_ascii_digit);
    (digits(whole) && digits(fraction) && whole.len() + fraction.len() > 0).then_some(Written {
        negative,
        whole,
        fraction,
        exponent,
    })
}

/// Reads a decimal in the grammar of Java's `BigDecimal`, rounding half up to DECIMAL(`precision`, `scale`). Blanks
/// around it are allowed.
pub fn parse_decimal<N: Unscaled>(text: &str, precision: u16, scale: u16) -> Result<N, ParseDecimalError> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let written = split(text).ok_or_else(|| ParseDecimalError::NotANumber(text.to_owned()))?;
    let overflow = || Overflow { precision, scale, value: plain(text, &written) };
    let mut digits = written.whole.iter().chain(written.fraction).map(|byte| i64::from(byte - b'0'));
    // How many of the digits stand before the place where the wanted scale ends.
    let kept = written.whole.len() as i64 + written.exponent + i64::from(scale);
    let ten = N::from(10);
    let mut unscaled = N::ZERO;
    let mut taken = 0;
    while taken < kept {
        let Some(digit) = digits.next() else { break };
        taken += 1;
        unscaled = unscaled
            .mul_checked(ten)
            .and_then(|tens| tens.add_checked(N::from(digit)))
            .map_err(|_| overflow())?;
    }
    if taken < kept {
        if !unscaled.is_zero() {
            let zeros = u32::try_from(kept - taken).ok().and_then(pow10::<N>).ok_or_else(overflow)?;
            unscaled = unscaled.mul_checked(zeros).map_err(|_| overflow())?;
        }
    } else if kept >= 0 && digits.next().is_some_and(|digit| digit >= 5) {
        unscaled = unscaled.add_checked(N::ONE).map_err(|_| overflow())?;
    }
    if !fits(unscaled, precision) {
        return Err(overflow().into());
    }
    Ok(if written.negative { unscaled.neg_wrapping() } else { unscaled })
}

/// The number in plain notation, for messages; as it is written where that would be very long.
fn plain(text: &str, written: &Written<'_>) -> String {
    /// More zeros than the widest decimal has digits say no more than the exponent does.
    const ZEROS_MAX: i64 = 100;
    if written.exponent == 0 || written.exponent.abs() > ZEROS_MAX {
        return text.to_owned();
    }
    let digits: String = written.whole.iter().chain(written.fraction).map(|byte| char::from(*byte)).collect();
    let sign = if written.negative { "-" } else { "" };
    let point = written.whole.len() as i64 + written.exponent;
    match usize::try_from(point) {
        Ok(point) if point >= digits.len() => {
            let zeros = "0".repeat(point - digits.len());
            format!("{sign}{}", format!("{digits}{zeros}").trim_start_matches('0'))
        }
        Ok(point) if point > 0 => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
        _ => format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
    }
}

/// A double as a decimal, by way of its shortest text, as `BigDecimal.valueOf(double)` does.
pub fn decimal_from_double<N: Unscaled>(
    value: f64,
    precision: u16,
    scale: u16,
) -> Result<N, ParseDecimalError> {
    parse_decimal(&double_to_string(value), precision, scale)
}

/// An integer as a decimal.
#[inline]
pub fn decimal_from_integer<N: Unscaled>(value: i64, precision: u16, scale: u16) -> Result<N, Overflow> {
    rescale(N::from(value), 0, precision, scale)
}

/// The nearest double.
pub fn decimal_to_double<N: Unscaled>(unscaled: N, scale: u16) -> f64 {
    /// Integers up to here and powers of ten up to 10^22 are doubles, so that one division rounds once.
    const EXACT_MAX: i128 = 1 << 53;
    match unscaled.narrow() {
        Some(small) if small.abs() <= EXACT_MAX && scale <= 22 => small as f64 / 10f64.powi(i32::from(scale)),
        _ => decimal_to_string(unscaled, scale).parse().expect("plain notation is a number"),
    }
}

/// The integer part, cut to 64 bits as `BigDecimal.longValue` does.
#[inline]
pub fn decimal_to_integer<N: Unscaled>(unscaled: N, scale: u16) -> i64 {
    match pow10::<N>(u32::from(scale)) {
        Some(divisor) => unscaled.div_wrapping(divisor).low_bits(),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, precision: u16, scale: u16) -> Result<String, String> {
        let narrow = parse_decimal::<i128>(text, precision, scale);
        let wide = parse_decimal::<i256>(text, precision, scale);
        assert_eq!(narrow.clone().map(i256::from), wide);
        narrow.map(|unscaled| decimal_to_string(unscaled, scale)).map_err(|error| error.to_string())
    }

    #[test]
    fn text_is_rounded_half_up() {
        for (text, precision, scale, expected) in [
            ("1", 4, 2, "1.00"),
            (" -1.005 ", 4, 2, "-1.01"),
            ("1.0049", 4, 2, "1.00"),
            (".5", 1, 0, "1"),
            ("5.", 3, 1, "5.0"),
            ("1e2", 5, 1, "100.0"),
            ("12345e-4", 3, 2, "1.23"),
            ("9e-400", 3, 2, "0.00"),
            ("-0.004", 3, 2, "0.00"),
            ("0e900", 3, 2, "0.00"),
            ("000000000000000000000000000000000000000000000000001", 1, 0, "1"),
        ] {
            assert_eq!(parse(text, precision, scale).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "-", ".", "1e", "1.2.3", "1,2", "abc", "NaN"] {
            assert!(
                matches!(parse_decimal::<i128>(text, 3, 1), Err(ParseDecimalError::NotANumber(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn too_many_digits_overflow() {
        assert_eq!(
            parse("123.45", 4, 2).unwrap_err(),
            "Numeric field overflow: A field with precision 4 and scale 2 must round to an absolute value less than \
             10^2. Got 123.45"
        );
        assert!(parse("99.995", 4, 2).is_err());
        assert!(parse("1.5e3", 4, 2).unwrap_err().ends_with("Got 1500"));
        assert_eq!(rescale(99995i128, 3, 4, 2).unwrap_err().value, "99.995");
    }

    #[test]
    fn doubles_and_integers_convert() {
        assert_eq!(decimal_from_double::<i128>(10.0, 4, 1), Ok(100));
        assert_eq!(decimal_from_double::<i128>(1e-7, 10, 8), Ok(10));
        assert!(decimal_from_double::<i128>(f64::NAN, 10, 8).is_err());
        assert_eq!(decimal_to_double(12345i128, 2), 123.45);
        assert_eq!(decimal_to_double(123456789012345678901234567i128, 9), 123456789012345678.901234567);
        assert_eq!(decimal_to_integer(-199i128, 2), -1);
        assert_eq!(decimal_to_integer(i128::from(i64::MAX) + 1, 0), i64::MIN);
    }

    proptest! {
        #[test]
        fn text_reads_back(unscaled in -(10i128.pow(37))..10i128.pow(37), scale in 0u16..38) {
            let text = decimal_to_string(unscaled, scale);
            prop_assert_eq!(parse_decimal::<i128>(&text, 38, scale), Ok(unscaled));
        }

        #[test]
        fn rescaling_agrees_with_reading(unscaled: i64, from in 0u16..18, to in 0u16..18) {
            let text = decimal_to_string(i128::from(unscaled), from);
            prop_assert_eq!(
                rescale(i128::from(unscaled), from, 38, to).ok(),
                parse_decimal::<i128>(&text, 38, to).ok()
            );
        }
    }
}
