//! SELECT and its clauses, a line each.

use std::fmt::{self, Display};

use super::Joined;
use super::expr::Base;
use crate::sql::ast::{Emit, Query, Relation, SelectItem, Window, WindowKind, Within};

impl Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.select.as_slice() {
            [only] => write!(f, "SELECT {only}")?,
            items => {
                f.write_str("SELECT")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}\n  {item}", if i == 0 { "" } else { "," })?;
                }
            }
        }
        write!(f, "\nFROM {}", self.from)?;
        if let Some(window) = &self.window {
            write!(f, "\nWINDOW {window}")?;
        }
        if let Some(condition) = &self.where_ {
            write!(f, "\nWHERE {condition}")?;
        }
        if self.has_group_by {
            match self.group_by.is_empty() {
                true => f.write_str("\nGROUP BY ()")?,
                false => write!(f, "\nGROUP BY {}", Joined(&self.group_by))?,
            }
        }
        if !self.partition_by.is_empty() {
            write!(f, "\nPARTITION BY {}", Joined(&self.partition_by))?;
        }
        if let Some(condition) = &self.having {
            write!(f, "\nHAVING {condition}")?;
        }
        match self.emit {
            Some(Emit::Changes) => f.write_str("\nEMIT CHANGES")?,
            Some(Emit::Final) => f.write_str("\nEMIT FINAL")?,
            None => {}
        }
        match self.limit {
            Some(limit) => write!(f, "\nLIMIT {limit}"),
            None => Ok(()),
        }
    }
}

impl Display for SelectItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectItem::Expr { expr, alias: Some(alias), .. } => write!(f, "{expr} {alias}"),
            SelectItem::Expr { expr, alias: None, .. } => expr.fmt(f),
            SelectItem::Star { source: Some(source), .. } => write!(f, "{source}.*"),
            SelectItem::Star { source: None, .. } => f.write_str("*"),
            SelectItem::StructStar { expr, .. } => write!(f, "{}->*", Base(expr)),
        }
    }
}

impl Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)?;
        if let Some(alias) = &self.alias {
            write!(f, " {alias}")?;
        }
        for join in &self.joins {
            write!(f, "\n{} {}", join.kind.keyword(), join.source)?;
            if let Some(alias) = &join.alias {
                write!(f, " {alias}")?;
            }
            if let Some(within) = &join.within {
                write!(f, " {within}")?;
            }
            write!(f, " ON ({})", join.on)?;
        }
        Ok(())
    }
}

impl Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.before == self.after {
            write!(f, "WITHIN {}", self.before)?;
        } else {
            write!(f, "WITHIN ({}, {})", self.before, self.after)?;
        }
        match &self.grace {
            Some(grace) => write!(f, " GRACE PERIOD {grace}"),
            None => Ok(()),
        }
    }
}

impl Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name} ")?;
        }
        match &self.kind {
            WindowKind::Tumbling { size } => write!(f, "TUMBLING ( SIZE {size}")?,
            WindowKind::Hopping { size, advance } => {
                write!(f, "HOPPING ( SIZE {size}, ADVANCE BY {advance}")?
            }
            WindowKind::Session { gap } => write!(f, "SESSION ( {gap}")?,
        }
        if let Some(retention) = &self.retention {
            write!(f, ", RETENTION {retention}")?;
        }
        if let Some(grace) = &self.grace {
            write!(f, ", GRACE PERIOD {grace}")?;
        }
        f.write_str(" )")
    }
}
