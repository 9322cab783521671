//! Settings of a [`super::Runtime`].

/// Settings of a [`super::Runtime`], with their defaults.
#[derive(Debug, Clone)]
pub struct RuntimeOptions {
    /// Worker threads; 0 is one per core.
    pub workers: usize,
    /// How long a busy task may keep what it did to itself. A task that goes idle commits at once.
    pub commit_interval_ms: u64,
    /// Most rows that an operator sees at once. 1 gives the output of a record-by-record engine.
    pub batch_records_max: usize,
    /// Bytes of log read and decoded at a time: large enough to spread the cost of a batch over thousands of rows,
    /// small enough that the columns made of it stay in the core's cache.
    pub fetch_bytes: usize,
    /// Output of one task that waits for its commit. Beyond this the task commits, and waits when it cannot.
    pub output_bytes_max: usize,
    /// Output of all tasks that waits for a commit, or is in one. Beyond this, tasks commit and wait.
    pub output_bytes_total: usize,
    /// Decoded columns that are kept of one partition for other queries that read the same.
    pub shared_bytes_max: usize,
    /// The same for all partitions: beyond this, queries decode for themselves.
    pub shared_bytes_total: usize,
    /// Batches that a push query's reader may be behind before its tasks wait.
    pub push_batches_max: usize,
    /// How long the tasks of a push query wait for its reader before the query ends with an error.
    pub push_stall_ms: u64,
    /// How long a failed task rests before it starts again; doubles with each failure in a row.
    pub restart_backoff_ms: u64,
    pub restart_backoff_max_ms: u64,
    /// No threads: the caller drives the tasks by [`super::Runtime::step`] and [`super::Runtime::run_until_idle`].
    pub manual: bool,
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self {
            workers: 0,
            commit_interval_ms: 100,
            batch_records_max: 64 << 10,
            fetch_bytes: 1 << 20,
            output_bytes_max: 32 << 20,
            output_bytes_total: 256 << 20,
            shared_bytes_max: 8 << 20,
            shared_bytes_total: 64 << 20,
            push_batches_max: 16,
            push_stall_ms: 60_000,
            restart_backoff_ms: 200,
            restart_backoff_max_ms: 30_000,
            manual: false,
        }
    }
}
