//! The log of a partition.

use crate::id::Offset;

/// Where a batch came to lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The offset of its first record.
    pub base_offset: Offset,
    /// The offset after its last record.
    pub next_offset: Offset,
    pub log_start_offset: Offset,
    /// The batch was there already (an idempotent producer sent it again); the offsets are those of the first time.
    pub duplicate: bool,
}

/// The borders of a partition's log, with Kafka's meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionOffsets {
    /// The first offset that is not deleted.
    pub log_start: Offset,
    /// Where an uncommitted reader's view ends: all before it is on stable storage.
    pub high_watermark: Offset,
    /// Where a committed reader's view ends: before the first open transaction.
    pub last_stable: Offset,
    /// Where the next record will lie.
    pub log_end: Offset,
}

/// Keeps a watcher registered until it is dropped.
#[must_use = "the watcher is called only while this lives"]
pub struct Watch {
    _unregister: Box<dyn std::any::Any + Send + Sync>,
}
