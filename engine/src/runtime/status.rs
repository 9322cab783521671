//! What can be told of a running query.

use std::collections::VecDeque;

use crate::plan::QueryId;

/// Errors of a query that are remembered: the last few tell what is wrong, and a failing task must not fill memory.
pub(super) const ERRORS_MAX: usize = 10;

/// Whether a query runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryState {
    Running,
    Paused,
    /// At least one task failed and waits to be started again.
    Error,
}

/// A failure of a task, after which it started again from the last commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// Epoch milliseconds.
    pub time_ms: i64,
    pub message: String,
}

/// How far a query has read a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionProgress {
    pub topic: String,
    pub partition: i32,
    /// The next offset that it will take.
    pub position: i64,
    /// Where the readable log ends now.
    pub end: i64,
}

/// A query as it is now.
#[derive(Debug, Clone)]
pub struct QueryStatus {
    pub id: QueryId,
    pub state: QueryState,
    /// The last errors, oldest first.
    pub errors: Vec<QueryError>,
    pub partitions: Vec<PartitionProgress>,
    pub metrics: QueryMetrics,
}

/// What a query has counted since it was started in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueryMetrics {
    pub rows_in: u64,
    pub rows_out: u64,
    /// Rows that came after their window was closed.
    pub late_rows: u64,
    /// Records and rows that could not be read, processed or written.
    pub failed_rows: u64,
    pub commits: u64,
}

impl QueryMetrics {
    pub(super) fn add(&mut self, other: &Self) {
        self.rows_in += other.rows_in;
        self.rows_out += other.rows_out;
        self.late_rows += other.late_rows;
        self.failed_rows += other.failed_rows;
        self.commits += other.commits;
    }
}

/// The last errors of a task.
#[derive(Debug, Default)]
pub(super) struct Errors(VecDeque<QueryError>);

impl Errors {
    pub fn push(&mut self, error: QueryError) {
        if self.0.len() == ERRORS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(error);
    }

    pub fn iter(&self) -> impl Iterator<Item = &QueryError> {
        self.0.iter()
    }
}
