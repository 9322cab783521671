//! The names that an expression may use.

use crate::error::{Error, Location, Result};
use crate::expression::Expr;
use crate::schema::SqlType;
use crate::sql::Span;

/// The clause that an expression stands in, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clause {
    Select,
    Where,
    GroupBy,
    PartitionBy,
    Having,
    JoinOn,
    Values,
}

impl Clause {
    pub fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Where => "WHERE",
            Self::GroupBy => "GROUP BY",
            Self::PartitionBy => "PARTITION BY",
            Self::Having => "HAVING",
            Self::JoinOn => "JOIN ON",
            Self::Values => "VALUES",
        }
    }
}

/// A column that can be named.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeColumn {
    /// Alias of the source that it belongs to.
    pub source: String,
    pub name: String,
    pub ty: SqlType,
    /// Its index in the relation that the expression is over.
    pub index: usize,
    pub is_key: bool,
    /// ROWTIME and its like: not part of `*`.
    pub is_pseudo: bool,
}

/// What an expression can see.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub columns: Vec<ScopeColumn>,
}

/// A place in a statement, if the node has one.
pub(crate) fn location(span: Span) -> Option<Location> {
    span.is_some().then_some(Location { line: span.line, column: span.column })
}

/// An error that points at a place.
pub(crate) fn error_at(span: Span, message: impl Into<String>) -> Error {
    let error = Error::user(message);
    match location(span) {
        Some(location) => error.at(location),
        None => error,
    }
}

impl Scope {
    /// Whether more than one source can be seen, so that columns may need their source's name.
    pub fn is_joined(&self) -> bool {
        self.columns.iter().any(|column| column.source != self.columns[0].source)
    }

    pub fn has_source(&self, alias: &str) -> bool {
        self.columns.iter().any(|column| column.source == alias)
    }

    /// The column of a name.
    pub fn find(&self, source: Option<&str>, name: &str, clause: Clause, span: Span) -> Result<&ScopeColumn> {
        let mut found = self
            .columns
            .iter()
            .filter(|column| column.name == name && source.is_none_or(|source| source == column.source));
        let Some(column) = found.next() else {
            let full = match source {
                Some(source) => format!("{source}.{name}"),
                None => name.to_owned(),
            };
            let hint = self.hint(name, clause);
            return Err(error_at(
                span,
                format!("{} column '{full}' cannot be resolved.{hint}", clause.name()),
            ));
        };
        if let Some(other) = found.next() {
            let mut candidates =
                vec![format!("{}.{name}", column.source), format!("{}.{name}", other.source)];
            candidates.extend(found.map(|column| format!("{}.{name}", column.source)));
            candidates.sort();
            return Err(error_at(
                span,
                format!("Column '{name}' is ambiguous. Could be {}.", candidates.join(" or ")),
            ));
        }
        Ok(column)
    }

    fn hint(&self, name: &str, clause: Clause) -> String {
        if clause == Clause::PartitionBy {
            return format!(
                " '{name}' must be a column in the source schema since PARTITION BY is applied on the input."
            );
        }
        match self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)) {
            Some(column) => format!(" Did you mean `{}`?", column.name),
            None => String::new(),
        }
    }
}

impl ScopeColumn {
    pub fn expr(&self) -> Expr {
        Expr::column(self.index, self.ty.clone())
    }
}
