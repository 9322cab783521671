//! The log of one partition: who may append, what readers see, who waits for what.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock};

use super::apply::{Source, apply};
use super::buffers::BufferPool;
use super::producers::{OpenTransaction, Producers};
use super::segment::Segment;
use super::sync_queue::SyncQueue;
use super::{Appended, PartitionOffsets};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::id::{Offset, ProducerEpoch, ProducerId, TopicPartition};
use crate::pending::{Completer, Pending, pending};
use crate::record::{AbortedTransaction, EncodedBatch, Marker, ProducerStamp, encode_marker};
use crate::topic::TopicConfig;

/// What all partitions of a node share.
#[derive(Debug)]
pub(crate) struct LogContext {
    pub(crate) files: Arc<dyn Files>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) fsync: bool,
    pub(crate) segment_bytes: u64,
    pub(crate) index_interval_bytes: u64,
    pub(crate) checkpoint_bytes: u64,
    pub(crate) compaction_buffer_bytes: usize,
    pub(crate) buffers: Arc<BufferPool>,
    pub(crate) sync_queue: Arc<SyncQueue>,
}

type Watcher = Arc<dyn Fn() + Send + Sync>;
type Watchers = Arc<Vec<(u64, Watcher)>>;

/// One partition of one topic.
pub(crate) struct PartitionLog {
    pub(crate) partition: TopicPartition,
    pub(crate) dir: PathBuf,
    pub(crate) context: Arc<LogContext>,
    config: RwLock<Arc<TopicConfig>>,
    segments: RwLock<Arc<Vec<Arc<Segment>>>>,
    /// Written under the writer's lock, read without it. The last stable offset is never above the high watermark.
    high_watermark: AtomicI64,
    last_stable: AtomicI64,
    pub(super) log_start: AtomicI64,
    /// In the order of their markers.
    pub(super) aborted: RwLock<Vec<AbortedTransaction>>,
    pub(super) writer: Mutex<Writer>,
    /// Held while the files are synced: one sync at a time, which serves all that wait.
    pub(super) sync_lock: Mutex<()>,
    /// Held while a checkpoint is written; the recovery point of the last one, so that none goes back.
    pub(super) checkpointed: Mutex<i64>,
    /// Held by whoever changes closed segments: retention, compaction, delete-records.
    pub(super) upkeep: Mutex<()>,
    /// Whether the sync queue holds this partition already.
    pub(super) queued: AtomicBool,
    watchers: Mutex<Watchers>,
    next_watcher: AtomicU64,
}

/// What only one thread at a time may change.
pub(crate) struct Writer {
    pub(crate) active: Arc<Segment>,
    pub(crate) active_since_ms: i64,
    pub(crate) producers: Producers,
    pub(crate) log_end: i64,
    /// All before it is on stable storage, or is a marker that recovery would write again.
    pub(crate) synced_end: i64,
    /// Segments with bytes that are not synced.
    pub(crate) dirty: Vec<Arc<Segment>>,
    /// Appends to be answered. As many as callers have outstanding; each holds no more than its offsets.
    pub(super) waiters: Vec<Waiter>,
    /// Markers that a full disk refused. Each stands for one open transaction.
    owed: Vec<(ProducerId, ProducerEpoch, Marker)>,
    pub(crate) bytes_since_checkpoint: u64,
    pub(crate) clean_up_to: i64,
    /// The file may have bytes after the last batch.
    pub(crate) torn: bool,
    /// Why nothing can be appended until the node is started again.
    pub(crate) failed: Option<String>,
    deleted: bool,
}

pub(super) struct Waiter {
    pub(super) appended: Appended,
    pub(super) completer: Completer<Appended>,
}

/// What recovery found, to begin from.
pub(super) struct Recovered {
    pub(super) segments: Vec<Arc<Segment>>,
    pub(super) log_start: i64,
    pub(super) log_end: i64,
    pub(super) producers: Producers,
    pub(super) aborted: Vec<AbortedTransaction>,
    pub(super) clean_up_to: i64,
    /// Segments that were read again: their bytes may not be on stable storage.
    pub(super) dirty: Vec<Arc<Segment>>,
    pub(super) bytes_since_checkpoint: u64,
}

/// What became visible: answered and told about without holding the writer's lock.
#[must_use]
pub(super) struct Notice {
    done: Vec<Waiter>,
    advanced: bool,
}

impl Writer {
    /// Fails if nothing may be appended; removes the leftovers of a failed append.
    pub(crate) fn check_usable(&mut self, log: &PartitionLog) -> Result<()> {
        if self.deleted {
            return Err(Error::UnknownPartition(log.partition.clone()));
        }
        if let Some(reason) = &self.failed {
            return Err(Error::PartitionFailed { partition: log.partition.clone(), reason: reason.clone() });
        }
        if self.torn {
            let path = self.active.path();
            self.active.file()?.set_len(self.active.len()).map_err(|e| Error::io("cut", path, e))?;
            self.torn = false;
        }
        Ok(())
    }
}

impl PartitionLog {
    pub(super) fn new(
        partition: TopicPartition,
        dir: PathBuf,
        context: Arc<LogContext>,
        config: Arc<TopicConfig>,
        recovered: Recovered,
    ) -> Self {
        let active = recovered.segments.last().expect("recovery leaves at least one segment").clone();
        let last_stable = recovered.producers.first_open().unwrap_or(recovered.log_end);
        Self {
            partition,
            dir,
            config: RwLock::new(config),
            segments: RwLock::new(Arc::new(recovered.segments)),
            high_watermark: AtomicI64::new(recovered.log_end),
            last_stable: AtomicI64::new(last_stable),
            log_start: AtomicI64::new(recovered.log_start),
            aborted: RwLock::new(recovered.aborted),
            writer: Mutex::new(Writer {
                active,
                active_since_ms: context.clock.now_ms(),
                producers: recovered.producers,
                log_end: recovered.log_end,
                synced_end: recovered.log_end,
                dirty: recovered.dirty,
                waiters: Vec::new(),
                owed: Vec::new(),
                bytes_since_checkpoint: recovered.bytes_since_checkpoint,
                clean_up_to: recovered.clean_up_to,
                torn: false,
                failed: None,
                deleted: false,
            }),
            context,
            sync_lock: Mutex::new(()),
            checkpointed: Mutex::new(i64::MIN),
            upkeep: Mutex::new(()),
            queued: AtomicBool::new(false),
            watchers: Mutex::new(Arc::new(Vec::new())),
            next_watcher: AtomicU64::new(0),
        }
    }

    pub(crate) fn config(&self) -> Arc<TopicConfig> {
        self.config.read().clone()
    }

    pub(crate) fn set_config(&self, config: Arc<TopicConfig>) {
        *self.config.write() = config;
    }

    pub(super) fn segments(&self) -> Arc<Vec<Arc<Segment>>> {
        self.segments.read().clone()
    }

    pub(super) fn change_segments(&self, f: impl FnOnce(&mut Vec<Arc<Segment>>)) {
        let mut segments = self.segments.write();
        let mut changed = segments.to_vec();
        f(&mut changed);
        *segments = Arc::new(changed);
    }

    /// First deleted offset's end, last stable offset, high watermark: each at most the next.
    pub(super) fn visible(&self) -> (i64, i64, i64) {
        let log_start = self.log_start.load(Ordering::Acquire);
        let last_stable = self.last_stable.load(Ordering::Acquire);
        (log_start, last_stable, self.high_watermark.load(Ordering::Acquire))
    }

    pub(crate) fn offsets(&self) -> PartitionOffsets {
        let log_end = self.writer.lock().log_end;
        let (log_start, last_stable, high_watermark) = self.visible();
        PartitionOffsets {
            log_start: Offset(log_start),
            high_watermark: Offset(high_watermark),
            last_stable: Offset(last_stable),
            log_end: Offset(log_end.max(high_watermark)),
        }
    }

    fn answer(&self, applied: super::apply::Applied) -> Appended {
        Appended {
            base_offset: Offset(applied.base_offset),
            next_offset: Offset(applied.next_offset),
            log_start_offset: Offset(self.log_start.load(Ordering::Acquire)),
            duplicate: applied.duplicate,
        }
    }

    /// Appends a client's batch; completes when it is committed.
    pub(crate) fn append(self: &Arc<Self>, batch: &EncodedBatch) -> Pending<Appended> {
        let mut writer = self.writer.lock();
        let applied = self.settle(&mut writer).and_then(|()| apply(self, &mut writer, batch, Source::Client));
        match applied {
            Ok(applied) => self.wait_for(&mut writer, self.answer(applied)),
            Err(error) => Pending::ready(Err(error)),
        }
    }

    fn wait_for(self: &Arc<Self>, writer: &mut Writer, appended: Appended) -> Pending<Appended> {
        if appended.next_offset.0 <= writer.synced_end {
            return Pending::ready(Ok(appended));
        }
        let (completer, pending) = pending();
        writer.waiters.push(Waiter { appended, completer });
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.context.sync_queue.push(self.clone());
        }
        pending
    }

    /// Appends a transaction's batches, which stay invisible. Returns where each lies. After an error none, some or
    /// all of them are there, and the transaction has to be aborted.
    pub(crate) fn append_transaction<'a>(
        &self,
        producer_id: ProducerId,
        epoch: ProducerEpoch,
        batches: impl Iterator<Item = &'a EncodedBatch>,
    ) -> Result<Vec<Appended>> {
        let mut writer = self.writer.lock();
        self.settle(&mut writer)?;
        let mut base_sequence = 0;
        let mut answers = Vec::new();
        for batch in batches {
            let stamp = ProducerStamp { id: producer_id, epoch, base_sequence };
            let applied = apply(self, &mut writer, batch, Source::Transaction(stamp))?;
            base_sequence += (applied.next_offset - applied.base_offset) as i32;
            answers.push(self.answer(applied));
        }
        Ok(answers)
    }

    /// Completes when everything appended so far is committed.
    pub(crate) fn committed(self: &Arc<Self>) -> Pending<Appended> {
        let mut writer = self.writer.lock();
        if let Some(reason) = &writer.failed {
            let error = Error::PartitionFailed { partition: self.partition.clone(), reason: reason.clone() };
            return Pending::ready(Err(error));
        }
        let end = writer.log_end;
        let appended =
            self.answer(super::apply::Applied { base_offset: end, next_offset: end, duplicate: false });
        self.wait_for(&mut writer, appended)
    }

    /// Ends a transaction here. If the marker cannot be written now, it is owed, and written before the next append;
    /// what is committed is visible all the same.
    pub(crate) fn end_transaction(&self, producer_id: ProducerId, epoch: ProducerEpoch, marker: Marker) {
        let mut writer = self.writer.lock();
        writer.owed.push((producer_id, epoch, marker));
        if let Err(error) = self.settle(&mut writer) {
            tracing::warn!(partition = %self.partition, %error, "a transaction marker has to wait");
            if marker == Marker::Commit {
                writer.producers.committed_without_marker(producer_id);
            }
        }
        let notice = self.publish(&mut writer);
        drop(writer);
        self.deliver(notice);
    }

    /// Writes the markers that are owed.
    fn settle(&self, writer: &mut Writer) -> Result<()> {
        while let Some((producer_id, epoch, marker)) = writer.owed.first().copied() {
            // The producer's transaction may not have reached this partition, when an append failed.
            if writer.producers.is_open(producer_id) {
                let batch = encode_marker(marker, producer_id, epoch, self.context.clock.now_ms());
                apply(self, writer, &batch, Source::Marker(marker))?;
            }
            writer.owed.remove(0);
        }
        Ok(())
    }

    /// Transactions that have no marker yet.
    pub(crate) fn open_transactions(&self) -> Vec<OpenTransaction> {
        self.writer.lock().producers.open().collect()
    }

    /// Makes visible what is synced.
    pub(super) fn publish(&self, writer: &mut Writer) -> Notice {
        let high_watermark = writer.synced_end;
        let last_stable = writer.producers.first_open().unwrap_or(i64::MAX).min(high_watermark);
        let before = self.high_watermark.swap(high_watermark, Ordering::AcqRel);
        let stable_before = self.last_stable.swap(last_stable, Ordering::AcqRel);
        let done = writer.waiters.extract_if(.., |waiter| waiter.appended.next_offset.0 <= high_watermark);
        Notice { done: done.collect(), advanced: high_watermark > before || last_stable > stable_before }
    }

    pub(super) fn deliver(&self, notice: Notice) {
        for waiter in notice.done {
            waiter.completer.complete(Ok(waiter.appended));
        }
        if notice.advanced {
            let watchers = self.watchers.lock().clone();
            for (_, watcher) in watchers.iter() {
                watcher();
            }
        }
    }

    /// Writes owed markers, and forgets producers silent since `before_ms`.
    pub(crate) fn tidy_writer(&self, producers_before_ms: i64) {
        let mut writer = self.writer.lock();
        if writer.deleted || writer.failed.is_some() {
            return;
        }
        if let Err(error) = self.settle(&mut writer) {
            tracing::warn!(partition = %self.partition, %error, "a transaction marker still has to wait");
        }
        writer.producers.expire(producers_before_ms);
        let notice = self.publish(&mut writer);
        drop(writer);
        self.deliver(notice);
    }

    /// Calls `f` whenever more becomes visible, until [`PartitionLog::unwatch`] with the returned number.
    pub(crate) fn watch(&self, f: Watcher) -> u64 {
        let id = self.next_watcher.fetch_add(1, Ordering::Relaxed);
        let mut watchers = self.watchers.lock();
        let mut changed = watchers.to_vec();
        changed.push((id, f));
        *watchers = Arc::new(changed);
        id
    }

    pub(crate) fn unwatch(&self, id: u64) {
        let mut watchers = self.watchers.lock();
        *watchers = Arc::new(watchers.iter().filter(|(other, _)| *other != id).cloned().collect());
    }

    /// Refuses all further appends and answers those that wait.
    pub(crate) fn delete(&self) {
        let mut writer = self.writer.lock();
        writer.deleted = true;
        let waiters = std::mem::take(&mut writer.waiters);
        drop(writer);
        for waiter in waiters {
            waiter.completer.complete(Err(Error::UnknownPartition(self.partition.clone())));
        }
    }
}

impl std::fmt::Debug for PartitionLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartitionLog")
            .field("partition", &self.partition)
            .field("visible", &self.visible())
            .finish()
    }
}
