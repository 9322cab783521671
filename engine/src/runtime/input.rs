//! One input of a task: a partition of a source, read in order, decoded, handed out in runs.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::Int64Array;
use storage::{Isolation, Offset, Storage, TopicPartition, Watch};

use super::exchange::{self, BatchCodec};
use super::shared::{Read, ReadError, SharedReader};
use crate::change::ChangeBatch;
use crate::error::{Error, Result};
use crate::operator::ProcessingLog;
use crate::plan::Source;

/// Rows of an internal topic that are handed to the operators at once: records of a few rows are put together, as
/// long as the columns stay in the core's cache.
const EXCHANGE_ROWS: usize = 4096;

/// A place in a partition. A record of an internal topic has many rows, so the offset alone does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub offset: i64,
    /// Rows of the record at `offset` that are done.
    pub row: u32,
}

/// Rows that are decoded and not yet handed out.
struct Buffered {
    batch: ChangeBatch,
    offsets: Arc<Int64Array>,
    times: Int64Array,
    /// The first row that is not handed out.
    at: usize,
    /// The rows before the first one that its record has already given.
    skipped: u32,
}

/// How the partition is read.
pub enum Reader {
    /// A user's topic.
    Shared(SharedReader),
    /// An internal topic.
    Exchange { storage: Storage, codec: Box<BatchCodec>, fetch_bytes: usize },
}

/// Set when the log has grown since the last look.
pub struct Grown {
    flag: Arc<AtomicBool>,
    /// None where the caller looks each time.
    _watch: Option<Watch>,
}

impl Grown {
    /// Watches a partition: `wake` is called when it grows.
    pub fn watch(
        storage: &Storage,
        partition: &TopicPartition,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Result<Self> {
        let flag = Arc::new(AtomicBool::new(true));
        let set = flag.clone();
        let watch = storage.watch(
            partition,
            Arc::new(move || {
                set.store(true, Ordering::Release);
                wake();
            }),
        )?;
        Ok(Self { flag, _watch: Some(watch) })
    }

    /// Looks at the log each time it is asked.
    pub fn always() -> Self {
        Self { flag: Arc::new(AtomicBool::new(true)), _watch: None }
    }

    /// Whether to look. The answer is remembered as used, before the look: growth during it is not missed.
    fn take(&self) -> bool {
        self._watch.is_none() || self.flag.swap(false, Ordering::AcqRel)
    }

    fn set(&self) {
        self.flag.store(true, Ordering::Release);
    }
}

/// A source of a task, for one partition.
pub struct Input {
    source: Arc<Source>,
    partition: TopicPartition,
    reader: Reader,
    grown: Grown,
    buffered: VecDeque<Buffered>,
    /// Where the next read begins.
    next_read: Position,
    /// The offset that is not read any more.
    end: Option<i64>,
    failed: u64,
}

impl Input {
    pub fn new(
        source: Arc<Source>,
        partition: TopicPartition,
        reader: Reader,
        grown: Grown,
        start: Position,
    ) -> Self {
        Self {
            source,
            partition,
            reader,
            grown,
            buffered: VecDeque::new(),
            next_read: start,
            end: None,
            failed: 0,
        }
    }

    /// Nothing from this offset on is read. For topics of the user only.
    pub fn end_at(&mut self, end: i64) {
        self.end = Some(end);
    }

    pub fn partition(&self) -> &TopicPartition {
        &self.partition
    }

    pub fn is_internal(&self) -> bool {
        matches!(self.reader, Reader::Exchange { .. })
    }

    /// Whether nothing is decoded that is not handed out.
    pub fn is_drained(&self) -> bool {
        self.buffered.is_empty()
    }

    /// Records that could not be read since the last call.
    pub fn take_failed(&mut self) -> u64 {
        std::mem::take(&mut self.failed)
    }

    /// The first thing that is not handed out.
    pub fn position(&self) -> Position {
        let Some(front) = self.buffered.front() else { return self.next_read };
        let offset = front.offsets.value(front.at);
        let same =
            front.offsets.values()[..front.at].iter().rev().take_while(|other| **other == offset).count();
        let skipped = if same == front.at && front.offsets.value(0) == offset { front.skipped } else { 0 };
        Position { offset, row: same as u32 + skipped }
    }

    /// The time of the first row that is not handed out.
    #[inline]
    pub fn head_time(&self) -> Option<i64> {
        self.buffered.front().map(|front| front.times.value(front.at))
    }

    /// Reads on if nothing is left; false at the end of the log.
    pub fn fill(&mut self, log: &dyn ProcessingLog) -> Result<bool> {
        while self.buffered.is_empty() {
            let ended = self.end.is_some_and(|end| self.next_read.offset >= end);
            if ended || !self.grown.take() {
                return Ok(false);
            }
            match self.read(log) {
                Ok(true) => self.grown.set(),
                Ok(false) => return Ok(false),
                Err(ReadError::Failed(error)) => {
                    self.grown.set();
                    return Err(error);
                }
                Err(ReadError::OutOfRange { log_start }) if log_start != self.next_read.offset => {
                    tracing::warn!(
                        partition = %self.partition, offset = self.next_read.offset, log_start,
                        "the offset to read next is no longer there; reading goes on at the start of the log"
                    );
                    self.next_read = Position { offset: log_start, row: 0 };
                    self.grown.set();
                }
                Err(ReadError::OutOfRange { .. }) => {
                    return Err(Error::external(format!(
                        "{} cannot be read at its own start {}",
                        self.partition, self.next_read.offset
                    )));
                }
            }
        }
        Ok(true)
    }

    /// One read. False if there was nothing.
    fn read(&mut self, log: &dyn ProcessingLog) -> Result<bool, ReadError> {
        let from = self.next_read;
        match &self.reader {
            Reader::Shared(reader) => {
                let Read::Chunk(chunk) = reader.read(from.offset, log)? else { return Ok(false) };
                self.next_read = Position { offset: chunk.next, row: 0 };
                self.failed += chunk.failed;
                let all = chunk.offsets.values();
                let at = all.partition_point(|offset| *offset < from.offset);
                let to = self.end.map_or(all.len(), |end| all.partition_point(|offset| *offset < end));
                if at < to {
                    let mut batch = chunk.batch(&self.source, self.partition.partition.0)?;
                    if to < all.len() {
                        batch = batch.slice(0, to);
                    }
                    self.buffered.push_back(Buffered {
                        batch,
                        offsets: chunk.offsets.clone(),
                        times: (*chunk.rowtimes).clone(),
                        at,
                        skipped: 0,
                    });
                }
            }
            Reader::Exchange { storage, codec, fetch_bytes } => {
                let fetch = storage.read(
                    &self.partition,
                    Offset(from.offset),
                    *fetch_bytes,
                    Isolation::ReadCommitted,
                )?;
                if fetch.next_offset.0 <= from.offset {
                    return Ok(false);
                }
                self.next_read = Position { offset: fetch.next_offset.0, row: 0 };
                let mut batches = Vec::new();
                let mut offsets = Vec::new();
                let mut skipped = 0;
                for record in fetch.records() {
                    let record = record?;
                    let Some(payload) = record.value else { continue };
                    let mut batch = codec.decode(payload)?;
                    if record.offset == from.offset && from.row > 0 {
                        let done = (from.row as usize).min(batch.rows());
                        batch = batch.slice(done, batch.rows() - done);
                        skipped = from.row;
                    }
                    offsets.resize(offsets.len() + batch.rows(), record.offset);
                    if !batch.is_empty() {
                        batches.push(batch);
                    }
                    if offsets.len() >= EXCHANGE_ROWS {
                        let batch = exchange::join(std::mem::take(&mut batches))?;
                        self.buffered.push_back(buffered(
                            &self.source,
                            batch,
                            std::mem::take(&mut offsets),
                            skipped,
                        )?);
                        skipped = 0;
                    }
                }
                if !batches.is_empty() {
                    self.buffered.push_back(buffered(
                        &self.source,
                        exchange::join(batches)?,
                        offsets,
                        skipped,
                    )?);
                }
            }
        }
        Ok(true)
    }

    /// The next rows, at most `max`: as many as come before `until`, and at least one.
    pub fn take(&mut self, max: usize, until: Option<Until>) -> Option<ChangeBatch> {
        let front = self.buffered.front_mut()?;
        let left = (front.batch.rows() - front.at).min(max.max(1));
        let count = match until {
            None => left,
            Some(until) => {
                let times = &front.times.values()[front.at..front.at + left];
                times[1..].iter().position(|time| !until.covers(*time)).map_or(left, |rest| rest + 1)
            }
        };
        let whole = front.at == 0 && count == front.batch.rows();
        let batch = if whole { front.batch.clone() } else { front.batch.slice(front.at, count) };
        front.at += count;
        if front.at == front.batch.rows() {
            self.buffered.pop_front();
        }
        Some(batch)
    }
}

fn buffered(source: &Source, batch: ChangeBatch, offsets: Vec<i64>, skipped: u32) -> Result<Buffered> {
    let times = batch.timestamps(&source.relation)?.clone();
    Ok(Buffered { batch, offsets: Arc::new(Int64Array::from(offsets)), times, at: 0, skipped })
}

/// Up to which time an input goes before it is another's turn.
#[derive(Debug, Clone, Copy)]
pub struct Until {
    pub time: i64,
    /// Rows of exactly this time come first too.
    pub inclusive: bool,
}

impl Until {
    #[inline]
    fn covers(self, time: i64) -> bool {
        time < self.time || (self.inclusive && time == self.time)
    }
}
