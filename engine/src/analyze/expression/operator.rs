//! Arithmetic, `||` and LIKE.

use super::coerce::{as_decimal, cast, is_null};
use super::{ExpressionAnalyzer, boolean, not};
use crate::analyze::scope::error_at;
use crate::error::Result;
use crate::expression::{Arithmetic, Expr, ExprKind, Literal};
use crate::schema::{DECIMAL_PRECISION_MAX, SqlType};
use crate::sql::{self, BinaryOp, UnaryOp};

impl ExpressionAnalyzer<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, inner: &sql::Expr, whole: &sql::Expr) -> Result<Expr> {
        let typed = self.analyze(inner)?;
        if !typed.ty.is_numeric() {
            return Err(error_at(
                whole.span(),
                format!(
                    "Error processing expression: {whole}. {} is not a number, so it has no sign",
                    typed.ty
                ),
            ));
        }
        if op == UnaryOp::Plus {
            return Ok(typed);
        }
        // A negative literal is one literal.
        let ty = typed.ty.clone();
        let negated = match &typed.kind {
            ExprKind::Literal(Literal::Integer(value)) => value.checked_neg().map(Literal::Integer),
            ExprKind::Literal(Literal::Bigint(value)) => match value.checked_neg() {
                Some(value) if i32::try_from(value).is_ok() => {
                    return Ok(Expr::new(
                        ExprKind::Literal(Literal::Integer(value as i32)),
                        SqlType::Integer,
                    ));
                }
                other => other.map(Literal::Bigint),
            },
            ExprKind::Literal(Literal::Double(value)) => Some(Literal::Double(-value)),
            ExprKind::Literal(Literal::Decimal(value)) => {
                Some(Literal::Decimal(match value.strip_prefix('-') {
                    Some(positive) => positive.to_owned(),
                    None => format!("-{value}"),
                }))
            }
            _ => None,
        };
        Ok(match negated {
            Some(literal) => Expr::new(ExprKind::Literal(literal), ty),
            None => Expr::new(ExprKind::Negate(Box::new(typed)), ty),
        })
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &sql::Expr,
        right: &sql::Expr,
        whole: &sql::Expr,
    ) -> Result<Expr> {
        if op == BinaryOp::Concat {
            let name = sql::Ident::new("CONCAT");
            return self.call(&name, &[left.clone(), right.clone()], whole.span());
        }
        let (mut l, mut r) = (self.analyze(left)?, self.analyze(right)?);
        if is_null(&l) && !is_null(&r) {
            l = cast(l, &r.ty.clone());
        } else if is_null(&r) {
            r = cast(r, &l.ty.clone());
        }
        let arithmetic = match op {
            BinaryOp::Subtract => Arithmetic::Subtract,
            BinaryOp::Multiply => Arithmetic::Multiply,
            BinaryOp::Divide => Arithmetic::Divide,
            BinaryOp::Modulo => Arithmetic::Modulo,
            BinaryOp::Add | BinaryOp::Concat => Arithmetic::Add,
        };
        let unsupported = || {
            error_at(
                whole.span(),
                format!(
                    "Error processing expression: {whole}. Unsupported arithmetic types. {} {}",
                    base_name(&l.ty),
                    base_name(&r.ty)
                ),
            )
        };
        if op == BinaryOp::Add && l.ty == SqlType::String && r.ty == SqlType::String {
            return Ok(arithmetic_of(arithmetic, l, r, SqlType::String));
        }
        if !l.ty.is_numeric() || !r.ty.is_numeric() {
            return Err(unsupported());
        }
        if l.ty == SqlType::Double || r.ty == SqlType::Double {
            let (l, r) = (cast(l, &SqlType::Double), cast(r, &SqlType::Double));
            return Ok(arithmetic_of(arithmetic, l, r, SqlType::Double));
        }
        let is_decimal = |ty: &SqlType| matches!(ty, SqlType::Decimal { .. });
        if !is_decimal(&l.ty) && !is_decimal(&r.ty) {
            let ty = if l.ty == SqlType::Integer && r.ty == SqlType::Integer {
                SqlType::Integer
            } else {
                SqlType::Bigint
            };
            let (l, r) = (cast(l, &ty), cast(r, &ty));
            return Ok(arithmetic_of(arithmetic, l, r, ty));
        }
        let (Some(lp), Some(rp)) = (as_decimal(&l.ty), as_decimal(&r.ty)) else { return Err(unsupported()) };
        let ty = decimal_result(arithmetic, lp, rp);
        let as_type = |(precision, scale): (u16, u16)| SqlType::decimal(precision, scale);
        let (l, r) = (cast(l, &as_type(lp)), cast(r, &as_type(rp)));
        Ok(arithmetic_of(arithmetic, l, r, ty))
    }

    pub(super) fn like(
        &mut self,
        value: &sql::Expr,
        pattern: &sql::Expr,
        escape: Option<char>,
        negated: bool,
        whole: &sql::Expr,
    ) -> Result<Expr> {
        let (value, pattern) = (self.analyze(value)?, self.analyze(pattern)?);
        if value.ty != SqlType::String || pattern.ty != SqlType::String {
            return Err(error_at(
                whole.span(),
                format!("LIKE compares strings, but '{whole}' has {} and {}", value.ty, pattern.ty),
            ));
        }
        let like = boolean(ExprKind::Like { value: Box::new(value), pattern: Box::new(pattern), escape });
        Ok(if negated { not(like) } else { like })
    }
}

fn arithmetic_of(op: Arithmetic, left: Expr, right: Expr, ty: SqlType) -> Expr {
    Expr::new(ExprKind::Arithmetic(op, Box::new(left), Box::new(right)), ty)
}

/// The name of a type without its parameters.
fn base_name(ty: &SqlType) -> String {
    let text = ty.to_string();
    text.split(['(', '<']).next().unwrap_or(&text).to_owned()
}

/// The type of decimal arithmetic (the rules of SQL Server, which ksqlDB follows).
fn decimal_result(op: Arithmetic, (p1, s1): (u16, u16), (p2, s2): (u16, u16)) -> SqlType {
    let (precision, scale) = match op {
        Arithmetic::Add | Arithmetic::Subtract => {
            let scale = s1.max(s2);
            (scale + (p1 - s1).max(p2 - s2) + 1, scale)
        }
        Arithmetic::Multiply => (p1 + p2 + 1, s1 + s2),
        Arithmetic::Divide => {
            let scale = (s1 + p2 + 1).max(6);
            (p1 - s1 + s2 + scale, scale)
        }
        Arithmetic::Modulo => ((p1 - s1).min(p2 - s2) + s1.max(s2), s1.max(s2)),
    };
    let precision = precision.clamp(1, DECIMAL_PRECISION_MAX);
    SqlType::decimal(precision, scale.min(precision))
}
