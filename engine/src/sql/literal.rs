//! What the digits of a number mean.

use super::error::ParseError;
use super::expr::Literal;
use super::span::Span;

/// A number in the text: with an exponent DOUBLE, with a point DECIMAL, else INTEGER or BIGINT.
pub(super) fn number(digits: &str, negative: bool, at: Span) -> Result<Literal, ParseError> {
    let text = if negative { format!("-{digits}") } else { digits.to_string() };
    if digits.contains(['e', 'E']) {
        return match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Literal::Double(value)),
            Ok(_) => Err(ParseError::invalid(at, format!("Number overflows DOUBLE: {text}"))),
            Err(_) => Err(invalid(&text, at)),
        };
    }
    if digits.contains('.') {
        return decimal(&text, at);
    }
    text.parse().map(Literal::Integer).map_err(|_| invalid(&text, at))
}

/// A decimal number, with the digits and the scale of the text. `1.` is written `1`, `.5` is written `0.5`.
pub(super) fn decimal(text: &str, at: Span) -> Result<Literal, ParseError> {
    let (sign, unsigned) = match text.trim().strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.trim().trim_start_matches('+')),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let only_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !only_digits(whole) || !only_digits(fraction) {
        return Err(invalid(text, at));
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok(Literal::Decimal(format!("{sign}{whole}{point}{fraction}")))
}

fn invalid(text: &str, at: Span) -> ParseError {
    // ksqlDB counts the column of this one message from 2.
    let at = Span { column: at.column.saturating_add(1), ..at };
    ParseError::invalid(at, format!("Invalid numeric literal: {text}"))
}
