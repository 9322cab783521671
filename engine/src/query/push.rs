//! Push queries.

use std::sync::Arc;

use crate::change::{ChangeBatch, Op};
use crate::engine::{Engine, QueryEntry, QueryType, Session};
use crate::error::{Error, Result};
use crate::plan::{Plan, Purpose, QueryId, Sink, SinkTarget, Step, SubPlan, plan_query, shuffle};
use crate::runtime::{PushReceiver, StartOffsets, Until};
use crate::schema::LogicalSchema;
use crate::settings::Settings;
use crate::sql::ast;

/// The running answer of a push query. Dropping it ends the query.
pub struct PushAnswer {
    pub id: String,
    pub schema: LogicalSchema,
    /// Rows of a table may be deletes.
    pub is_table: bool,
    /// Rows that are still to be given before LIMIT is reached.
    left: Option<u64>,
    receiver: PushReceiver,
    engine: Engine,
}

impl PushAnswer {
    /// The next rows; `None` at the end. A [`Op::Delete`] or [`Op::Tombstone`] tells that a row is gone.
    pub async fn next(&mut self) -> Result<Option<ChangeBatch>> {
        loop {
            if self.left == Some(0) {
                return Ok(None);
            }
            let Some(batch) = self.receiver.recv().await? else { return Ok(None) };
            if let Some(batch) = self.limited(batch)? {
                return Ok(Some(batch));
            }
        }
    }

    /// As [`PushAnswer::next`], for threads that may block.
    pub fn next_blocking(&mut self) -> Result<Option<ChangeBatch>> {
        loop {
            if self.left == Some(0) {
                return Ok(None);
            }
            let Some(batch) = self.receiver.recv_blocking()? else { return Ok(None) };
            if let Some(batch) = self.limited(batch)? {
                return Ok(Some(batch));
            }
        }
    }

    /// What is there already, without waiting.
    pub fn next_ready(&mut self) -> Result<Option<ChangeBatch>> {
        while self.left != Some(0) {
            let Some(batch) = self.receiver.try_recv()? else { return Ok(None) };
            if let Some(batch) = self.limited(batch)? {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    /// Whether LIMIT has been reached.
    pub fn limit_reached(&self) -> bool {
        self.left == Some(0)
    }

    /// The rows that are told: not those that another takes the place of, and no more than LIMIT says.
    fn limited(&mut self, batch: ChangeBatch) -> Result<Option<ChangeBatch>> {
        let mut batch = batch;
        if batch.ops.as_ref().is_some_and(|ops| ops.contains(&Op::UpdateBefore)) {
            let mask = (0..batch.rows()).map(|row| Some(batch.op(row) != Op::UpdateBefore)).collect();
            batch = batch.filter(&mask)?;
        }
        if let Some(left) = &mut self.left {
            let rows = (*left).min(batch.rows() as u64);
            batch = batch.slice(0, rows as usize);
            *left -= rows;
        }
        Ok((!batch.is_empty()).then_some(batch))
    }
}

impl Drop for PushAnswer {
    fn drop(&mut self) {
        self.engine.remove_query(&QueryId(self.id.clone()));
    }
}

/// Starts a push query.
pub(super) fn answer(
    engine: &Engine,
    query: &ast::Query,
    text: &str,
    session: &Session,
) -> Result<PushAnswer> {
    let settings = engine.settings(session);
    let mut planned = plan_query(&engine.catalog(), query, Purpose::Transient)?;
    // LIMIT is counted over all partitions, so it is the answer's work and no task's.
    if let Step::Limit { input, .. } = planned.root {
        planned.root = *input;
    }
    let (id, number) = transient_id(engine, query);
    let schema = planned.schema.clone();
    let spread =
        planned.sources.iter().any(|source| source.partitions > 1) && !engine.options().one_partition;
    let plan = match spread {
        true => {
            let sink = Sink { relation: planned.root.relation().clone(), target: SinkTarget::Push };
            shuffle::split(planned.root, sink, planned.stores, &format!("_confluent-ksql-query_{id}"))?
        }
        false => push_plan(planned.root, planned.stores),
    };
    let start = start_offsets(&settings);
    let receiver = engine.runtime().start_push(id.clone(), number, plan.clone(), start, Until::Stopped)?;
    engine.enter_query(QueryEntry {
        id: id.clone(),
        number,
        kind: QueryType::Push,
        statement: text.trim().trim_end_matches(';').to_owned(),
        sources: planned.sources.iter().map(|source| source.name.clone()).collect(),
        sink: None,
        schema: schema.clone(),
        plan: Arc::new(plan),
    });
    Ok(PushAnswer {
        id: id.0,
        schema,
        is_table: planned.is_table,
        left: query.limit,
        receiver,
        engine: engine.clone(),
    })
}

pub(super) fn start_offsets(settings: &Settings) -> StartOffsets {
    match settings.text("auto.offset.reset") {
        Some(reset) if reset.eq_ignore_ascii_case("earliest") => StartOffsets::Earliest,
        _ => StartOffsets::Latest,
    }
}

/// The id and the number of a query that does not outlive its asker.
pub(super) fn transient_id(engine: &Engine, query: &ast::Query) -> (QueryId, u32) {
    let number = engine.next_transient();
    (QueryId(format!("transient_{}_{}", query.from.source.value, u64::from(number) - (1 << 31))), number)
}

/// The steps as the plan of a push query.
pub(super) fn push_plan(root: Step, stores: u16) -> Plan {
    let relation = root.relation().clone();
    Plan { subplans: vec![SubPlan { root, sink: Sink { relation, target: SinkTarget::Push } }], stores }
}

/// An error for what a pull query cannot do.
pub(super) fn refused(what: &str) -> Error {
    Error::user(format!(
        "{what} See https://cnfl.io/queries for more info.\nAdd EMIT CHANGES if you intended to issue a push query."
    ))
}
