//! Literals, and what a literal can become when another type is asked of it.

use super::null;
use crate::analyze::type_name::decimal;
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind, Literal};
use crate::schema::SqlType;
use crate::sql;
use crate::time::partial;

pub(super) fn typed(literal: &sql::Literal) -> Result<Expr> {
    let (literal, ty) = match literal {
        sql::Literal::Null => return Ok(null()),
        sql::Literal::Boolean(value) => (Literal::Boolean(*value), SqlType::Boolean),
        sql::Literal::Integer(value) => match i32::try_from(*value) {
            Ok(value) => (Literal::Integer(value), SqlType::Integer),
            Err(_) => (Literal::Bigint(*value), SqlType::Bigint),
        },
        sql::Literal::Decimal(text) => return decimal_literal(text),
        sql::Literal::Double(value) => (Literal::Double(*value), SqlType::Double),
        sql::Literal::String(value) => (Literal::String(value.clone()), SqlType::String),
    };
    Ok(Expr::new(ExprKind::Literal(literal), ty))
}

/// A decimal as written: `1.50` is DECIMAL(3, 2), `0.05` is DECIMAL(3, 2).
pub(super) fn decimal_literal(text: &str) -> Result<Expr> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(Error::user(format!("Invalid numeric literal: {text}")));
    }
    let scale = fraction.len() as u32;
    // A number below one counts the zero before the point as a digit, as ksqlDB does.
    let precision = if whole.is_empty() { scale + 1 } else { whole.len() as u32 + scale };
    let ty = decimal(precision.max(1), scale)?;
    let unscaled = format!("{whole}{fraction}");
    let unscaled = unscaled.trim_start_matches('0');
    let unscaled = if unscaled.is_empty() { "0".to_owned() } else { format!("{sign}{unscaled}") };
    Ok(Expr::new(ExprKind::Literal(Literal::Decimal(unscaled)), ty))
}

/// The text of a literal as a user would write it.
pub(super) fn text(literal: &Literal, ty: &SqlType) -> Option<String> {
    Some(match literal {
        Literal::Boolean(value) => value.to_string(),
        Literal::Integer(value) => value.to_string(),
        Literal::Bigint(value) => value.to_string(),
        Literal::Double(value) => crate::number::double_to_string(*value),
        Literal::Decimal(unscaled) => {
            let SqlType::Decimal { scale, .. } = ty else { return None };
            let value = arrow::datatypes::i256::from_string(unscaled)?;
            crate::number::decimal_to_string(value, *scale)
        }
        Literal::String(value) => value.clone(),
        _ => return None,
    })
}

/// A text as a literal of a type, where the text can be read as one.
pub(super) fn parse(text: &str, ty: &SqlType) -> Option<Literal> {
    let trimmed = text.trim();
    Some(match ty {
        SqlType::Boolean => {
            let lower = trimmed.to_ascii_lowercase();
            let is = |word: &str| !lower.is_empty() && word.starts_with(&lower);
            match () {
                () if is("true") || is("yes") => Literal::Boolean(true),
                () if is("false") || is("no") => Literal::Boolean(false),
                () => return None,
            }
        }
        SqlType::Integer => Literal::Integer(trimmed.parse().ok()?),
        SqlType::Bigint => Literal::Bigint(trimmed.parse().ok()?),
        SqlType::Double => Literal::Double(crate::number::parse_double(trimmed)?),
        SqlType::Decimal { precision, scale } => Literal::Decimal(
            crate::number::parse_decimal::<arrow::datatypes::i256>(trimmed, *precision, *scale)
                .ok()?
                .to_string(),
        ),
        SqlType::String => Literal::String(text.to_owned()),
        SqlType::Timestamp => Literal::Timestamp(partial::parse_timestamp(trimmed).ok()?),
        SqlType::Date => Literal::Date(partial::parse_date(trimmed).ok()?),
        SqlType::Time => Literal::Time(partial::parse_time(trimmed).ok()?),
        _ => return None,
    })
}
