//! Operators: what runs for each step of a plan. An operator takes a batch and gives batches; it is synchronous and
//! owns its state. One operator is one file; [`build`] is the only place that knows which step needs which.
//!
//! - [`build`]: steps to operators, and the chain that rows run through
//! - [`filter`], [`project`], [`limit`]: operators without state
//! - [`aggregate`]: GROUP BY
//! - [`materialize`] and its reader for pull queries, [`materialized_reader`]
//! - [`stream_table_join`], [`table_table_join`], [`stream_stream_join`] with its
//!   [`join_buffer`] and [`parked_rows`]; [`join_columns`]: what joins give
//! - [`row_cache`]: the last row of each key of a table; [`row_arena`]: rows in columns, addressed one by one
//! - [`keyed_slots`], [`key_index`]: keys in memory in front of keys in the store; [`row_codec`]: their bytes
//! - [`headers`], [`tombstone`]: what rows carry besides their columns

mod aggregate;
pub mod build;
mod filter;
mod flat_map;
mod headers;
mod join_buffer;
mod join_columns;
mod key_index;
mod keyed_slots;
mod limit;
pub mod materialize;
mod materialized_reader;
mod parked_rows;
mod project;
mod row_arena;
mod row_cache;
mod row_codec;
mod stream_stream_join;
mod stream_table_join;
mod table_table_join;
mod tombstone;

use std::sync::Arc;

use crate::change::ChangeBatch;
use crate::error::Result;

pub use build::Chain;
pub use materialized_reader::{MaterializedReader, WindowBounds};

/// Something that runs over batches.
///
/// Between two commits an operator may keep what changed in memory; [`Operator::flush`] writes it into the commit.
/// After a crash operators are built anew and read what the last commit wrote.
pub trait Operator: Send {
    /// Takes a batch of the input number `port` (0 is left or only, 1 is right) and appends what comes of it to `out`.
    fn process(
        &mut self,
        port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()>;

    /// Writes all that changed since the last flush into the commit that is being made. What was written has to stay
    /// readable from memory until [`Operator::committed`]: the store does not have it before.
    fn flush(&mut self, _batch: &mut storage::StateBatch) -> Result<()> {
        Ok(())
    }

    /// The commit that the last flush belonged to is in the store: caches may be trimmed to their budget.
    fn committed(&mut self) {}

    /// Nothing will come any more, whatever is processed.
    fn finished(&self) -> bool {
        false
    }
}

/// What an operator may use while it processes a batch.
pub struct Context<'a> {
    /// Where rows that fail go.
    pub log: &'a dyn ProcessingLog,
    /// Counters of the task.
    pub metrics: &'a mut Metrics,
}

/// What a task counts.
#[derive(Debug, Default, Clone)]
pub struct Metrics {
    /// Rows that came after their window was closed.
    pub late_rows: u64,
    /// Rows that an expression failed for, or that could not be read or written.
    pub failed_rows: u64,
}

/// What goes wrong with single records and rows: the processing log.
pub trait ProcessingLog: Send + Sync {
    fn failed(&self, failure: RowFailure);

    /// As [`ProcessingLog::failed`], for a log that tells the queries apart.
    fn failed_in(&self, query: &str, failure: RowFailure) {
        let _ = query;
        self.failed(failure);
    }
}

/// A record or row that could not be processed.
#[derive(Debug, Clone)]
pub struct RowFailure {
    /// The operation, for instance `deserialize` or `filter`.
    pub operation: &'static str,
    pub reason: String,
    /// Where the record stands, when it is one: topic, partition, offset.
    pub position: Option<(Arc<str>, i32, i64)>,
}

/// The part of the keyed state that one operator owns for one partition: all its keys begin with `prefix`.
#[derive(Clone)]
pub struct Store {
    pub state: storage::StateStore,
    pub prefix: [u8; 11],
}
