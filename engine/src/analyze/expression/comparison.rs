//! Comparisons, BETWEEN and IN.

use super::coerce::{Clash, cast, common, is_null, unify};
use super::{ExpressionAnalyzer, boolean, literal, not};
use crate::analyze::scope::error_at;
use crate::error::{Error, Result};
use crate::expression::{Comparison, Expr, ExprKind, Literal};
use crate::schema::{SqlType, is_pseudo_column};
use crate::sql::{self, ComparisonOp};
use crate::time::partial;

impl ExpressionAnalyzer<'_> {
    pub(super) fn comparison(
        &mut self,
        op: ComparisonOp,
        left: &sql::Expr,
        right: &sql::Expr,
        whole: &sql::Expr,
    ) -> Result<Expr> {
        let (l, r) = self.comparable(op.name(), left, right, whole)?;
        let ordered = !matches!(op, ComparisonOp::Equal | ComparisonOp::NotEqual);
        if ordered && (l.ty.is_nested() || l.ty == SqlType::Boolean) {
            return Err(cannot_compare(op.name(), (left, &l.ty), (right, &r.ty), whole));
        }
        Ok(compare(comparison_of(op), l, r))
    }

    pub(super) fn distinct(
        &mut self,
        left: &sql::Expr,
        right: &sql::Expr,
        negated: bool,
        whole: &sql::Expr,
    ) -> Result<Expr> {
        let (l, r) = (self.analyze(left)?, self.analyze(right)?);
        let (l, r) = match (is_null(&l), is_null(&r)) {
            (true, _) => (cast(l, &r.ty), r),
            (_, true) => (l.clone(), cast(r, &l.ty)),
            _ => self.comparable(
                if negated { "IS_NOT_DISTINCT_FROM" } else { "IS_DISTINCT_FROM" },
                left,
                right,
                whole,
            )?,
        };
        let distinct = boolean(ExprKind::IsDistinct(Box::new(l), Box::new(r)));
        Ok(if negated { not(distinct) } else { distinct })
    }

    pub(super) fn between(
        &mut self,
        value: &sql::Expr,
        low: &sql::Expr,
        high: &sql::Expr,
        negated: bool,
    ) -> Result<Expr> {
        let (v1, low) = self.comparable("GREATER_THAN_OR_EQUAL", value, low, low)?;
        let (v2, high) = self.comparable("LESS_THAN_OR_EQUAL", value, high, high)?;
        let between = if v1 == v2 {
            boolean(ExprKind::Between { value: Box::new(v1), low: Box::new(low), high: Box::new(high) })
        } else {
            boolean(ExprKind::And(
                Box::new(compare(Comparison::GreaterOrEqual, v1, low)),
                Box::new(compare(Comparison::LessOrEqual, v2, high)),
            ))
        };
        Ok(if negated { not(between) } else { between })
    }

    pub(super) fn in_list(&mut self, value: &sql::Expr, list: &[sql::Expr], negated: bool) -> Result<Expr> {
        let mut exprs = vec![self.analyze(value)?];
        for item in list {
            exprs.push(self.analyze(item)?);
        }
        let text = |index: usize| if index == 0 { value.to_string() } else { list[index - 1].to_string() };
        let found = unify(exprs).map_err(|clash| in_clash(&clash, &text(clash.index)))?;
        let Some((mut exprs, _)) = found else {
            return Err(error_at(value.span(), "IN needs a value that is not NULL"));
        };
        let value = exprs.remove(0);
        // A NULL in the list equals nothing.
        exprs.retain(|item| !is_null(item));
        let found = boolean(ExprKind::In { value: Box::new(value), list: exprs });
        Ok(if negated { not(found) } else { found })
    }

    /// Both sides in one type.
    fn comparable(
        &mut self,
        op: &str,
        left: &sql::Expr,
        right: &sql::Expr,
        whole: &sql::Expr,
    ) -> Result<(Expr, Expr)> {
        let (l, r) = (self.analyze(left)?, self.analyze(right)?);
        if is_null(&l) || is_null(&r) {
            let text = |expr: &sql::Expr, typed: &Expr| {
                if is_null(typed) { "NULL".to_owned() } else { expr.to_string() }
            };
            let symbol = match whole {
                sql::Expr::Comparison { op, .. } => op.symbol(),
                _ => "=",
            };
            let told = format!("{} {symbol} {}", text(left, &l), text(right, &r));
            return Err(error_at(whole.span(), format!("Comparison with NULL not supported: {told}")));
        }
        if let Some(r) = magic_timestamp(left, &r)? {
            return Ok((l, r));
        }
        if let Some(l) = magic_timestamp(right, &l)? {
            return Ok((l, r));
        }
        if let Some(ty) = common(&l.ty, &r.ty) {
            return Ok((cast(l, &ty), cast(r, &ty)));
        }
        let is_time = |ty: &SqlType| matches!(ty, SqlType::Timestamp | SqlType::Date | SqlType::Time);
        match (&l.ty, &r.ty) {
            (time, SqlType::String) if is_time(time) => {
                let r = time_literal(&r, time, right)?;
                Ok((l, r))
            }
            (SqlType::String, time) if is_time(time) => {
                let l = time_literal(&l, time, left)?;
                Ok((l, r))
            }
            (SqlType::Timestamp, SqlType::Date) => Ok((l, cast(r, &SqlType::Timestamp))),
            (SqlType::Date, SqlType::Timestamp) => Ok((cast(l, &SqlType::Timestamp), r)),
            _ => Err(cannot_compare(op, (left, &l.ty), (right, &r.ty), whole)),
        }
    }
}

fn cannot_compare(
    op: &str,
    (left, left_type): (&sql::Expr, &SqlType),
    (right, right_type): (&sql::Expr, &SqlType),
    whole: &sql::Expr,
) -> Error {
    error_at(
        whole.span(),
        format!("Cannot compare {left} ({left_type}) to {right} ({right_type}) with {op}."),
    )
}

fn compare(op: Comparison, left: Expr, right: Expr) -> Expr {
    boolean(ExprKind::Compare(op, Box::new(left), Box::new(right)))
}

fn comparison_of(op: ComparisonOp) -> Comparison {
    match op {
        ComparisonOp::Equal => Comparison::Equal,
        ComparisonOp::NotEqual => Comparison::NotEqual,
        ComparisonOp::Less => Comparison::Less,
        ComparisonOp::LessOrEqual => Comparison::LessOrEqual,
        ComparisonOp::Greater => Comparison::Greater,
        ComparisonOp::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}

/// ROWTIME, WINDOWSTART and WINDOWEND are numbers, but a text beside them is read as a point in time.
fn magic_timestamp(column: &sql::Expr, other: &Expr) -> Result<Option<Expr>> {
    let sql::Expr::Column { name, .. } = column else { return Ok(None) };
    let is_time =
        is_pseudo_column(&name.value) && !matches!(name.value.as_str(), "ROWPARTITION" | "ROWOFFSET");
    match &other.kind {
        ExprKind::Literal(Literal::String(text)) if is_time => {
            let millis = partial::parse_timestamp(text).map_err(|error| {
                error_at(column.span(), format!("Failed to parse timestamp '{text}': {error}"))
            })?;
            Ok(Some(Expr::new(ExprKind::Literal(Literal::Bigint(millis)), SqlType::Bigint)))
        }
        _ => Ok(None),
    }
}

/// A text beside a time is read as one: a literal now, another expression for each row.
fn time_literal(expr: &Expr, ty: &SqlType, text: &sql::Expr) -> Result<Expr> {
    match &expr.kind {
        ExprKind::Literal(Literal::String(value)) => match literal::parse(value, ty) {
            Some(literal) => Ok(Expr::new(ExprKind::Literal(literal), ty.clone())),
            None => Err(error_at(text.span(), format!("{text} cannot be read as a {ty}"))),
        },
        _ => Ok(cast(expr.clone(), ty)),
    }
}

fn in_clash(clash: &Clash, text: &str) -> Error {
    Error::user(match &clash.literal {
        Some(literal) => {
            format!("Invalid Predicate: invalid input syntax for type {}: \"{literal}\".", clash.expected)
        }
        None => format!(
            "Invalid Predicate: operator does not exist: {} = {} ({text})\n\
             Hint: You might need to add explicit type casts.",
            clash.expected, clash.found
        ),
    })
}
