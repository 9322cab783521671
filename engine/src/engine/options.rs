//! How an engine is set up.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::runtime::RuntimeOptions;
use crate::settings::Settings;

/// Settings of an engine.
#[derive(Debug, Clone, Default)]
pub struct EngineOptions {
    /// The server's properties.
    pub settings: Settings,
    pub runtime: RuntimeOptions,
    /// Keep statements in the command topic and run them again at the start.
    pub persist_statements: bool,
    pub query_ids: QueryIds,
    /// Topics get one partition, whatever a statement says: tests want one order of records.
    pub one_partition: bool,
}

/// The numbers of statements where there is no command topic to give them: 0, 1, 2, …
#[derive(Debug, Clone, Default)]
pub struct QueryIds(Arc<AtomicI64>);

impl QueryIds {
    pub(super) fn next(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn taken(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
