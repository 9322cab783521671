//! The rows of tables and streams as they are now.

use std::ops::ControlFlow;

use arrow::array::ArrayRef;
use storage::state::key::state_prefix;
use storage::{StateSnapshot, TopicName};

use crate::catalog::SourceDefinition;
use crate::change::{ChangeBatch, Relation};
use crate::engine::{Engine, QueryEntry};
use crate::error::{Error, Result};
use crate::operator::{MaterializedReader, WindowBounds};
use crate::plan::{Source, Step};

/// Where the rows of a table are kept.
pub(super) struct Materialized {
    number: u32,
    store: u16,
    relation: Relation,
    partitions: i32,
}

/// How the rows are looked for.
pub(super) enum Lookup {
    /// The rows of these keys, one array per key column.
    Keys(Vec<ArrayRef>),
    All,
}

impl Materialized {
    /// Where a table's rows are kept, if they are.
    pub(super) fn of(engine: &Engine, source: &SourceDefinition) -> Result<Option<Self>> {
        let Some(entry) = keeper(engine, source) else { return Ok(None) };
        let part = entry
            .plan
            .subplans
            .last()
            .ok_or_else(|| Error::internal(format!("the plan of {} is empty", entry.id)))?;
        let Step::Materialize { input, store } = &part.root else { return Ok(None) };
        // The number of tasks is that of the partitions that the last part reads.
        let partitions = part
            .root
            .sources()
            .iter()
            .filter_map(|source| TopicName::new(&source.topic).ok())
            .filter_map(|topic| engine.storage().topic(&topic))
            .map(|topic| topic.partitions)
            .max()
            .unwrap_or(1);
        Ok(Some(Self { number: entry.number, store: *store, relation: input.relation().clone(), partitions }))
    }

    /// Hands the rows to `take` until it has enough.
    pub(super) fn read(
        &self,
        snapshot: &StateSnapshot,
        lookup: &Lookup,
        windows: &WindowBounds,
        take: &mut dyn FnMut(ChangeBatch) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut stopped = false;
        for partition in 0..self.partitions {
            let prefix = state_prefix(self.number, self.store, partition as u32);
            let reader = MaterializedReader::new(snapshot.clone(), prefix, &self.relation)?;
            let mut watched = |batch: ChangeBatch| {
                let flow = take(batch)?;
                stopped |= flow.is_break();
                Ok(flow)
            };
            match lookup {
                Lookup::Keys(keys) => reader.get(keys, windows, &mut watched)?,
                Lookup::All => reader.scan(windows, &mut watched)?,
            }
            if stopped {
                break;
            }
        }
        Ok(())
    }

    /// The columns that a plan's source step wants of a row that is kept.
    pub(super) fn as_source(&self, batch: ChangeBatch, source: &Source) -> Result<ChangeBatch> {
        let kept = &self.relation;
        let mut columns: Vec<ArrayRef> =
            source.wanted.iter().map(|index| batch.columns[*index].clone()).collect();
        columns.push(batch.columns[kept.rowtime()].clone());
        if let (Some(from), true) = (kept.window_start(), source.relation.windowed) {
            columns.push(batch.columns[from].clone());
            columns.push(batch.columns[from + 1].clone());
        }
        if columns.len() != source.relation.width() {
            return Err(Error::user(
                "A pull query cannot read ROWPARTITION and ROWOFFSET: a table's rows have none.",
            ));
        }
        Ok(ChangeBatch::inserts(columns))
    }
}

/// The query that keeps a table's rows.
fn keeper(engine: &Engine, source: &SourceDefinition) -> Option<std::sync::Arc<QueryEntry>> {
    if let Some(id) = &source.created_by {
        return engine.query_entry(&id.0);
    }
    let prefix = format!("CST_{}_", source.name);
    engine.queries().into_iter().find(|entry| {
        entry.sink.is_none() && entry.id.0.starts_with(&prefix) && entry.sources.first() == Some(&source.name)
    })
}
