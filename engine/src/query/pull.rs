//! Pull queries of one table or stream.
//!
//! The query is planned as a push query is; then instead of a topic its operators are fed what the table's store holds. A
//! condition that gives every key column a constant reads these keys alone.

use std::ops::ControlFlow;

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;

use super::PullAnswer;
use super::push::{push_plan, refused, transient_id};
use super::tables::{Lookup, Materialized};
use crate::change::{Op, Relation};
use crate::engine::{Engine, Session};
use crate::error::{Error, Result};
use crate::expression::{Comparison, Expr, ExprKind, compile};
use crate::function::aggregate;
use crate::operator::{Chain, Context, Metrics, ProcessingLog, RowFailure, Store, WindowBounds};
use crate::plan::{PlannedQuery, Purpose, Source, Step, plan_query};
use crate::runtime::{StartOffsets, Until};
use crate::sql::{self, ast};

/// Most keys that are looked up one by one; more are found by reading everything.
const KEYS_MAX: usize = 10_000;

/// Whether SELECT computes aggregates.
pub(super) fn aggregates(query: &ast::Query) -> bool {
    let mut found = false;
    for item in &query.select {
        if let ast::SelectItem::Expr { expr, .. } = item {
            expr.walk(&mut |inner| {
                found |=
                    matches!(inner, sql::Expr::Call { name, .. } if aggregate::find(&name.value).is_some());
            });
        }
    }
    found
}

pub(super) fn answer(engine: &Engine, query: &ast::Query, session: &Session) -> Result<PullAnswer> {
    let settings = engine.settings(session);
    if settings.boolean("ksql.pull.queries.enable") == Some(false) {
        return Err(Error::user(
            "Pull queries are disabled. Set ksql.pull.queries.enable to true to use them.",
        ));
    }
    check(query)?;
    let planned = plan_query(&engine.catalog(), query, Purpose::Transient)?;
    let source = planned.sources.first().ok_or_else(|| Error::internal("a query without a source"))?.clone();
    let id = transient_id(engine, query);
    if !source.is_table() {
        return stream(engine, planned, id.0.0, id.1);
    }
    let Some(table) = Materialized::of(engine, &source)? else {
        return Err(refused(&format!(
            "The `{0}` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE QUERYABLE_{0} AS \
             SELECT * FROM {0}'.",
            source.name
        )));
    };
    let step = planned.root.sources().first().map(|source| (*source).clone());
    let step = step.ok_or_else(|| Error::internal("a query without a source step"))?;
    let lookup = match key_lookup(&planned.root, &step)? {
        Some(keys) => Lookup::Keys(keys),
        None if settings.boolean("ksql.query.pull.table.scan.enabled") == Some(false) => {
            return Err(refused(
                "Missing WHERE clause on the key, and ksql.query.pull.table.scan.enabled is false, so the table is not scanned.",
            ));
        }
        None => Lookup::All,
    };
    let batches = feed(engine, &planned, &step, &table, &lookup, query.limit)?;
    Ok(PullAnswer { id: id.0.0, schema: planned.schema, batches, from_stream: false })
}

fn check(query: &ast::Query) -> Result<()> {
    let clause = if !query.from.joins.is_empty() {
        "JOIN"
    } else if query.window.is_some() {
        "WINDOW"
    } else if query.has_group_by {
        "GROUP BY"
    } else if !query.partition_by.is_empty() {
        "PARTITION BY"
    } else if query.having.is_some() {
        "HAVING"
    } else {
        return Ok(());
    };
    Err(refused(&format!("Pull queries don't support {clause} clauses.")))
}

/// A stream is read from its beginning to where it ends now.
fn stream(engine: &Engine, planned: PlannedQuery, id: String, number: u32) -> Result<PullAnswer> {
    let query = crate::plan::QueryId(id.clone());
    let mut root = planned.root;
    let mut left = None;
    if let Step::Limit { input, rows } = root {
        left = Some(rows as usize);
        root = *input;
    }
    let plan = push_plan(root, planned.stores);
    let mut receiver =
        engine.runtime().start_push(query, number, plan, StartOffsets::Earliest, Until::LogEnd)?;
    let width = planned.schema.columns().len();
    let mut batches = Vec::new();
    while left != Some(0) {
        if engine.runtime().options().manual {
            engine.runtime().run_until_idle()?;
        }
        let Some(mut batch) = receiver.recv_blocking()? else { break };
        if let Some(left) = &mut left {
            batch = batch.slice(0, batch.rows().min(*left));
            *left -= batch.rows();
        }
        batches.push(batch.columns[..width].to_vec());
    }
    Ok(PullAnswer { id, schema: planned.schema, batches, from_stream: true })
}

/// Pushes the table's rows through the query's operators.
fn feed(
    engine: &Engine,
    planned: &PlannedQuery,
    source: &Source,
    table: &Materialized,
    lookup: &Lookup,
    limit: Option<u64>,
) -> Result<Vec<Vec<ArrayRef>>> {
    let root = without_state(planned.root.clone());
    let state = engine.storage().state().clone();
    // The plan has no step that keeps anything, so the prefix is never written.
    let store = |_| Store { state: state.clone(), prefix: [u8::MAX; 11] };
    let mut chain = Chain::build(&root, store)?;
    let snapshot = engine.storage().state().snapshot();
    let width = planned.schema.columns().len();
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let (mut batches, mut rows) = (Vec::new(), 0);
    let mut metrics = Metrics::default();
    table.read(&snapshot, lookup, &WindowBounds::default(), &mut |batch| {
        let batch = table.as_source(batch, source)?;
        let mut out = Vec::new();
        let mut context = Context { log: &Silent, metrics: &mut metrics };
        chain.push(0, batch, &mut context, &mut out)?;
        for batch in out {
            // A table's row that a condition holds back is told as one that is gone.
            let gone = |row| matches!(batch.op(row), Op::Delete | Op::Tombstone);
            let batch = match (0..batch.rows()).any(gone) {
                true => batch.filter(&(0..batch.rows()).map(|row| Some(!gone(row))).collect())?,
                false => batch,
            };
            let batch = batch.slice(0, batch.rows().min(limit - rows));
            rows += batch.rows();
            if !batch.is_empty() {
                batches.push(batch.columns[..width].to_vec());
            }
        }
        Ok(if rows >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(batches)
}

/// The rows that are read are the table's last, so nothing has to be kept of them.
fn without_state(step: Step) -> Step {
    match step {
        Step::Materialize { input, .. } => without_state(*input),
        Step::Filter { input, predicate } => {
            Step::Filter { input: Box::new(without_state(*input)), predicate }
        }
        Step::Project { input, key, value, relation, rekey } => {
            Step::Project { input: Box::new(without_state(*input)), key, value, relation, rekey }
        }
        Step::Limit { input, .. } => without_state(*input),
        other => other,
    }
}

/// The keys that the condition asks for, when it gives each key column constants.
fn key_lookup(root: &Step, source: &Source) -> Result<Option<Vec<ArrayRef>>> {
    let Some(predicate) = predicate(root) else { return Ok(None) };
    let keys = source.relation.key.len();
    let mut wanted: Vec<Option<ArrayRef>> = vec![None; keys];
    for condition in conjuncts(predicate) {
        let Some((column, constants)) = equality(condition)? else { continue };
        if column < keys && wanted[column].is_none() {
            wanted[column] = Some(constants);
        }
    }
    let Some(wanted) = wanted.into_iter().collect::<Option<Vec<ArrayRef>>>() else { return Ok(None) };
    // Several key columns with several values each would be all their combinations.
    let counts: Vec<usize> = wanted.iter().map(|array| array.len()).collect();
    match counts.as_slice() {
        [count] if *count <= KEYS_MAX => Ok(Some(wanted)),
        counts if !counts.is_empty() && counts.iter().all(|count| *count == 1) => Ok(Some(wanted)),
        _ => Ok(None),
    }
}

fn predicate(step: &Step) -> Option<&Expr> {
    match step {
        Step::Filter { input, predicate }
            if matches!(**input, Step::Source(_) | Step::Materialize { .. }) =>
        {
            Some(predicate)
        }
        Step::Source(_) => None,
        other => other.inputs().first().and_then(|input| self::predicate(input)),
    }
}

fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::And(left, right) => [conjuncts(left), conjuncts(right)].concat(),
        _ => vec![expr],
    }
}

/// `column = constant` or `column IN (constants)`: the column and the values.
fn equality(expr: &Expr) -> Result<Option<(usize, ArrayRef)>> {
    let (value, list): (&Expr, Vec<&Expr>) = match &expr.kind {
        ExprKind::Compare(Comparison::Equal, left, right) => match (&left.kind, &right.kind) {
            (ExprKind::Column(_), _) => (left, vec![right]),
            (_, ExprKind::Column(_)) => (right, vec![left]),
            _ => return Ok(None),
        },
        ExprKind::In { value, list } => (value, list.iter().collect()),
        _ => return Ok(None),
    };
    let ExprKind::Column(column) = value.kind else { return Ok(None) };
    let mut constants = Vec::with_capacity(list.len());
    for item in list {
        let mut reads = false;
        item.visit(&mut |inner| reads |= matches!(inner.kind, ExprKind::Column(_)));
        if reads {
            return Ok(None);
        }
        let (array, failures) = compile(item, &Relation::default())?.evaluate_collecting(&[], 1)?;
        if !failures.is_empty() || array.is_null(0) {
            return Ok(None);
        }
        constants.push(array);
    }
    let arrays: Vec<&dyn Array> = constants.iter().map(|array| array.as_ref()).collect();
    Ok(if arrays.is_empty() { None } else { Some((column, concat(&arrays)?)) })
}

/// A row that an expression fails for is NULL there; the asker sees that.
struct Silent;

impl ProcessingLog for Silent {
    fn failed(&self, _: RowFailure) {}
}
