//! Typed expressions as text, for EXPLAIN and the processing log.

use std::fmt;

use super::typed::{Arithmetic, Comparison, Expr, ExprKind, Literal};
use crate::change::Relation;

impl Expr {
    /// The expression with the names that a relation has for its columns.
    pub fn display<'a>(&'a self, relation: &'a Relation) -> impl fmt::Display + 'a {
        Shown { expr: self, relation }
    }
}

struct Shown<'a> {
    expr: &'a Expr,
    relation: &'a Relation,
}

struct List<'a>(&'a [Expr], &'a Relation);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, expr) in self.0.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { ", " }, Shown { expr, relation: self.1 })?;
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |expr: &'_ Expr| Shown { expr, relation: self.relation }.to_string();
        match &self.expr.kind {
            ExprKind::Column(index) => f.write_str(&name(self.relation, *index)),
            ExprKind::Parameter(index) => write!(f, "p{index}"),
            ExprKind::Literal(literal) => write!(f, "{literal}"),
            ExprKind::Negate(value) => write!(f, "-{}", show(value)),
            ExprKind::Arithmetic(op, left, right) => write!(f, "({} {op} {})", show(left), show(right)),
            ExprKind::Compare(op, left, right) => write!(f, "({} {op} {})", show(left), show(right)),
            ExprKind::And(left, right) => write!(f, "({} AND {})", show(left), show(right)),
            ExprKind::Or(left, right) => write!(f, "({} OR {})", show(left), show(right)),
            ExprKind::Not(value) => write!(f, "(NOT {})", show(value)),
            ExprKind::IsNull(value) => write!(f, "({} IS NULL)", show(value)),
            ExprKind::IsDistinct(left, right) => {
                write!(f, "({} IS DISTINCT FROM {})", show(left), show(right))
            }
            ExprKind::Between { value, low, high } => {
                write!(f, "({} BETWEEN {} AND {})", show(value), show(low), show(high))
            }
            ExprKind::In { value, list } => write!(f, "({} IN ({}))", show(value), List(list, self.relation)),
            ExprKind::Like { value, pattern, .. } => write!(f, "({} LIKE {})", show(value), show(pattern)),
            ExprKind::Case { branches, otherwise } => {
                f.write_str("(CASE")?;
                for branch in branches {
                    write!(f, " WHEN {} THEN {}", show(&branch.when), show(&branch.then))?;
                }
                if let Some(otherwise) = otherwise {
                    write!(f, " ELSE {}", show(otherwise))?;
                }
                f.write_str(" END)")
            }
            ExprKind::Cast(value) => write!(f, "CAST({} AS {})", show(value), self.expr.ty),
            ExprKind::Subscript(base, index) => write!(f, "{}[{}]", show(base), show(index)),
            ExprKind::Field(base, index) => match &base.ty {
                crate::schema::SqlType::Struct(fields) => {
                    write!(f, "{}->{}", show(base), fields[*index].name)
                }
                _ => write!(f, "{}->{index}", show(base)),
            },
            ExprKind::Array(items) => write!(f, "ARRAY[{}]", List(items, self.relation)),
            ExprKind::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{} := {}", show(key), show(value))).collect();
                write!(f, "MAP({})", entries.join(", "))
            }
            ExprKind::Struct(fields) => write!(f, "STRUCT({})", List(fields, self.relation)),
            ExprKind::Call { function, args, .. } => write!(f, "{function}({})", List(args, self.relation)),
            ExprKind::Unit(unit) => f.write_str(&format!("{unit:?}").to_uppercase()),
            ExprKind::Lambda { first_parameter, parameters, body } => {
                let names: Vec<String> =
                    (0..parameters.len()).map(|i| format!("p{}", first_parameter + i)).collect();
                write!(f, "({}) => {}", names.join(", "), show(body))
            }
        }
    }
}

fn name(relation: &Relation, index: usize) -> String {
    relation
        .arrow_schema()
        .fields()
        .get(index)
        .map_or_else(|| format!("#{index}"), |field| field.name().clone())
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Bigint(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{value}"),
            Self::Decimal(value) => f.write_str(value),
            Self::String(value) => write!(f, "'{}'", value.replace('\'', "''")),
            Self::Bytes(value) => write!(f, "{value:02x?}"),
            Self::Timestamp(value) => write!(f, "{value}"),
            Self::Date(value) | Self::Time(value) => write!(f, "{value}"),
        }
    }
}

impl fmt::Display for Arithmetic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}
