//! Table functions in SELECT.

use super::projection::Items;
use super::rewrite::Rewrite;
use super::{Builder, Stage, field};
use crate::change::Relation;
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind};
use crate::function::table;
use crate::plan::Step;
use crate::sql::{self, ast};

fn is_table_function(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { function, .. } if table::find(function).is_some())
}

impl Builder<'_> {
    /// Told before the types of the arguments are looked at, as in ksqlDB.
    pub(super) fn check_table_functions(&self) -> Result<()> {
        if self.aggregates().is_empty() && !self.query.has_group_by {
            return Ok(());
        }
        let mut used = false;
        for item in &self.query.select {
            if let ast::SelectItem::Expr { expr, .. } | ast::SelectItem::StructStar { expr, .. } = item {
                expr.walk(&mut |inner| {
                    used |= matches!(inner, sql::Expr::Call { name, .. }
                        if table::find(&name.value.to_ascii_uppercase()).is_some());
                });
            }
        }
        if used { Err(Error::user("Table functions cannot be used with aggregations.")) } else { Ok(()) }
    }

    /// Puts the table functions of SELECT behind what FROM and WHERE give, and their results in their place.
    pub(super) fn flat_map(&mut self, mut stage: Stage, items: Items) -> Result<(Stage, Items)> {
        let mut calls: Vec<Expr> = Vec::new();
        let mut nested = None;
        for item in &items.items {
            item.expr.visit(&mut |expr| {
                if !is_table_function(expr) {
                    return;
                }
                for child in expr.children() {
                    child.visit(&mut |inner| {
                        if is_table_function(inner) {
                            nested.get_or_insert_with(|| item.text.clone());
                        }
                    });
                }
                if !calls.contains(expr) {
                    calls.push(expr.clone());
                }
            });
        }
        if calls.is_empty() {
            return Ok((stage, items));
        }
        if let Some(text) = nested {
            return Err(Error::user(format!("Table functions can not be nested: {text}")));
        }
        if stage.is_table {
            return Err(Error::user("Table source is not supported with table functions"));
        }
        let old = stage.step.relation().clone();
        let mut relation: Relation = old.clone();
        relation.value.extend(
            calls.iter().enumerate().map(|(i, call)| field(format!("KSQL_SYNTH_{i}"), call.ty.clone())),
        );
        let moved = |index: usize| if index >= old.rowtime() { index + calls.len() } else { index };
        let mut known: Vec<(Expr, Expr)> = calls
            .iter()
            .enumerate()
            .map(|(i, call)| (call.clone(), Expr::column(old.rowtime() + i, call.ty.clone())))
            .collect();
        for index in 0..old.width() {
            if let Some(ty) = old.type_at(index) {
                known.push((Expr::column(index, ty.clone()), Expr::column(moved(index), ty)));
            }
        }
        let rewrite = Rewrite { known };
        let items = items.map(|expr| rewrite.apply(expr, &mut Vec::new()));
        for column in &mut stage.scope.columns {
            column.index = moved(column.index);
        }
        for identity in stage.identities.iter_mut().flatten() {
            identity.map_columns(&moved);
        }
        stage.step = Step::FlatMap { input: Box::new(stage.step), calls, relation };
        Ok((stage, items))
    }
}
