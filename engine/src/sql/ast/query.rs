//! SELECT and its clauses.

use crate::sql::duration::Duration;
use crate::sql::expr::Expr;
use crate::sql::ident::Ident;
use crate::sql::span::Span;

/// `SELECT ... FROM ...` with all its clauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The select items, at least one.
    pub select: Vec<SelectItem>,
    /// FROM and the joins.
    pub from: Relation,
    /// WINDOW.
    pub window: Option<Window>,
    /// WHERE.
    pub where_: Option<Expr>,
    /// GROUP BY; empty without the clause, or with `GROUP BY ()` (tell by `has_group_by`).
    pub group_by: Vec<Expr>,
    /// Whether there is a GROUP BY.
    pub has_group_by: bool,
    /// Where the GROUP BY clause stands.
    pub group_by_span: Span,
    /// PARTITION BY; empty without the clause.
    pub partition_by: Vec<Expr>,
    /// Where the PARTITION BY clause stands.
    pub partition_by_span: Span,
    /// HAVING.
    pub having: Option<Expr>,
    /// EMIT; `None` on a bare SELECT is a pull query.
    pub emit: Option<Emit>,
    /// LIMIT.
    pub limit: Option<u64>,
    /// The whole query.
    pub span: Span,
}

/// One item of the select list.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// `e [AS alias]`
    Expr {
        /// The expression.
        expr: Expr,
        /// The name of the result column.
        alias: Option<Ident>,
        /// Place in the text.
        span: Span,
    },
    /// `*`, `source.*`
    Star {
        /// The source before the dot.
        source: Option<Ident>,
        /// Place in the text.
        span: Span,
    },
    /// `e->*`: each field of a struct as a column.
    StructStar {
        /// The struct.
        expr: Expr,
        /// Place in the text.
        span: Span,
    },
}

/// FROM: a source and what is joined to it, in the written order.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// The left-most source.
    pub source: Ident,
    /// Its alias.
    pub alias: Option<Ident>,
    /// The joins, left-deep.
    pub joins: Vec<Join>,
    /// Place in the text.
    pub span: Span,
}

/// One join.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// INNER, LEFT, RIGHT, FULL.
    pub kind: JoinKind,
    /// The right source.
    pub source: Ident,
    /// Its alias.
    pub alias: Option<Ident>,
    /// WITHIN.
    pub within: Option<Within>,
    /// ON.
    pub on: Expr,
    /// From JOIN to the end of the criterion.
    pub span: Span,
}

/// Which rows without a partner a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// None.
    Inner,
    /// Those of the left side.
    Left,
    /// Those of the right side.
    Right,
    /// Those of both sides.
    Full,
}

impl JoinKind {
    /// `INNER JOIN`, `LEFT OUTER JOIN`, ...
    pub fn keyword(self) -> &'static str {
        match self {
            JoinKind::Inner => "INNER JOIN",
            JoinKind::Left => "LEFT OUTER JOIN",
            JoinKind::Right => "RIGHT OUTER JOIN",
            JoinKind::Full => "FULL OUTER JOIN",
        }
    }
}

/// `WITHIN 5 SECONDS` (before = after) or `WITHIN (1 HOUR, 2 HOURS)`, with `GRACE PERIOD`.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// How much older the right row may be than the left.
    pub before: Duration,
    /// How much newer the right row may be than the left.
    pub after: Duration,
    /// How long late rows are taken.
    pub grace: Option<Duration>,
    /// Place in the text.
    pub span: Span,
}

/// `WINDOW [name] TUMBLING|HOPPING|SESSION (...)`
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The name before the kind, without effect.
    pub name: Option<Ident>,
    /// The kind with its lengths.
    pub kind: WindowKind,
    /// RETENTION.
    pub retention: Option<Duration>,
    /// GRACE PERIOD.
    pub grace: Option<Duration>,
    /// Place in the text.
    pub span: Span,
}

/// The three kinds of window.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowKind {
    /// One after another.
    Tumbling {
        /// Length.
        size: Duration,
    },
    /// Overlapping.
    Hopping {
        /// Length.
        size: Duration,
        /// From start to start.
        advance: Duration,
    },
    /// As long as rows come.
    Session {
        /// The silence that ends it.
        gap: Duration,
    },
}

/// EMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Emit {
    /// Every change.
    Changes,
    /// A window's result once, when it closes.
    Final,
}
