//! The handle to a node's data.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use parking_lot::Mutex;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::group;
use crate::id::{GroupId, Offset, ProducerEpoch, TopicId, TopicName, TopicPartition};
use crate::lock::DirLock;
use crate::log::{Appended, BufferPool, LogContext, PartitionOffsets, SyncQueue, Watch};
use crate::maintenance;
use crate::options::{Options, Seams};
use crate::pending::{Pending, pending};
use crate::record::{EncodedBatch, Fetch, Isolation};
use crate::state::StateStore;
use crate::topic::{Catalog, TopicConfig, TopicDescription};
use crate::transaction::{Committed, Committer, Producer, ProducerIds, Transaction, resolve};

/// A node's topics, logs, groups and state. Cheap to clone; all clones are the same node.
///
/// When the last clone is dropped, the threads end and the directory is free again. Without
/// [`Storage::shutdown`] before, the next open recovers as after a crash.
#[derive(Clone, Debug)]
pub struct Storage(Arc<Node>);

#[derive(Debug)]
struct Node {
    // The threads end first, the lock goes last: fields are dropped in this order.
    threads: Threads,
    catalog: Arc<Catalog>,
    producer_ids: Arc<ProducerIds>,
    state: StateStore,
    seams: Seams,
    closed: AtomicBool,
    _lock: DirLock,
}

impl Storage {
    /// Opens the data directory, makes it if it is missing, and recovers what a crash left.
    pub fn open(dir: &Path, options: Options) -> Result<Self> {
        Self::open_with(dir, options, Seams::default())
    }

    /// As [`Storage::open`], with other doors to the world.
    pub fn open_with(dir: &Path, options: Options, seams: Seams) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|e| Error::io("make the directory", dir, e))?;
        let lock = DirLock::acquire(dir)?;
        let (state_dir, log_dir) = (dir.join("state"), dir.join("log"));
        if !state_dir.exists() && log_dir.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            // Without it no log belongs to a topic, and all would be removed.
            return Err(Error::corrupt(&state_dir, 0, "the state store is missing, but there are logs"));
        }
        let state = StateStore::open(&state_dir, &options)?;
        let sync_queue = Arc::new(SyncQueue::default());
        let context = Arc::new(LogContext {
            files: seams.files.clone(),
            clock: seams.clock.clone(),
            fsync: options.fsync,
            segment_bytes: options.segment_bytes,
            index_interval_bytes: options.index_interval_bytes,
            checkpoint_bytes: options.checkpoint_bytes,
            compaction_buffer_bytes: options.compaction_buffer_bytes,
            buffers: Arc::new(BufferPool::default()),
            sync_queue: sync_queue.clone(),
        });
        let catalog = Arc::new(Catalog::open(log_dir, context, state.clone())?);
        resolve(&catalog, &state)?;
        let producer_ids = Arc::new(ProducerIds::new(state.clone()));

        let threads = Threads {
            committer: Arc::default(),
            sync_queue: sync_queue.clone(),
            stop: Arc::default(),
            committing: Mutex::new(None),
            others: Mutex::new(sync_queue.start()?),
        };
        let committing = threads.committer.start(
            catalog.clone(),
            state.clone(),
            producer_ids.clone(),
            seams.clock.clone(),
        )?;
        *threads.committing.lock() = Some(committing);
        if !options.maintenance_interval.is_zero() {
            let (stop, interval) = (threads.stop.clone(), options.maintenance_interval);
            let thread = maintenance::start(catalog.clone(), seams.clock.clone(), stop, interval)?;
            threads.others.lock().push(thread);
        }
        let node = Node {
            threads,
            catalog,
            producer_ids,
            state,
            seams,
            closed: AtomicBool::new(false),
            _lock: lock,
        };
        Ok(Self(Arc::new(node)))
    }

    fn check_open(&self) -> Result<()> {
        if self.0.closed.load(Ordering::Acquire) { Err(Error::Closed) } else { Ok(()) }
    }

    pub fn create_topic(
        &self,
        name: &TopicName,
        partitions: i32,
        replicas: i16,
        config: TopicConfig,
    ) -> Result<TopicDescription> {
        self.check_open()?;
        let mut bytes = [0; 16];
        self.0.seams.random.fill(&mut bytes);
        let id = TopicId(uuid::Builder::from_random_bytes(bytes).into_uuid());
        self.0.catalog.create(name, id, partitions, replicas, config)
    }

    /// Replaces the settings of a topic.
    pub fn alter_topic(&self, name: &TopicName, config: TopicConfig) -> Result<()> {
        self.check_open()?;
        self.0.catalog.alter(name, config)
    }

    /// Deletes a topic with its records and the offsets that groups have committed for it.
    pub fn delete_topic(&self, name: &TopicName) -> Result<()> {
        self.check_open()?;
        self.0.catalog.delete(name)
    }

    pub fn topic(&self, name: &TopicName) -> Option<TopicDescription> {
        let topic = self.0.catalog.topic(name).ok()?;
        let description = topic.description.read().clone();
        Some(description)
    }

    /// All topics, by name.
    pub fn topics(&self) -> Vec<TopicDescription> {
        let mut topics: Vec<_> =
            self.0.catalog.topics().iter().map(|topic| topic.description.read().clone()).collect();
        topics.sort_by(|a, b| a.name.cmp(&b.name));
        topics
    }

    /// Appends a batch. Completes when it is committed: on stable storage, and below the high watermark. Appends from
    /// one thread keep their order. A batch of an idempotent producer that is there already answers with its offsets.
    pub fn append(&self, partition: &TopicPartition, batch: EncodedBatch) -> Pending<Appended> {
        match self.check_open().and_then(|()| self.0.catalog.partition(partition)) {
            Ok(log) => log.append(&batch),
            Err(error) => Pending::ready(Err(error)),
        }
    }

    /// Reads whole batches from the one that holds `from` on, about `max_bytes` of them: at least one, however large.
    pub fn read(
        &self,
        partition: &TopicPartition,
        from: Offset,
        max_bytes: usize,
        isolation: Isolation,
    ) -> Result<Fetch> {
        self.0.catalog.partition(partition)?.read(from, max_bytes, isolation)
    }

    pub fn offsets(&self, partition: &TopicPartition) -> Result<PartitionOffsets> {
        Ok(self.0.catalog.partition(partition)?.offsets())
    }

    /// The first record whose timestamp is `timestamp` or later: its offset and its timestamp.
    pub fn offset_for_time(
        &self,
        partition: &TopicPartition,
        timestamp: i64,
    ) -> Result<Option<(Offset, i64)>> {
        self.0.catalog.partition(partition)?.offset_for_time(timestamp)
    }

    /// Moves the log start offset up to `before`; offset -1 stands for the high watermark.
    pub fn delete_records(&self, partition: &TopicPartition, before: Offset) -> Result<()> {
        self.check_open()?;
        self.0.catalog.partition(partition)?.delete_records(before)
    }

    /// Calls `f` each time the high watermark or the last stable offset advances, from any thread: it must be short
    /// and must not wait for this storage. Ends when the [`Watch`] is dropped.
    pub fn watch(&self, partition: &TopicPartition, f: Arc<dyn Fn() + Send + Sync>) -> Result<Watch> {
        let log = self.0.catalog.partition(partition)?;
        let id = log.watch(f);
        Ok(Watch { log: Arc::downgrade(&log), id })
    }

    /// An identity for an idempotent producer, or the next epoch of the transactional one.
    pub fn init_producer(&self, transactional_id: Option<&str>) -> Result<Producer> {
        self.check_open()?;
        match transactional_id {
            Some(id) => self.0.producer_ids.next_epoch(id),
            None => Ok(Producer { id: self.0.producer_ids.next()?, epoch: ProducerEpoch(0) }),
        }
    }

    /// Makes everything in `transaction` visible at once, exactly once, whatever crashes. Completes when it is durable
    /// and visible. After an error other than [`Error::CommitUncertain`], which only a shutdown gives, nothing of it is
    /// or will be visible, and the same work can be committed again. May block while more than 64 MiB wait.
    pub fn commit(&self, transaction: Transaction) -> Pending<Committed> {
        self.0.threads.committer.commit(transaction)
    }

    /// The offset at which `group` goes on reading; None if it has committed none.
    pub fn committed_offset(&self, group: &GroupId, partition: &TopicPartition) -> Result<Option<Offset>> {
        group::committed_offset(&self.0.state, group, partition)
    }

    pub fn commit_offsets(&self, group: &GroupId, offsets: &[(TopicPartition, Offset)]) -> Pending<()> {
        let mut transaction = Transaction::new("");
        for (partition, next) in offsets {
            transaction.offset(group.clone(), partition.clone(), *next);
        }
        let (completer, pending) = pending();
        self.commit(transaction).on_done(move |result| completer.complete(result.map(|_| ())));
        pending
    }

    /// Groups that have committed an offset.
    pub fn groups(&self) -> Result<Vec<GroupId>> {
        group::groups(&self.0.state)
    }

    /// All offsets that a group has committed.
    pub fn group_offsets(&self, group: &GroupId) -> Result<Vec<(TopicPartition, Offset)>> {
        group::group_offsets(&self.0.state, group)
    }

    pub fn delete_group(&self, group: &GroupId) -> Result<()> {
        self.check_open()?;
        group::delete_group(&self.0.state, group)
    }

    pub fn state(&self) -> &StateStore {
        &self.0.state
    }

    /// Runs retention and compaction now, as the background thread does from time to time.
    pub fn run_maintenance(&self) {
        maintenance::run(&self.0.catalog, &*self.0.seams.clock);
    }

    /// Ends cleanly: what was under way is completed, everything is synced, and the next open has nothing to recover.
    /// Further writes fail with [`Error::Closed`].
    pub fn shutdown(&self) -> Result<()> {
        if self.0.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.0.threads.end();
        let mut result = Ok(());
        for log in self.0.catalog.partitions() {
            // The others are still worth a clean end.
            result = result.and(log.checkpoint(false));
        }
        result.and(self.0.state.shutdown())
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.seams.clock
    }
}

/// The node's threads, and how each is told to end.
#[derive(Debug)]
struct Threads {
    committer: Arc<Committer>,
    sync_queue: Arc<SyncQueue>,
    stop: Arc<maintenance::Stop>,
    committing: Mutex<Option<JoinHandle<()>>>,
    others: Mutex<Vec<JoinHandle<()>>>,
}

impl Threads {
    /// Completes what is under way and ends the threads. A second call does nothing.
    fn end(&self) {
        // The committer needs the sync threads until its end.
        self.committer.close();
        join(self.committing.lock().take());
        self.stop.stop();
        self.sync_queue.close();
        join(self.others.lock().drain(..));
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.end();
    }
}

fn join(threads: impl IntoIterator<Item = JoinHandle<()>>) {
    for thread in threads {
        // The last handle may be dropped in a callback, which runs on one of these threads.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("a storage thread had panicked");
        }
    }
}
