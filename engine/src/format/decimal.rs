//! DECIMALs from text: exactly, never by way of a binary fraction, and never rounded.

use arrow::datatypes::i256;

use super::column::DecimalType;

/// A decimal number as its text has it: `whole.fraction` times ten to the `exponent`.
#[derive(Debug, Clone, Copy)]
pub struct DecimalText<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

/// How many digits a message shows of a number that does not fit.
const SHOWN: usize = 60;

impl<'a> DecimalText<'a> {
    /// What `new BigDecimal(text)` takes.
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        let (negative, rest) = match text.first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, rest) = split_digits(rest);
        let (fraction, rest) = match rest.split_first() {
            Some((b'.', rest)) => split_digits(rest),
            _ => (&rest[..0], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match rest.split_first() {
            None => 0,
            Some((b'e' | b'E', exponent)) => i64::from(super::digits::java_int(exponent)?),
            Some(_) => return None,
        };
        Some(Self { negative, whole, fraction, exponent })
    }

    /// Digits behind the point; below zero for a number like `1E3`.
    fn scale(&self) -> i64 {
        self.fraction.len() as i64 - self.exponent
    }

    fn digits(&self) -> impl DoubleEndedIterator<Item = &'a u8> + use<'a> {
        self.whole.iter().chain(self.fraction)
    }

    /// The digits without zeros in front and behind, how many there are, and the power of ten to multiply them by.
    fn significant(&self) -> (impl Iterator<Item = &'a u8> + use<'a>, usize, i64) {
        let total = self.whole.len() + self.fraction.len();
        let front = self.digits().take_while(|digit| **digit == b'0').count();
        let behind = self.digits().rev().take(total - front).take_while(|digit| **digit == b'0').count();
        let count = total - front - behind;
        (self.digits().skip(front).take(count), count, behind as i64 - self.scale())
    }

    /// The significant digits and how many zeros to write behind them to have the value without its point in a type; none
    /// if it does not fit.
    fn in_type(&self, ty: DecimalType) -> Option<(impl Iterator<Item = &'a u8> + use<'a>, u32)> {
        let (digits, count, power) = self.significant();
        if count == 0 {
            return Some((digits, 0));
        }
        let zeros = power + i64::from(ty.scale);
        if zeros < 0 || count as i64 + zeros > i64::from(ty.precision) {
            return None;
        }
        Some((digits, zeros as u32))
    }

    /// The value without its point in a type of up to 38 digits.
    pub fn fit(&self, ty: DecimalType) -> Option<i128> {
        let (digits, zeros) = self.in_type(ty)?;
        let value = digits.fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
        let value = value * 10_i128.pow(zeros);
        Some(if self.negative { -value } else { value })
    }

    /// The value without its point in a type of up to 76 digits.
    pub fn fit_wide(&self, ty: DecimalType) -> Option<i256> {
        let (digits, zeros) = self.in_type(ty)?;
        let mut text = String::from(if self.negative { "-0" } else { "0" });
        text.extend(digits.map(|digit| char::from(*digit)));
        text.extend(std::iter::repeat_n('0', zeros as usize));
        i256::from_string(&text)
    }

    /// Why the value does not fit, in ksqlDB's words.
    pub fn misfit(&self, ty: DecimalType) -> String {
        let mut plain = Vec::new();
        self.write_java(&mut plain);
        let count = self.digits().skip_while(|digit| **digit == b'0').count().max(1);
        plain.truncate(SHOWN);
        format!(
            "Cannot fit decimal '{}' into DECIMAL({}, {}) without rounding. (Requires {},{})",
            String::from_utf8_lossy(&plain),
            ty.precision,
            ty.scale,
            count,
            self.scale()
        )
    }

    /// Appends `BigDecimal.toString`: with an exponent where the scale is below zero or the number very small.
    pub fn write_java(&self, out: &mut Vec<u8>) {
        let front = self.digits().take_while(|digit| **digit == b'0').count();
        let total = self.whole.len() + self.fraction.len();
        let zero = front == total;
        let digits = || self.digits().skip(if zero { total - 1 } else { front });
        let count = if zero { 1 } else { total - front };
        let scale = self.scale();
        let adjusted = count as i64 - 1 - scale;
        if self.negative && !zero {
            out.push(b'-');
        }
        if scale >= 0 && adjusted >= -6 {
            let scale = scale as usize;
            if count <= scale {
                out.extend_from_slice(b"0.");
                out.extend(std::iter::repeat_n(b'0', scale - count));
                out.extend(digits());
            } else {
                out.extend(digits().take(count - scale));
                if scale > 0 {
                    out.push(b'.');
                    out.extend(digits().skip(count - scale));
                }
            }
            return;
        }
        out.extend(digits().take(1));
        if count > 1 {
            out.push(b'.');
            out.extend(digits().skip(1));
        }
        if adjusted != 0 {
            out.extend_from_slice(if adjusted > 0 { b"E+" } else { b"E" });
            out.extend_from_slice(itoa::Buffer::new().format(adjusted).as_bytes());
        }
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|c| c.is_ascii_digit()).count())
}

/// A number of a DECIMAL without a fraction, small enough for one word: the common case of [`DecimalText::fit`].
#[inline]
pub fn quick_fit(text: &[u8], at: usize, ty: DecimalType) -> Option<(i128, usize)> {
    let negative = text.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let (whole, count) = super::digits::unsigned(text, start)?;
    if count == 0 || (count > 1 && text[start] == b'0') {
        return None;
    }
    let mut end = start + count;
    let mut value = i128::from(whole);
    let mut scale = 0;
    if text.get(end) == Some(&b'.') {
        let (fraction, count) = super::digits::unsigned(text, end + 1)?;
        if count == 0 {
            return None;
        }
        value = value * 10_i128.pow(count as u32) + i128::from(fraction);
        scale = count as u16;
        end += 1 + count;
    }
    if scale > ty.scale || ty.precision > 38 || matches!(text.get(end), Some(b'e' | b'E')) {
        return None;
    }
    let value = value.checked_mul(10_i128.pow(u32::from(ty.scale - scale)))?;
    if value >= 10_i128.pow(u32::from(ty.precision)) {
        return None;
    }
    Some((if negative { -value } else { value }, end))
}

/// The whole part of a number token of JSON, its lowest 64 bits: what Java's `longValue` gives.
pub fn truncated(token: &[u8]) -> i64 {
    let Some(text) = DecimalText::parse(token) else { return 0 };
    let whole = text.whole.len() as i64 + text.exponent;
    let digits = text.whole.len() + text.fraction.len();
    let mut value = text
        .digits()
        .take(whole.clamp(0, digits as i64) as usize)
        .fold(0_i64, |value, digit| value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')));
    let zeros = (whole - digits as i64).max(0);
    // Ten to the 64th is a multiple of two to the 64th.
    value = if zeros >= 64 { 0 } else { (0..zeros).fold(value, |value, _| value.wrapping_mul(10)) };
    if text.negative { value.wrapping_neg() } else { value }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::print::write_decimal;

    fn fit(text: &str, precision: u16, scale: u16) -> Option<i128> {
        DecimalText::parse(text.as_bytes()).and_then(|text| text.fit(DecimalType { precision, scale }))
    }

    #[test]
    fn fits_exactly_or_not_at_all() {
        assert_eq!(fit("12.365", 6, 4), Some(123_650));
        assert_eq!(fit("-0.50", 2, 1), Some(-5));
        assert_eq!(fit("1e3", 4, 0), Some(1000));
        assert_eq!(fit("120e-1", 2, 0), Some(12));
        assert_eq!(fit("0e99999", 2, 0), Some(0));
        assert_eq!(fit("1.25", 3, 1), None);
        assert_eq!(fit("100", 2, 0), None);
        assert_eq!(fit("1e2147483647", 38, 0), None);
        assert_eq!(fit("", 38, 0), None);
        assert_eq!(fit("1.2.3", 38, 0), None);
    }

    #[test]
    fn prints_as_java() {
        for (text, java) in [
            ("1e3", "1E+3"),
            ("1.50", "1.50"),
            ("-0.0", "0.0"),
            ("0.0000001", "1E-7"),
            ("12.3E+7", "1.23E+8"),
            ("1.5E-10", "1.5E-10"),
            ("007", "7"),
            ("0.000001", "0.000001"),
            ("100", "100"),
        ] {
            let mut out = Vec::new();
            DecimalText::parse(text.as_bytes()).unwrap().write_java(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), java, "{text}");
        }
    }

    #[test]
    fn truncates_to_the_lowest_bits() {
        for (text, value) in [
            ("1.9", 1),
            ("-1.9", -1),
            ("1e3", 1000),
            ("0.5e1", 5),
            ("18446744073709551617", 1),
            ("1e400", 0),
            ("12e-5", 0),
        ] {
            assert_eq!(truncated(text.as_bytes()), value, "{text}");
        }
    }

    proptest! {
        #[test]
        fn plain_text_is_read_back(value in any::<i128>(), scale in 0_u16..=38) {
            let value = value % 10_i128.pow(38);
            let mut text = Vec::new();
            write_decimal(value, scale, &mut text);
            let ty = DecimalType { precision: 38, scale };
            prop_assert_eq!(DecimalText::parse(&text).and_then(|text| text.fit(ty)), Some(value));
            if let Some((quick, end)) = quick_fit(&text, 0, ty) {
                prop_assert_eq!((quick, end), (value, text.len()));
            }
        }
    }
}
