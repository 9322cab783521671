//! DOUBLEs as Java prints them.

/// Appends `Double.toString`: the shortest digits that are read back as the same number, with an exponent below 10^-3 and
/// from 10^7 on.
pub fn write_double(value: f64, out: &mut Vec<u8>) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
        return;
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let value = value.abs();
    if value.is_infinite() {
        out.extend_from_slice(b"Infinity");
        return;
    }
    if value == 0.0 {
        out.extend_from_slice(b"0.0");
        return;
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value).as_bytes();
    // The digits and where the point is among them, whatever form they came in.
    let mut digits = [0_u8; 40];
    let mut count = 0;
    let mut point = None;
    let mut exponent = 0_i32;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'.' => point = Some(count as i32),
            b'e' | b'E' => {
                exponent = super::digits::java_int(&text[at + 1..]).unwrap_or(0);
                break;
            }
            _ if count < digits.len() => {
                digits[count] = *byte;
                count += 1;
            }
            _ => {}
        }
    }
    let mut point = point.unwrap_or(count as i32) + exponent;
    let mut digits = &digits[..count];
    while let [b'0', rest @ ..] = digits {
        digits = rest;
        point -= 1;
    }
    while let [rest @ .., b'0'] = digits {
        digits = rest;
    }
    // Java writes two digits at least and takes the nearest two, which are not always the one digit and a zero: so near
    // to zero neighbours lie far apart.
    let two = if digits.len() == 1 && !value.is_normal() { format!("{value:.1e}") } else { String::new() };
    let nearest = [two.as_bytes().first().copied().unwrap_or(0), two.as_bytes().get(2).copied().unwrap_or(0)];
    if !two.is_empty() {
        // 9.9E-324 is printed by one digit as 1E-323.
        point -= i32::from(nearest[0] > digits[0]);
        digits = if nearest[1] == b'0' { &nearest[..1] } else { &nearest };
    }
    // Now the value is 0.digits times ten to the `point`.
    let count = digits.len();
    if (-2..=7).contains(&point) {
        if point <= 0 {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', point.unsigned_abs() as usize));
            out.extend_from_slice(digits);
            return;
        }
        let whole = point as usize;
        if count <= whole {
            out.extend_from_slice(digits);
            out.extend(std::iter::repeat_n(b'0', whole - count));
            out.extend_from_slice(b".0");
        } else {
            out.extend_from_slice(&digits[..whole]);
            out.push(b'.');
            out.extend_from_slice(&digits[whole..]);
        }
        return;
    }
    out.extend_from_slice(&digits[..1]);
    out.push(b'.');
    out.extend_from_slice(if count > 1 { &digits[1..] } else { b"0" });
    out.push(b'E');
    out.extend_from_slice(itoa::Buffer::new().format(point - 1).as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: f64) -> String {
        let mut out = Vec::new();
        write_double(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn prints_as_java() {
        for (value, java) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e7, "1.0E7"),
            (9_999_999.0, "9999999.0"),
            (0.001, "0.001"),
            (0.000_99, "9.9E-4"),
            (1e10, "1.0E10"),
            (-1.5, "-1.5"),
            (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
            (f64::MAX, "1.7976931348623157E308"),
            (5e-324, "4.9E-324"),
            (1e-323, "9.9E-324"),
            (2e-323, "2.0E-323"),
            (123_456.789, "123456.789"),
            (-0.0, "-0.0"),
            (100.0, "100.0"),
        ] {
            assert_eq!(text(value), java);
        }
    }

    proptest! {
        #[test]
        fn is_read_back(value in any::<f64>()) {
            if value.is_finite() {
                prop_assert_eq!(text(value).parse::<f64>().unwrap().to_bits(), value.to_bits());
            }
        }
    }
}
