//! Rounding to a number of decimal places, as ROUND, TRUNC, CEIL and FLOOR need it.

use super::decimal::{Unscaled, pow10};
use super::double::Digits;

/// How digits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest; ties toward positive infinity.
    Nearest,
    TowardZero,
    Up,
    Down,
}

/// A decimal with the digits behind `places` gone (before the point if it is negative), at the scale it had. None where
/// the type cannot hold the answer.
pub fn round_decimal<N: Unscaled>(unscaled: N, scale: u16, places: i32, rounding: Rounding) -> Option<N> {
    let drop = match u32::try_from(i64::from(scale) - i64::from(places)) {
        Ok(drop) if drop > 0 => drop,
        _ => return Some(unscaled),
    };
    let Some(unit) = pow10::<N>(drop) else {
        // Beyond all digits: the nearest is zero.
        return Some(N::ZERO);
    };
    let rest = unscaled.mod_wrapping(unit);
    if rest.is_zero() {
        return Some(unscaled);
    }
    let truncated = unscaled.sub_wrapping(rest);
    let negative = unscaled < N::ZERO;
    let away = match rounding {
        Rounding::TowardZero => false,
        Rounding::Up => !negative,
        Rounding::Down => negative,
        Rounding::Nearest => {
            let magnitude = if negative { rest.neg_wrapping() } else { rest };
            let left = unit.sub_wrapping(magnitude);
            magnitude > left || (magnitude == left && !negative)
        }
    };
    match (away, negative) {
        (false, _) => Some(truncated),
        (true, false) => truncated.add_checked(unit).ok(),
        (true, true) => truncated.sub_checked(unit).ok(),
    }
}

/// A decimal without its fraction: the digits of the whole part.
pub fn whole_decimal<N: Unscaled>(unscaled: N, scale: u16, rounding: Rounding) -> Option<N> {
    let rounded = round_decimal(unscaled, scale, 0, rounding)?;
    match pow10::<N>(u32::from(scale)) {
        Some(unit) => Some(rounded.div_wrapping(unit)),
        None => Some(N::ZERO),
    }
}

/// A double with the decimal digits behind `places` gone (before the point if it is negative). What counts are the digits
/// of its shortest text, as with `BigDecimal.valueOf(double)`. None for NaN and the infinities.
pub fn round_double(value: f64, places: i32, rounding: Rounding) -> Option<f64> {
    if !value.is_finite() {
        return None;
    }
    let digits = Digits::of(value);
    let text = digits.as_str().as_bytes();
    // How many of the digits stay.
    let kept = i64::from(digits.exponent) + i64::from(places);
    if kept >= text.len() as i64 {
        return Some(value);
    }
    let negative = value < 0.0;
    // Where the kept digits end before the first digit, what goes is less than a tenth of a unit.
    let (head, tail) = match usize::try_from(kept) {
        Ok(kept) => text.split_at(kept),
        Err(_) => (&[][..], &b"0"[..]),
    };
    let tie = tail == b"5";
    let above = tail.first().is_some_and(|digit| *digit >= b'5') && !tie;
    let up = match rounding {
        Rounding::TowardZero => false,
        Rounding::Up => !negative && value != 0.0,
        Rounding::Down => negative,
        Rounding::Nearest => above || (tie && !negative),
    };
    let unscaled =
        head.iter().fold(0u64, |number, digit| number * 10 + u64::from(digit - b'0')) + u64::from(up);
    if unscaled == 0 {
        return Some(0.0);
    }
    let magnitude: f64 = format!("{unscaled}e{}", -i64::from(places)).parse().ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_up() {
        use Rounding::{Down, Nearest, TowardZero, Up};
        for (unscaled, places, rounding, expected) in [
            (125i128, 1, Nearest, 130),
            (-125, 1, Nearest, -120),
            (-126, 1, Nearest, -130),
            (124, 1, Nearest, 120),
            (125, 5, Nearest, 125),
            (125, -1, Nearest, 0),
            (525, -1, Nearest, 1000),
            (125, -90, Nearest, 0),
            (199, 0, TowardZero, 100),
            (-199, 0, TowardZero, -100),
            (101, 0, Up, 200),
            (-199, 0, Up, -100),
            (199, 0, Down, 100),
            (-101, 0, Down, -200),
        ] {
            assert_eq!(
                round_decimal(unscaled, 2, places, rounding),
                Some(expected),
                "{unscaled} {places} {rounding:?}"
            );
        }
        assert_eq!(whole_decimal(-150i128, 2, Nearest), Some(-1));
    }

    #[test]
    fn doubles_round_by_their_digits() {
        use Rounding::{Nearest, TowardZero};
        for (value, places, rounding, expected) in [
            (1.005, 2, Nearest, 1.01),
            (-1.005, 2, Nearest, -1.0),
            (12345.67, -2, Nearest, 12300.0),
            (1.2, -1, Nearest, 0.0),
            (5.0, -1, Nearest, 10.0),
            (0.04, 1, Nearest, 0.0),
            (0.05, 1, Nearest, 0.1),
            (1.0e300, 5, Nearest, 1.0e300),
            (-1.19, 1, TowardZero, -1.1),
        ] {
            assert_eq!(round_double(value, places, rounding), Some(expected), "{value} {places}");
        }
        assert_eq!(round_double(f64::NAN, 1, Nearest), None);
    }
}
