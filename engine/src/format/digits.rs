//! Numbers from their digits, as Java reads them.

/// The number that up to 16 digits at `at` stand for, and how many there are. None if there are more.
#[inline(always)]
pub fn unsigned(text: &[u8], at: usize) -> Option<(u64, usize)> {
    let Some(word) = word_at(text, at) else {
        return unsigned_near_end(text, at);
    };
    let count = digits_in(word);
    let high = eight_digits(word, count);
    if count < 8 {
        return Some((high, count));
    }
    let Some(word) = word_at(text, at + 8) else {
        let (low, count) = unsigned_near_end(text, at + 8)?;
        return Some((high * POWERS[count] + low, 8 + count));
    };
    let count = digits_in(word);
    let low = eight_digits(word, count);
    if count == 8 && text.get(at + 16).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some((high * POWERS[count] + low, 8 + count))
}

const POWERS: [u64; 17] = {
    let mut powers = [1; 17];
    let mut i = 1;
    while i < 17 {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

#[inline(always)]
fn word_at(text: &[u8], at: usize) -> Option<u64> {
    text.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// How many of the eight characters, from the first, are digits.
#[inline(always)]
fn digits_in(word: u64) -> usize {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    // A carry out of a byte disturbs only what follows a byte that is no digit anyway.
    let over = word.wrapping_add(0x0606_0606_0606_0606);
    let others = ((word & HIGH) ^ ZEROS) | ((over & HIGH) ^ ZEROS);
    others.trailing_zeros() as usize / 8
}

/// The number that the first `count` of eight digits stand for.
#[inline(always)]
fn eight_digits(word: u64, count: usize) -> u64 {
    if count == 0 {
        return 0;
    }
    // Zeros in front, then neighbours are joined: digits to pairs, pairs to fours, fours to the eight.
    let ones = (word << (64 - 8 * count)) & 0x0f0f_0f0f_0f0f_0f0f;
    let twos = (ones.wrapping_mul(2561) >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (twos.wrapping_mul(6_553_601) >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(42_949_672_960_001) >> 32
}

fn unsigned_near_end(text: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    let mut count = 0;
    while let Some(digit) = text.get(at + count).map(|c| c.wrapping_sub(b'0')).filter(|d| *d < 10) {
        if count == 16 {
            return None;
        }
        value = value * 10 + u64::from(digit);
        count += 1;
    }
    Some((value, count))
}

/// `Long.parseLong`.
pub fn java_long(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    // Below zero, because that side reaches one further.
    let value = digits.iter().try_fold(0_i64, |value, digit| {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value.checked_mul(10)?.checked_sub(i64::from(digit))
    })?;
    if negative { Some(value) } else { value.checked_neg() }
}

/// `Integer.parseInt`.
pub fn java_int(text: &[u8]) -> Option<i32> {
    java_long(text)?.try_into().ok()
}

/// `Double.parseDouble`, but for its hexadecimal form.
pub fn java_double(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    match text.trim_matches(|c: char| c <= ' ') {
        "NaN" | "+NaN" | "-NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        // Numbers beyond the largest double are refused, where Java makes them infinite.
        text => crate::number::parse_double(text),
    }
}

/// The value of a number token of JSON as a DOUBLE. Zero has no sign, as in Java's BigDecimal.
pub fn json_double(token: &[u8]) -> f64 {
    std::str::from_utf8(token).ok().and_then(|token| token.parse::<f64>().ok()).unwrap_or(f64::NAN) + 0.0
}

/// A DOUBLE that can be read quickly and exactly: no exponent and up to 15 digits. Gives where it ends.
#[inline]
pub fn quick_double(text: &[u8], at: usize) -> Option<(f64, usize)> {
    let negative = text.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let (whole, count) = unsigned(text, start)?;
    if count == 0 || (count > 1 && text[start] == b'0') {
        return None;
    }
    let mut end = start + count;
    let mut value = whole as f64;
    let mut digits = count;
    if text.get(end) == Some(&b'.') {
        let (fraction, count) = unsigned(text, end + 1)?;
        digits += count;
        if count == 0 || digits > 15 {
            return None;
        }
        end += 1 + count;
        // Both are exact in a double, so the quotient is rounded once.
        value = (whole * POWERS[count] + fraction) as f64 / POWERS[count] as f64;
    }
    if digits > 15 || matches!(text.get(end), Some(b'e' | b'E')) {
        return None;
    }
    Some((if negative { 0.0 - value } else { value }, end))
}

/// An integer of up to 16 digits at `at`, and where it ends. None if it is anything else, a number with a fraction for instance.
#[inline(always)]
pub fn quick_integer(text: &[u8], at: usize) -> Option<(i64, usize)> {
    let negative = text.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let (value, count) = unsigned(text, start)?;
    let end = start + count;
    if count == 0 || (count > 1 && text[start] == b'0') || matches!(text.get(end), Some(b'.' | b'e' | b'E')) {
        return None;
    }
    let value = value as i64;
    Some((if negative { -value } else { value }, end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn integers_are_read_as_written(value in any::<i64>(), small in -100_000_i64..100_000, tail in "[,}\\] ]{0,20}") {
            prop_assert_eq!(java_long(value.to_string().as_bytes()), Some(value));
            for value in [value / 1000, small] {
                let text = format!("{value}{tail}");
                prop_assert_eq!(quick_integer(text.as_bytes(), 0), Some((value, value.to_string().len())));
            }
        }

        #[test]
        fn quick_doubles_are_exact(text in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,8})?", tail in "[,}\\] ]{0,20}") {
            if let Some((value, end)) = quick_double(format!("{text}{tail}").as_bytes(), 0) {
                prop_assert_eq!(end, text.len());
                prop_assert_eq!(value.to_bits(), json_double(text.as_bytes()).to_bits());
            }
        }
    }

    #[test]
    fn doubles_from_text() {
        for (text, value) in
            [(" 1.5 ", 1.5), ("1d", 1.0), ("-.5F", -0.5), ("1e3", 1000.0), ("-Infinity", f64::NEG_INFINITY)]
        {
            assert_eq!(java_double(text.as_bytes()), Some(value), "{text}");
        }
        for text in ["", "inf", "nan", "1e", "x", "+", "1dd"] {
            assert_eq!(java_double(text.as_bytes()), None, "{text}");
        }
    }
}
