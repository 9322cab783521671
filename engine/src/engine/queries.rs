//! The queries that run.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::plan::{Plan, QueryId};
use crate::schema::LogicalSchema;

/// What kind of query runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryType {
    /// CREATE … AS, INSERT INTO … SELECT, and the keeping of a SOURCE table.
    Persistent,
    Push,
}

/// A query that runs, and where it came from.
#[derive(Debug, Clone)]
pub struct QueryEntry {
    pub id: QueryId,
    /// Its number in the keys of its state.
    pub number: u32,
    pub kind: QueryType,
    pub statement: String,
    /// Names of the sources that it reads.
    pub sources: Vec<String>,
    /// Name and topic of what it writes.
    pub sink: Option<(String, String)>,
    pub schema: LogicalSchema,
    pub plan: Arc<Plan>,
}

#[derive(Debug, Default)]
pub(super) struct Queries {
    by_id: BTreeMap<QueryId, Arc<QueryEntry>>,
}

impl Queries {
    pub(super) fn all(&self) -> Vec<Arc<QueryEntry>> {
        self.by_id.values().cloned().collect()
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<QueryEntry>> {
        self.by_id.values().find(|entry| entry.id.0.eq_ignore_ascii_case(id)).cloned()
    }

    pub(super) fn insert(&mut self, entry: QueryEntry) {
        self.by_id.insert(entry.id.clone(), Arc::new(entry));
    }

    pub(super) fn remove(&mut self, id: &QueryId) {
        self.by_id.remove(id);
    }
}
