//! Expressions. This is also how messages quote them: `(A + 1)`, `CAST(A AS STRING)`.

use std::fmt::{self, Display};

use super::name::BackQuoted;
use super::{Joined, Quoted};
use crate::sql::expr::{Expr, Literal, UnaryOp};

impl Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => f.write_str("null"),
            Literal::Boolean(value) => value.fmt(f),
            Literal::Integer(value) => value.fmt(f),
            Literal::Decimal(digits) if digits.contains('.') => f.write_str(digits),
            Literal::Decimal(digits) => write!(f, "DECIMAL '{digits}'"),
            Literal::Double(value) => write!(f, "{value:E}"),
            Literal::String(text) => Quoted(text).fmt(f),
        }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = |negated: &bool| if *negated { "NOT " } else { "" };
        match self {
            Expr::Literal { value, .. } => value.fmt(f),
            Expr::Column { source: Some(source), name, .. } => write!(f, "{source}.{name}"),
            Expr::Column { source: None, name, .. } => name.fmt(f),
            Expr::Unary { op, expr, .. } => {
                let sign = if *op == UnaryOp::Minus { '-' } else { '+' };
                // A sign before digits would be read as part of the number.
                match **expr {
                    Expr::Literal { .. } | Expr::Unary { .. } => write!(f, "{sign}({expr})"),
                    _ => write!(f, "{sign}{expr}"),
                }
            }
            Expr::Binary { op, left, right, .. } => write!(f, "({left} {} {right})", op.symbol()),
            Expr::Logical { op, left, right, .. } => write!(f, "({left} {} {right})", op.keyword()),
            Expr::Not { expr, .. } => write!(f, "(NOT {expr})"),
            Expr::Comparison { op, left, right, .. } => write!(f, "({left} {} {right})", op.symbol()),
            Expr::IsNull { expr, negated, .. } => write!(f, "({expr} IS {}NULL)", not(negated)),
            Expr::IsDistinctFrom { left, right, negated, .. } => {
                write!(f, "({left} IS {}DISTINCT FROM {right})", not(negated))
            }
            Expr::Between { expr, low, high, negated, .. } => {
                write!(f, "({expr} {}BETWEEN {low} AND {high})", not(negated))
            }
            Expr::InList { expr, list, negated, .. } => {
                write!(f, "({expr} {}IN ({}))", not(negated), Joined(list))
            }
            Expr::Like { expr, pattern, escape, negated, .. } => {
                write!(f, "({expr} {}LIKE {pattern}", not(negated))?;
                if let Some(escape) = escape {
                    write!(f, " ESCAPE {}", Quoted(escape.encode_utf8(&mut [0; 4])))?;
                }
                f.write_str(")")
            }
            Expr::Case { operand, branches, default, .. } => {
                f.write_str("(CASE")?;
                if let Some(operand) = operand {
                    write!(f, " {operand}")?;
                }
                for (when, then) in branches {
                    write!(f, " WHEN {when} THEN {then}")?;
                }
                if let Some(default) = default {
                    write!(f, " ELSE {default}")?;
                }
                f.write_str(" END)")
            }
            Expr::Cast { expr, data_type, .. } => write!(f, "CAST({expr} AS {data_type})"),
            Expr::Call { name, args, .. } => {
                match name.as_str() {
                    // Unquoted, these are constructors.
                    "MAP" | "STRUCT" => BackQuoted(&name.value).fmt(f)?,
                    _ => name.fmt(f)?,
                }
                if args.is_empty() && name.as_str() == "COUNT" {
                    return f.write_str("(*)");
                }
                write!(f, "({})", Joined(args))
            }
            Expr::Lambda { params, body, .. } => write!(f, "({}) => {body}", Joined(params)),
            Expr::Subscript { base, index, .. } => write!(f, "{}[{index}]", Base(base)),
            Expr::Field { base, field, .. } => write!(f, "{}->{field}", Base(base)),
            Expr::Array { elements, .. } => write!(f, "ARRAY[{}]", Joined(elements)),
            Expr::Map { entries, .. } => {
                f.write_str("MAP(")?;
                for (i, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}:={value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Expr::Struct { fields, .. } => {
                f.write_str("STRUCT(")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}:={value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Expr::IntervalUnit { unit, .. } => f.write_str(unit.keyword()),
        }
    }
}

/// What stands before `[` and `->`, which bind tighter than a sign.
pub(super) struct Base<'a>(pub(super) &'a Expr);

impl Display for Base<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::Unary { .. } | Expr::Literal { .. } => write!(f, "({})", self.0),
            // `ARRAY[` begins a constructor.
            Expr::Column { source: None, name, .. } if name.as_str() == "ARRAY" => {
                BackQuoted(&name.value).fmt(f)
            }
            _ => self.0.fmt(f),
        }
    }
}
