//! Decimal numbers with their scale, as Java's BigDecimal has them.

/// Digits and how many of them stand behind the point: `1.0` and `1.00` differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BigDecimal {
    negative: bool,
    /// Without leading zeros; empty for zero.
    digits: String,
    /// Negative for `1E5`.
    pub scale: i64,
}

impl BigDecimal {
    /// Reads `-12.50e3`; none if it is not a number.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = all.trim_start_matches('0').to_owned();
        let scale = i64::try_from(fraction.len()).ok()? - exponent;
        Some(Self { negative: negative && !digits.is_empty(), digits, scale })
    }

    /// Whether both are the same number, whatever their scales.
    pub fn same_number(&self, other: &Self) -> bool {
        let bare = |decimal: &Self| {
            let digits = decimal.digits.trim_end_matches('0');
            let zeros = (decimal.digits.len() - digits.len()) as i64;
            (digits.to_owned(), if digits.is_empty() { 0 } else { decimal.scale - zeros })
        };
        self.negative == other.negative && bare(self) == bare(other)
    }

    /// The whole part.
    pub fn truncated(&self) -> Option<i128> {
        let keep = self.digits.len() as i64 - self.scale;
        let mut whole: String = self.digits.chars().take(usize::try_from(keep.max(0)).ok()?).collect();
        for _ in 0..(-self.scale).clamp(0, 40) {
            whole.push('0');
        }
        let number: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        Some(if self.negative { -number } else { number })
    }
}

#[cfg(test)]
mod tests {
    use super::BigDecimal;

    #[test]
    fn scale_counts() {
        let parse = |text| BigDecimal::parse(text).unwrap();
        assert_ne!(parse("1.0"), parse("1.00"));
        assert!(parse("1.0").same_number(&parse("1.00")));
        assert!(parse("1E2").same_number(&parse("100")));
        assert_eq!(parse("1E2").scale, -2);
        assert_eq!(parse("-12.9").truncated(), Some(-12));
        assert_eq!(parse("1.5e3").truncated(), Some(1500));
        assert_eq!(parse("0.001").truncated(), Some(0));
        assert_eq!(BigDecimal::parse("abc"), None);
    }
}
