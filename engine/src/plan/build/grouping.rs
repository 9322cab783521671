//! PARTITION BY, GROUP BY and HAVING.

use super::names::Names;
use super::projection::Items;
use super::rewrite::Rewrite;
use super::{Builder, Stage, field, window};
use crate::analyze::{Clause, Scope, ScopeColumn, error_at, is_null};
use crate::change::Relation;
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind};
use crate::function::{Signature, aggregate};
use crate::plan::{Aggregate, AggregateCall, Step};
use crate::schema::SqlType;
use crate::sql;

/// Columns of the windows that an aggregation is going to give, before there is an aggregation: indices that no relation
/// has.
pub(super) const WINDOW_START: usize = usize::MAX - 1;
pub(super) const WINDOW_END: usize = usize::MAX;

impl Builder<'_> {
    /// The aggregate calls in SELECT and HAVING.
    pub(super) fn aggregates(&self) -> Vec<sql::Expr> {
        let mut found = Vec::new();
        self.each_expression(&mut |expr| {
            if let sql::Expr::Call { name, .. } = expr
                && aggregate::find(&name.value).is_some()
            {
                found.push(expr.clone());
            }
        });
        found
    }

    /// The scope of SELECT and HAVING: WINDOWSTART and WINDOWEND can be named when the query makes windows.
    pub(super) fn result_scope(&self, stage: &Stage) -> Scope {
        let mut scope = stage.scope.clone();
        if self.query.window.is_some() && !scope.is_joined() {
            let source = scope.columns.first().map_or_else(String::new, |column| column.source.clone());
            scope.columns.retain(|column| !matches!(column.name.as_str(), "WINDOWSTART" | "WINDOWEND"));
            for (name, index) in [("WINDOWSTART", WINDOW_START), ("WINDOWEND", WINDOW_END)] {
                scope.columns.push(ScopeColumn {
                    source: source.clone(),
                    name: name.to_owned(),
                    ty: SqlType::Bigint,
                    index,
                    is_key: false,
                    is_pseudo: true,
                });
            }
        }
        scope
    }

    /// Applies PARTITION BY or GROUP BY, and rewrites what is selected for it.
    pub(super) fn group(&mut self, stage: Stage, items: Items) -> Result<(Stage, Items)> {
        if self.query.has_group_by || !self.aggregates().is_empty() {
            return self.aggregate(stage, items);
        }
        if self.query.having.is_some() {
            return Err(Error::user("HAVING requires a GROUP BY clause."));
        }
        if self.query.partition_by.is_empty() {
            return Ok((stage, items));
        }
        self.partition(stage, items)
    }

    fn partition(&mut self, stage: Stage, items: Items) -> Result<(Stage, Items)> {
        let by = &self.query.partition_by;
        let mut keys: Vec<Expr> = Vec::with_capacity(by.len());
        let mut names = Names::new(&stage.scope);
        let mut fields = Vec::with_capacity(by.len());
        for expr in by {
            let typed = self.analyzer(&stage.scope, Clause::PartitionBy).analyze(expr)?;
            if is_null(&typed) {
                if by.len() > 1 {
                    return Err(error_at(expr.span(), "Cannot PARTITION BY multiple columns including NULL"));
                }
                continue;
            }
            if keys.contains(&typed) {
                return Err(error_at(
                    expr.span(),
                    format!("Duplicate expression in PARTITION BY clause: {expr}"),
                ));
            }
            let name = items.alias_of(&typed).unwrap_or_else(|| key_name(expr, &mut names));
            check_key_type(&name, &typed.ty)?;
            fields.push(field(name, typed.ty.clone()));
            keys.push(typed);
        }
        if stage.window.is_some() {
            return Err(Error::user(
                "Implicit repartitioning of windowed sources is not supported. \
                 See https://github.com/confluentinc/ksql/issues/4385.",
            ));
        }
        let old = stage.step.relation().clone();
        // Already the key: nothing moves.
        let same = keys.len() == old.key.len()
            && keys.iter().zip(&stage.identities).all(|(key, same)| same.contains(key));
        if same && !keys.is_empty() {
            return Ok((stage, items));
        }
        // Value columns stay in their order, without those that are the key now; the old key comes last.
        let old_keys = old.key.len();
        let order = (old_keys..old.rowtime()).chain(0..old_keys);
        let kept: Vec<usize> = order
            .filter(|index| {
                !keys.iter().any(|key| matches!(key.kind, ExprKind::Column(column) if column == *index))
            })
            .collect();
        let all: Vec<&crate::change::Field> = old.key.iter().chain(&old.value).collect();
        let value: Vec<Expr> =
            kept.iter().map(|index| Expr::column(*index, all[*index].ty.clone())).collect();
        let relation = Relation {
            key: fields,
            value: kept.iter().map(|index| all[*index].clone()).collect(),
            windowed: false,
            positioned: old.positioned,
        };
        let mut known: Vec<(Expr, Expr)> = Vec::new();
        for (i, key) in keys.iter().enumerate() {
            known.push((key.clone(), Expr::column(i, key.ty.clone())));
        }
        for (i, index) in kept.iter().enumerate() {
            let ty = all[*index].ty.clone();
            known.push((Expr::column(*index, ty.clone()), Expr::column(relation.key.len() + i, ty)));
        }
        for ((_, ty, from), (_, _, to)) in
            super::from::pseudo_columns(&old).into_iter().zip(super::from::pseudo_columns(&relation))
        {
            known.push((Expr::column(from, ty.clone()), Expr::column(to, ty)));
        }
        let rewrite = Rewrite { known };
        let mut lost = Vec::new();
        let items =
            items.expand_partitioned(&stage, &keys, &relation).map(|expr| rewrite.apply(expr, &mut lost));
        let key_texts = by.iter().map(|expr| vec![self.qualified(expr, &stage)]).collect();
        let step = Step::Project {
            input: Box::new(stage.step),
            key: keys,
            value,
            relation: relation.clone(),
            rekey: true,
        };
        let stage = Stage {
            identities: relation
                .key
                .iter()
                .enumerate()
                .map(|(i, f)| vec![Expr::column(i, f.ty.clone())])
                .collect(),
            key_noun: "partitioning expression",
            key_texts: if relation.key.is_empty() { Vec::new() } else { key_texts },
            synthetic_key: false,
            step,
            ..stage
        };
        Ok((stage, items))
    }

    /// An expression as messages about missing keys write it: columns within larger expressions with their source.
    fn qualified(&self, expr: &sql::Expr, stage: &Stage) -> String {
        if matches!(expr, sql::Expr::Column { .. }) {
            return expr.to_string();
        }
        let mut qualified = expr.clone();
        qualify(&mut qualified, &stage.scope);
        qualified.to_string()
    }

    fn aggregate(&mut self, stage: Stage, items: Items) -> Result<(Stage, Items)> {
        let calls = self.aggregates();
        if !self.query.has_group_by {
            let text =
                calls.iter().map(|call| call.to_string().replace("(*)", "(ROWTIME)")).collect::<Vec<_>>();
            return Err(Error::user(format!(
                "CREATE TABLE AS SELECT statement does not support aggregate function [{}] without a GROUP BY clause.",
                text.join(", ")
            )));
        }
        if calls.is_empty() {
            return Err(error_at(
                self.query.group_by_span,
                "GROUP BY requires aggregate functions in either the SELECT or HAVING clause.",
            ));
        }
        if stage.window.is_some() {
            return Err(Error::user("GROUP BY is not supported on windowed sources."));
        }
        self.check_value_format("GROUP BY")?;
        self.check_bounds(&calls)?;
        let mut groups: Vec<Expr> = Vec::new();
        let mut names = Names::new(&stage.scope);
        let mut fields = Vec::new();
        for expr in &self.query.group_by {
            let typed = self.analyzer(&stage.scope, Clause::GroupBy).analyze(expr)?;
            if groups.contains(&typed) {
                return Err(error_at(
                    expr.span(),
                    format!("Duplicate expression in GROUP BY clause: {expr}"),
                ));
            }
            if is_null(&typed) {
                return Err(error_at(expr.span(), "GROUP BY cannot be on a NULL literal"));
            }
            let name = key_name(expr, &mut names);
            check_key_type(&name, &typed.ty)?;
            fields.push(field(name, typed.ty.clone()));
            groups.push(typed);
        }
        let scope = self.result_scope(&stage);
        let having = match &self.query.having {
            Some(condition) => Some(self.analyzer(&scope, Clause::Having).predicate(condition)?),
            None => None,
        };
        // Each distinct call is computed once.
        let mut distinct: Vec<Expr> = Vec::new();
        for expr in items.items.iter().map(|item| &item.expr).chain(&having) {
            expr.visit(&mut |inner| {
                if is_aggregate(inner) && !distinct.contains(inner) {
                    distinct.push(inner.clone());
                }
            });
        }
        let spec = self.query.window.as_ref().map(|window| window::spec(window, self.emit())).transpose()?;
        self.check_state(&distinct)?;
        let relation = Relation {
            key: fields,
            value: distinct
                .iter()
                .enumerate()
                .map(|(i, call)| field(format!("KSQL_AGG_VARIABLE_{i}"), call.ty.clone()))
                .collect(),
            windowed: spec.is_some(),
            positioned: false,
        };
        let aggregates =
            distinct.iter().map(|call| self.aggregate_call(call, stage.is_table)).collect::<Result<_>>()?;
        let rewrite = self.grouped(&groups, &distinct, &relation);
        self.check_grouped(&rewrite, &items, having.as_ref(), &stage)?;
        let input_is_table = stage.is_table;
        let input = self.told_before(stage.step, input_is_table);
        let store = self.next_store(1);
        let mut step = Step::Aggregate(Aggregate {
            input: Box::new(input),
            input_is_table,
            group_by: groups,
            aggregates,
            window: spec,
            emit: self.emit(),
            tell_before: having.is_some(),
            relation: relation.clone(),
            store,
        });
        let mut lost = Vec::new();
        if let Some(having) = having {
            let predicate = rewrite.apply(&having, &mut lost);
            step = Step::Filter { input: Box::new(step), predicate };
        }
        let items = items.map(|expr| rewrite.apply(expr, &mut lost));
        let stage = Stage {
            identities: relation
                .key
                .iter()
                .enumerate()
                .map(|(i, f)| vec![Expr::column(i, f.ty.clone())])
                .collect(),
            key_noun: "grouping expression",
            key_texts: self.query.group_by.iter().map(|expr| vec![expr.to_string()]).collect(),
            synthetic_key: false,
            grouped: true,
            step,
            scope: stage.scope,
            is_table: true,
            window: spec.map(|spec| spec.kind),
        };
        Ok((stage, items))
    }

    /// The bounds of the windows that a query makes are known only of its result.
    fn check_bounds(&self, calls: &[sql::Expr]) -> Result<()> {
        if self.query.window.is_none() {
            return Ok(());
        }
        let mut bound = None;
        for expr in calls.iter().chain(&self.query.group_by).chain(&self.query.having) {
            expr.walk(&mut |inner| {
                if let sql::Expr::Column { name, .. } = inner
                    && matches!(name.value.as_str(), "WINDOWSTART" | "WINDOWEND")
                {
                    bound.get_or_insert_with(|| name.clone());
                }
            });
        }
        match bound {
            None => Ok(()),
            Some(name) => Err(error_at(
                name.span,
                format!(
                    "Window bounds column {} can only be used in the SELECT clause of windowed aggregations and can not be \
                     passed to aggregate functions.",
                    name.value
                ),
            )),
        }
    }

    fn aggregate_call(&self, call: &Expr, table: bool) -> Result<AggregateCall> {
        let ExprKind::Call { function, variant, args } = &call.kind else {
            return Err(Error::internal("an aggregate is not a call"));
        };
        let found = aggregate::find(function)
            .and_then(|found| found.variants.get(*variant))
            .ok_or_else(|| Error::internal(format!("no aggregate {function}")))?;
        if table && !found.retractable {
            return Err(Error::user(format!(
                "The aggregation function(s) ({function}) cannot be applied to a table source, only to a stream source."
            )));
        }
        let constants = Signature::parse(found.signature).map_err(Error::internal)?.constants.len();
        let columns = args.len() - constants.min(args.len());
        let (args, constants) = args.split_at(columns);
        Ok(AggregateCall {
            function: function.clone(),
            variant: *variant,
            args: args.to_vec(),
            constants: constants.to_vec(),
            returns: call.ty.clone(),
        })
    }

    /// What groups, aggregates and window bounds are in the relation of the aggregation.
    fn grouped(&self, groups: &[Expr], calls: &[Expr], relation: &Relation) -> Rewrite {
        let mut known: Vec<(Expr, Expr)> = Vec::new();
        for (i, expr) in groups.iter().chain(calls).enumerate() {
            known.push((expr.clone(), Expr::column(i, expr.ty.clone())));
        }
        if let Some(start) = relation.window_start() {
            for (pending, index) in [(WINDOW_START, start), (WINDOW_END, start + 1)] {
                known.push((Expr::column(pending, SqlType::Bigint), Expr::column(index, SqlType::Bigint)));
            }
        }
        Rewrite { known }
    }

    /// Everything that is selected must come from groups and aggregates.
    fn check_grouped(
        &self,
        rewrite: &Rewrite,
        items: &Items,
        having: Option<&Expr>,
        stage: &Stage,
    ) -> Result<()> {
        let mut offending: Vec<String> = Vec::new();
        for item in &items.items {
            let mut lost = Vec::new();
            rewrite.apply(&item.expr, &mut lost);
            if !lost.is_empty() {
                if contains_aggregate(&item.expr) {
                    offending.extend(lost.iter().map(|column| self.column_text(column, stage)));
                } else {
                    offending.push(item.text.clone());
                }
            }
        }
        offending.dedup();
        if !offending.is_empty() {
            return Err(Error::user(format!(
                "Non-aggregate SELECT expression(s) not part of GROUP BY: {}\n\
                 Either add the column(s) to the GROUP BY or remove them from the SELECT.",
                offending.join(", ")
            )));
        }
        let mut lost = Vec::new();
        if let Some(having) = having {
            rewrite.apply(having, &mut lost);
        }
        if let Some(column) = lost.first() {
            return Err(Error::user(format!(
                "Non-aggregate HAVING expression not part of GROUP BY: {}\n\
                 Consider switching the HAVING clause to a WHERE clause before the GROUP BY.",
                self.column_text(column, stage)
            )));
        }
        Ok(())
    }

    fn column_text(&self, expr: &Expr, stage: &Stage) -> String {
        let ExprKind::Column(index) = expr.kind else {
            return expr.display(stage.step.relation()).to_string();
        };
        stage.scope.columns.iter().find(|column| column.index == index).map_or_else(
            || format!("#{index}"),
            |column| {
                if stage.scope.is_joined() {
                    format!("{}.{}", column.source, column.name)
                } else {
                    column.name.clone()
                }
            },
        )
    }

    /// KAFKA values hold one column, which no aggregation or join gives.
    /// ksqlDB keeps the state of aggregates in the source's value format.
    fn check_state(&self, calls: &[Expr]) -> Result<()> {
        let nested = calls.iter().any(|call| {
            matches!(&call.kind, ExprKind::Call { function, .. }
                if aggregate::find(function).is_some_and(|function| function.nested_state))
        });
        let flat = self.sources.first().is_some_and(|source| source.value_format.name == "DELIMITED");
        if nested && flat {
            return Err(Error::user(
                "One of the functions used in the statement has an intermediate type that the value format can not \
                 handle. Please remove the function or change the format.",
            ));
        }
        Ok(())
    }

    pub(super) fn check_value_format(&self, what: &str) -> Result<()> {
        let mut names: Vec<&str> = self
            .sources
            .iter()
            .filter(|source| source.value_format.name == "KAFKA")
            .map(|source| source.name.as_str())
            .collect();
        names.dedup();
        if names.is_empty() {
            return Ok(());
        }
        Err(Error::user(format!(
            "Source(s) {} are using the 'KAFKA' value format. This format does not yet support {what}.",
            names.join(", ")
        )))
    }
}

pub(super) fn is_aggregate(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { function, .. } if aggregate::find(function).is_some())
}

fn contains_aggregate(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |inner| found |= is_aggregate(inner));
    found
}

/// A MAP has no order, so equal maps may be written differently and cannot be keys.
fn check_key_type(name: &str, ty: &SqlType) -> Result<()> {
    if !ty.contains_map() {
        return Ok(());
    }
    Err(Error::user(format!(
        "Map keys, including types that contain maps, are not supported as they may lead to unexpected behavior due to \
         inconsistent serialization. Key column name: `{name}`. Column type: {ty}. \
         See https://github.com/confluentinc/ksql/issues/6621 for more."
    )))
}

/// The name of a key that is grouped or partitioned by an expression.
fn key_name(expr: &sql::Expr, names: &mut Names) -> String {
    match expr {
        sql::Expr::Column { name, .. } => name.value.clone(),
        sql::Expr::Field { field, .. } => names.field(&field.value),
        _ => names.generated(),
    }
}

pub(super) fn qualify(expr: &mut sql::Expr, scope: &Scope) {
    if let sql::Expr::Column { source: source @ None, name, .. } = expr
        && let Some(column) = scope.columns.iter().find(|column| column.name == name.value)
    {
        *source = Some(sql::Ident::new(column.source.clone()));
    }
    expr.children_mut().into_iter().for_each(|child| qualify(child, scope));
}
