//! The handle to a node's data.

use std::path::Path;
use std::sync::Arc;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::id::{GroupId, Offset, TopicName, TopicPartition};
use crate::log::{Appended, PartitionOffsets, Watch};
use crate::options::{Options, Seams};
use crate::pending::Pending;
use crate::record::{EncodedBatch, Fetch, Isolation};
use crate::state::StateStore;
use crate::topic::{TopicConfig, TopicDescription};
use crate::transaction::{Committed, Producer, Transaction};

/// A node's topics, logs, groups and state. Cheap to clone; all clones are the same node.
#[derive(Clone)]
pub struct Storage(Arc<Node>);

struct Node {
    state: StateStore,
    seams: Seams,
}

const LATER: Error = Error::Unsupported("this operation");

impl Storage {
    /// Opens the data directory, makes it if it is missing, and recovers what a crash left.
    pub fn open(dir: &Path, options: Options) -> Result<Self> {
        Self::open_with(dir, options, Seams::default())
    }

    /// As [`Storage::open`], with other doors to the world.
    pub fn open_with(dir: &Path, options: Options, seams: Seams) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|e| Error::io("make the directory", dir, e))?;
        Ok(Self(Arc::new(Node { state: StateStore::open(&dir.join("state"), &options)?, seams })))
    }

    pub fn create_topic(
        &self,
        _name: &TopicName,
        _partitions: i32,
        _replicas: i16,
        _config: TopicConfig,
    ) -> Result<TopicDescription> {
        Err(LATER)
    }

    pub fn alter_topic(&self, _name: &TopicName, _config: TopicConfig) -> Result<()> {
        Err(LATER)
    }

    pub fn delete_topic(&self, _name: &TopicName) -> Result<()> {
        Err(LATER)
    }

    pub fn topic(&self, _name: &TopicName) -> Option<TopicDescription> {
        None
    }

    pub fn topics(&self) -> Vec<TopicDescription> {
        Vec::new()
    }

    /// Appends a batch. Completes when it is committed: synced, and below the high watermark.
    pub fn append(&self, _partition: &TopicPartition, _batch: EncodedBatch) -> Pending<Appended> {
        Pending::ready(Err(LATER))
    }

    /// Reads whole batches from the one that holds `from` on, up to about `max_bytes`: at least one, however large.
    pub fn read(
        &self,
        _partition: &TopicPartition,
        _from: Offset,
        _max_bytes: usize,
        _isolation: Isolation,
    ) -> Result<Fetch> {
        Err(LATER)
    }

    pub fn offsets(&self, _partition: &TopicPartition) -> Result<PartitionOffsets> {
        Err(LATER)
    }

    /// The first record whose timestamp is `timestamp` or later: its offset and its timestamp.
    pub fn offset_for_time(
        &self,
        _partition: &TopicPartition,
        _timestamp: i64,
    ) -> Result<Option<(Offset, i64)>> {
        Err(LATER)
    }

    /// Moves the log start offset up to `before`.
    pub fn delete_records(&self, _partition: &TopicPartition, _before: Offset) -> Result<()> {
        Err(LATER)
    }

    /// Calls `f` each time the high watermark or the last stable offset advances, from any thread: it must be short.
    pub fn watch(&self, _partition: &TopicPartition, _f: Arc<dyn Fn() + Send + Sync>) -> Result<Watch> {
        Err(LATER)
    }

    /// An identity for an idempotent producer, or the next epoch of the transactional one.
    pub fn init_producer(&self, _transactional_id: Option<&str>) -> Result<Producer> {
        Err(LATER)
    }

    /// Makes everything in `transaction` visible at once. Completes when it is durable and visible.
    pub fn commit(&self, _transaction: Transaction) -> Pending<Committed> {
        Pending::ready(Err(LATER))
    }

    pub fn committed_offset(&self, _group: &GroupId, _partition: &TopicPartition) -> Result<Option<Offset>> {
        Err(LATER)
    }

    pub fn commit_offsets(&self, _group: &GroupId, _offsets: &[(TopicPartition, Offset)]) -> Pending<()> {
        Pending::ready(Err(LATER))
    }

    /// Groups that have committed an offset.
    pub fn groups(&self) -> Result<Vec<GroupId>> {
        Err(LATER)
    }

    /// All offsets that a group has committed.
    pub fn group_offsets(&self, _group: &GroupId) -> Result<Vec<(TopicPartition, Offset)>> {
        Err(LATER)
    }

    pub fn delete_group(&self, _group: &GroupId) -> Result<()> {
        Err(LATER)
    }

    pub fn state(&self) -> &StateStore {
        &self.0.state
    }

    /// Runs retention and compaction now.
    pub fn run_maintenance(&self) -> Result<()> {
        Err(LATER)
    }

    /// Ends cleanly: everything is synced, and the next open has nothing to recover.
    pub fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.seams.clock
    }
}
