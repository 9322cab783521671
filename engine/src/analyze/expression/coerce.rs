//! Which types become which by themselves, and the common type of a list of expressions.

use super::literal;
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind, Literal};
use crate::schema::{DECIMAL_PRECISION_MAX, SqlType, StructField};

/// Whether an expression is the NULL literal.
pub(crate) fn is_null(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::Null))
}

/// The expression in another type. The analysis has made sure that there is such a cast.
pub fn cast(expr: Expr, to: &SqlType) -> Expr {
    if is_null(&expr) {
        return Expr::new(ExprKind::Literal(Literal::Null), to.clone());
    }
    if expr.ty == *to {
        return expr;
    }
    if let ExprKind::Literal(literal) = &expr.kind
        && let Some(text) = literal::text(literal, &expr.ty)
        && to.is_numeric()
        && expr.ty.is_numeric()
        && let Some(literal) = literal::parse(&text, to)
    {
        return Expr::new(ExprKind::Literal(literal), to.clone());
    }
    Expr::new(ExprKind::Cast(Box::new(expr)), to.clone())
}

/// CAST as the user writes it.
pub(super) fn explicit_cast(expr: Expr, to: &SqlType) -> Result<Expr> {
    if is_null(&expr) {
        // It stays a CAST, because a NULL that was given a type does not fit everywhere as the bare one does.
        return Ok(Expr::new(ExprKind::Cast(Box::new(cast(expr, to))), to.clone()));
    }
    if !castable(&expr.ty, to) {
        return Err(Error::user(format!("Cast of {} to {to} is not supported", expr.ty)));
    }
    Ok(cast(expr, to))
}

fn castable(from: &SqlType, to: &SqlType) -> bool {
    use SqlType::{
        Array, Bigint, Boolean, Bytes, Date, Decimal, Double, Integer, Map, String, Struct, Time, Timestamp,
    };
    match (from, to) {
        (from, to) if from == to => true,
        (Integer | Bigint | Double | Decimal { .. }, Integer | Bigint | Double | Decimal { .. }) => true,
        (String, Boolean | Integer | Bigint | Decimal { .. } | Double | Bytes | Timestamp | Date | Time) => {
            true
        }
        (Bytes, String) => false,
        (_, String) => true,
        (Timestamp, Date | Time) | (Date, Timestamp) => true,
        (Array(from), Array(to)) => castable(from, to),
        (Map(from_key, from), Map(to_key, to)) => castable(from_key, to_key) && castable(from, to),
        (Struct(from), Struct(to)) => to.iter().all(|field| {
            from.iter().find(|old| old.name == field.name).is_none_or(|old| castable(&old.ty, &field.ty))
        }),
        _ => false,
    }
}

/// Whether a value of one type becomes the other without losing anything (a number may widen).
pub(super) fn widens(from: &SqlType, to: &SqlType) -> bool {
    use SqlType::{Bigint, Decimal, Double, Integer};
    match (from, to) {
        (from, to) if from == to => true,
        (Integer, Bigint | Double) | (Bigint | Decimal { .. }, Double) => true,
        (Integer | Bigint, Decimal { .. }) => true,
        (Decimal { precision: p, scale: s }, Decimal { precision, scale }) => {
            s <= scale && p - s <= precision - scale
        }
        (SqlType::Array(from), SqlType::Array(to)) => widens(from, to),
        (SqlType::Map(fk, fv), SqlType::Map(tk, tv)) => widens(fk, tk) && widens(fv, tv),
        _ => false,
    }
}

/// The DECIMAL that holds all values of a numeric type that is exact.
pub(super) fn as_decimal(ty: &SqlType) -> Option<(u16, u16)> {
    match ty {
        SqlType::Integer => Some((10, 0)),
        SqlType::Bigint => Some((19, 0)),
        SqlType::Decimal { precision, scale } => Some((*precision, *scale)),
        _ => None,
    }
}

/// The narrowest type that two types widen to.
pub(super) fn common(left: &SqlType, right: &SqlType) -> Option<SqlType> {
    use SqlType::{Double, Struct};
    if left == right {
        return Some(left.clone());
    }
    if left.is_numeric() && right.is_numeric() {
        if *left == Double || *right == Double {
            return Some(Double);
        }
        if !matches!(left, SqlType::Decimal { .. }) && !matches!(right, SqlType::Decimal { .. }) {
            return Some(SqlType::Bigint);
        }
        let ((p1, s1), (p2, s2)) = (as_decimal(left)?, as_decimal(right)?);
        let scale = s1.max(s2);
        return Some(SqlType::decimal(((p1 - s1).max(p2 - s2) + scale).min(DECIMAL_PRECISION_MAX), scale));
    }
    match (left, right) {
        (SqlType::Array(left), SqlType::Array(right)) => Some(SqlType::array(common(left, right)?)),
        (SqlType::Map(lk, lv), SqlType::Map(rk, rv)) => Some(SqlType::map(common(lk, rk)?, common(lv, rv)?)),
        (Struct(left), Struct(right)) => {
            let mut fields = left.clone();
            for field in right {
                match fields.iter_mut().find(|old| old.name == field.name) {
                    Some(old) => old.ty = common(&old.ty, &field.ty)?,
                    None => fields.push(StructField { name: field.name.clone(), ty: field.ty.clone() }),
                }
            }
            Some(Struct(fields))
        }
        _ => None,
    }
}

/// Two expressions of a list that have no common type.
#[derive(Debug)]
pub(super) struct Clash {
    /// Index of the one that does not fit.
    pub(super) index: usize,
    pub(super) expected: SqlType,
    pub(super) found: SqlType,
    /// The text of the literal that cannot be read in the expected type.
    pub(super) literal: Option<String>,
}

/// Gives all expressions of a list one type. The first that is not NULL says which family it is; literals are read as
/// that type where they can. `None` when all are NULL.
pub(super) fn unify(exprs: Vec<Expr>) -> std::result::Result<Option<(Vec<Expr>, SqlType)>, Box<Clash>> {
    let mut ty: Option<SqlType> = None;
    for (index, expr) in exprs.iter().enumerate().filter(|(_, expr)| !is_null(expr)) {
        ty = Some(match ty {
            None => expr.ty.clone(),
            Some(known) => join(&known, expr).map_err(|literal| {
                Box::new(Clash { index, expected: known.clone(), found: expr.ty.clone(), literal })
            })?,
        });
    }
    let Some(ty) = ty else { return Ok(None) };
    let exprs = exprs
        .into_iter()
        .enumerate()
        .map(|(index, expr)| {
            let found = expr.ty.clone();
            convert(expr, &ty)
                .ok_or_else(|| Box::new(Clash { index, expected: ty.clone(), found, literal: None }))
        })
        .collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(Some((exprs, ty)))
}

/// The type of a list so far and one more element; the error is the text of a literal that does not fit.
fn join(known: &SqlType, expr: &Expr) -> std::result::Result<SqlType, Option<String>> {
    if let Some(ty) = common(known, &expr.ty) {
        return Ok(ty);
    }
    match &expr.kind {
        ExprKind::Literal(Literal::String(text)) if !known.is_nested() => {
            // A text that is a wider number widens the list.
            let candidates: Vec<SqlType> = match known {
                SqlType::Integer => vec![SqlType::Integer, SqlType::Bigint],
                other => vec![other.clone()],
            };
            for ty in candidates {
                if literal::parse(text, &ty).is_some() {
                    return Ok(ty);
                }
            }
            if known.is_numeric()
                && let Ok(decimal) = literal::decimal_literal(text.trim())
                && text.trim().contains('.')
            {
                return common(known, &decimal.ty).ok_or(Some(text.clone()));
            }
            Err(Some(text.clone()))
        }
        ExprKind::Literal(literal)
            if *known == SqlType::String && literal::text(literal, &expr.ty).is_some() =>
        {
            Ok(SqlType::String)
        }
        ExprKind::Array(items) => match known {
            SqlType::Array(element) => {
                let mut ty = (**element).clone();
                for item in items.iter().filter(|item| !is_null(item)) {
                    ty = join(&ty, item)?;
                }
                Ok(SqlType::array(ty))
            }
            _ => Err(None),
        },
        ExprKind::Map(entries) => match known {
            SqlType::Map(key, value) => {
                let (mut key, mut value) = ((**key).clone(), (**value).clone());
                for (k, v) in entries {
                    key = if is_null(k) { key } else { join(&key, k)? };
                    value = if is_null(v) { value } else { join(&value, v).map_err(|_| None)? };
                }
                Ok(SqlType::map(key, value))
            }
            _ => Err(None),
        },
        _ => Err(None),
    }
}

/// The expression in a type that [`unify`] found; literals are read anew.
fn convert(expr: Expr, ty: &SqlType) -> Option<Expr> {
    if is_null(&expr) || expr.ty == *ty {
        return Some(cast(expr, ty));
    }
    match (&expr.kind, ty) {
        (ExprKind::Literal(literal), _) if !expr.ty.is_nested() => {
            if let Some(literal) = literal::text(literal, &expr.ty).and_then(|text| literal::parse(&text, ty))
            {
                return Some(Expr::new(ExprKind::Literal(literal), ty.clone()));
            }
        }
        (ExprKind::Array(_), SqlType::Array(element)) => {
            let ExprKind::Array(items) = expr.kind else { return None };
            let items = items.into_iter().map(|item| convert(item, element)).collect::<Option<_>>()?;
            return Some(Expr::new(ExprKind::Array(items), ty.clone()));
        }
        (ExprKind::Map(_), SqlType::Map(key, value)) => {
            let ExprKind::Map(entries) = expr.kind else { return None };
            let entries = entries
                .into_iter()
                .map(|(k, v)| Some((convert(k, key)?, convert(v, value)?)))
                .collect::<Option<_>>()?;
            return Some(Expr::new(ExprKind::Map(entries), ty.clone()));
        }
        _ => {}
    }
    castable(&expr.ty, ty).then(|| cast(expr, ty))
}
