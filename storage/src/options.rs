//! Settings of this crate.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::files::{Files, OsFiles};
use crate::random::{OsRandom, Random};

/// Settings of a [`crate::Storage`], with their defaults.
#[derive(Debug, Clone)]
pub struct Options {
    /// Sync before an append or a commit is answered. Without it, a power loss (not a crash of the process)
    /// loses answered records; tests do so to be fast.
    pub fsync: bool,
    /// A segment file is closed and a new one begun when it reaches this size, where the topic says nothing else.
    pub segment_bytes: u64,
    /// One entry in the offset and time index per this many bytes of log.
    pub index_interval_bytes: u64,
    /// The one block cache of the state store.
    pub state_cache_bytes: usize,
    /// The one budget of the state store for data not yet in a file.
    pub write_buffer_bytes: usize,
    /// A partition's recovery point is moved after this many bytes: what a restart has to read again, at most.
    pub checkpoint_bytes: u64,
    /// How often retention and compaction run. `Duration::ZERO`: never by themselves
    /// (call [`crate::Storage::run_maintenance`]).
    pub maintenance_interval: Duration,
    /// Memory for the key map of one compaction run; more keys take more runs.
    pub compaction_buffer_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fsync: true,
            segment_bytes: 1 << 30,
            index_interval_bytes: 4096,
            state_cache_bytes: 64 << 20,
            write_buffer_bytes: 64 << 20,
            checkpoint_bytes: 64 << 20,
            maintenance_interval: Duration::from_secs(30),
            compaction_buffer_bytes: 64 << 20,
        }
    }
}

/// The doors to the world outside, so that a whole node can run in a simulation.
#[derive(Debug, Clone)]
pub struct Seams {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub files: Arc<dyn Files>,
}

impl Default for Seams {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(OsRandom::new()),
            files: Arc::new(OsFiles),
        }
    }
}
