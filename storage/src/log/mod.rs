//! The log of a partition: batches in segment files, and who sees how much of them.
//!
//! - [`partition`](self::partition): [`PartitionLog`], the log as a whole: append, watermarks, waiting, watching
//! - [`apply`](self::apply): check, stamp, append: the one way in
//! - [`producers`](self::producers): idempotence, epochs, open transactions
//! - [`read`](self::read): fetches, look-ups by time, the log start
//! - [`segment`](self::segment), [`index`](self::index): one file with its indexes
//! - [`sync`](self::sync), [`sync_queue`](self::sync_queue): group commit
//! - [`checkpoint`](self::checkpoint), [`recovery`](self::recovery): what a restart reads
//! - [`retention`](self::retention), [`compaction`](self::compaction): what becomes of old records
//! - [`buffers`](self::buffers): memory for reads

mod apply;
mod buffers;
mod checkpoint;
mod compaction;
mod index;
mod partition;
mod producers;
mod read;
mod recovery;
mod retention;
mod segment;
mod sync;
mod sync_queue;

use std::sync::Weak;

pub(crate) use buffers::BufferPool;
pub(crate) use partition::{LogContext, PartitionLog};
pub(crate) use sync_queue::SyncQueue;

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
#[derive(Debug)]
#[must_use = "the watcher is called only while this lives"]
pub struct Watch {
    pub(crate) log: Weak<PartitionLog>,
    pub(crate) id: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(log) = self.log.upgrade() {
            log.unwatch(self.id);
        }
    }
}
