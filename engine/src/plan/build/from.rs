//! FROM: the sources and what can be named of them.

use std::sync::Arc;

use super::{Builder, Stage};
use crate::analyze::{Scope, ScopeColumn, error_at};
use crate::catalog::SourceDefinition;
use crate::change::Relation;
use crate::error::Result;
use crate::expression::Expr;
use crate::plan::{Source, Step};
use crate::schema::SqlType;
use crate::sql::{self, Ident, ast};

/// The pseudo columns behind a relation's columns, in their order.
pub(super) fn pseudo_columns(relation: &Relation) -> Vec<(&'static str, SqlType, usize)> {
    let mut columns = vec![("ROWTIME", SqlType::Bigint, relation.rowtime())];
    if let Some(start) = relation.window_start() {
        columns.push(("WINDOWSTART", SqlType::Bigint, start));
        columns.push(("WINDOWEND", SqlType::Bigint, start + 1));
    }
    if let Some(partition) = relation.row_partition() {
        columns.push(("ROWPARTITION", SqlType::Integer, partition));
        columns.push(("ROWOFFSET", SqlType::Bigint, partition + 1));
    }
    columns
}

impl Builder<'_> {
    pub(super) fn from(&mut self) -> Result<Stage> {
        let from = &self.query.from;
        let alias = from.alias.as_ref().unwrap_or(&from.source).value.clone();
        let left = self.source(&from.source)?;
        if from.joins.is_empty() {
            return Ok(self.single(&left, alias));
        }
        self.joins(left, alias)
    }

    /// The definition of a source that the query names.
    pub(super) fn source(&mut self, name: &Ident) -> Result<Arc<SourceDefinition>> {
        let source = self.catalog.source(&name.value).cloned().ok_or_else(|| {
            let similar = self.catalog.sources.keys().find(|known| known.eq_ignore_ascii_case(&name.value));
            let hint = match similar {
                Some(known) if *known == known.to_ascii_uppercase() => {
                    format!("\nDid you mean {known}? Hint: try removing double quotes from the source name.")
                }
                Some(known) => {
                    format!("\nDid you mean \"{known}\"? Hint: wrap the source name in double quotes to make it case-sensitive.")
                }
                None => String::new(),
            };
            error_at(name.span, format!("{} does not exist.{hint}", name.value))
        })?;
        self.sources.push(source.clone());
        Ok(source)
    }

    fn single(&mut self, source: &Arc<SourceDefinition>, alias: String) -> Stage {
        let step = Step::Source(self.source_step(source));
        let relation = step.relation().clone();
        let mut scope = Scope::default();
        let keys = relation.key.len();
        for (index, field) in relation.key.iter().chain(&relation.value).enumerate() {
            scope.columns.push(ScopeColumn {
                source: alias.clone(),
                name: field.name.clone(),
                ty: field.ty.clone(),
                index,
                is_key: index < keys,
                is_pseudo: false,
            });
        }
        for (name, ty, index) in pseudo_columns(&relation) {
            scope.columns.push(ScopeColumn {
                source: alias.clone(),
                name: name.to_owned(),
                ty,
                index,
                is_key: false,
                is_pseudo: true,
            });
        }
        Stage {
            identities: (0..keys).map(|i| vec![Expr::column(i, relation.key[i].ty.clone())]).collect(),
            key_noun: "key column",
            key_texts: relation.key.iter().map(|field| vec![field.name.clone()]).collect(),
            synthetic_key: false,
            grouped: false,
            step,
            scope,
            is_table: source.is_table(),
            window: source.window,
        }
    }

    /// The step that reads all columns of a source; what is not needed is pruned later.
    pub(super) fn source_step(&self, source: &SourceDefinition) -> Source {
        source.step(self.names_position())
    }

    /// Whether ROWPARTITION or ROWOFFSET is named anywhere in the query.
    fn names_position(&self) -> bool {
        let mut found = false;
        self.each_expression(&mut |expr| {
            if let sql::Expr::Column { name, .. } = expr {
                found |= matches!(name.value.as_str(), "ROWPARTITION" | "ROWOFFSET");
            }
        });
        found
    }

    /// Calls `f` with each expression of the query, at every depth.
    pub(super) fn each_expression(&self, f: &mut dyn FnMut(&sql::Expr)) {
        let query = self.query;
        let selected = query.select.iter().filter_map(|item| match item {
            ast::SelectItem::Expr { expr, .. } | ast::SelectItem::StructStar { expr, .. } => Some(expr),
            ast::SelectItem::Star { .. } => None,
        });
        let joined = query.from.joins.iter().map(|join| &join.on);
        selected
            .chain(joined)
            .chain(&query.where_)
            .chain(&query.group_by)
            .chain(&query.partition_by)
            .chain(&query.having)
            .for_each(|expr| expr.walk(&mut |inner| f(inner)));
    }
}
