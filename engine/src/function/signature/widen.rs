//! Which types become which without a CAST.

use crate::schema::{DECIMAL_PRECISION_MAX, SqlType};

/// Whether an argument of type `from` is converted by itself where a function asks for `to`.
pub(super) fn castable(from: &SqlType, to: &SqlType) -> bool {
    match (from, to) {
        (SqlType::Integer, SqlType::Bigint | SqlType::Double)
        | (SqlType::Bigint | SqlType::Decimal { .. }, SqlType::Double)
        | (SqlType::String, SqlType::Date | SqlType::Time | SqlType::Timestamp) => true,
        (SqlType::Integer | SqlType::Bigint | SqlType::Decimal { .. }, SqlType::Decimal { .. }) => {
            common(from, to).as_ref() == Some(to)
        }
        (SqlType::Array(from), SqlType::Array(to)) => from == to || castable(from, to),
        (SqlType::Map(k, v), SqlType::Map(key, value)) => {
            (k == key || castable(k, key)) && (v == value || castable(v, value))
        }
        _ => false,
    }
}

/// The DECIMAL that holds all values of a whole number type, or the type itself when it is one.
pub(super) fn as_decimal(ty: &SqlType) -> Option<SqlType> {
    match ty {
        SqlType::Integer => Some(SqlType::decimal(10, 0)),
        SqlType::Bigint => Some(SqlType::decimal(19, 0)),
        SqlType::Decimal { .. } => Some(ty.clone()),
        _ => None,
    }
}

/// The narrowest type that both become without a CAST.
pub(super) fn common(a: &SqlType, b: &SqlType) -> Option<SqlType> {
    if a == b {
        return Some(a.clone());
    }
    match (a, b) {
        (SqlType::Double, other) | (other, SqlType::Double) => other.is_numeric().then_some(SqlType::Double),
        (SqlType::Integer, SqlType::Bigint) | (SqlType::Bigint, SqlType::Integer) => Some(SqlType::Bigint),
        (SqlType::Decimal { .. }, _) | (_, SqlType::Decimal { .. }) => {
            let (
                SqlType::Decimal { precision: p1, scale: s1 },
                SqlType::Decimal { precision: p2, scale: s2 },
            ) = (as_decimal(a)?, as_decimal(b)?)
            else {
                return None;
            };
            let scale = s1.max(s2);
            let precision = p1.saturating_sub(s1).max(p2.saturating_sub(s2)) + scale;
            Some(SqlType::decimal(precision.min(DECIMAL_PRECISION_MAX), scale))
        }
        (SqlType::String, time) | (time, SqlType::String)
            if matches!(time, SqlType::Date | SqlType::Time | SqlType::Timestamp) =>
        {
            Some(time.clone())
        }
        (SqlType::Array(a), SqlType::Array(b)) => common(a, b).map(SqlType::array),
        (SqlType::Map(k1, v1), SqlType::Map(k2, v2)) => Some(SqlType::map(common(k1, k2)?, common(v1, v2)?)),
        _ => None,
    }
}
