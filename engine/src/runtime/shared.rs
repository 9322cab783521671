//! Sharing of sources: the tasks that read one partition in the same shape decode it once, as far as their positions
//! allow.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use storage::{Isolation, Offset, Storage, TopicPartition};

use super::budget::{Budget, Share};
use super::chunk::Chunk;
use super::decode::{RecordDecoder, Shape};
use super::options::RuntimeOptions;
use crate::error::{Error, Result};
use crate::operator::ProcessingLog;
use crate::plan::Source;

/// All partitions that are being read.
pub struct SharedSources {
    budget: Arc<Budget>,
    partitions: Mutex<HashMap<(TopicPartition, Shape), Arc<SharedPartition>>>,
}

/// A partition as its readers share it.
struct SharedPartition {
    storage: Storage,
    partition: TopicPartition,
    shape: Shape,
    fetch_bytes: usize,
    ring_bytes_max: usize,
    inner: Mutex<Inner>,
}

struct Inner {
    /// How many readers need each column.
    readers_of: Vec<u32>,
    readers: u32,
    /// Made for the columns that are needed now; none after these have changed.
    decoder: Option<RecordDecoder>,
    /// The last chunks, as long as there is more than one reader; every one has all the columns needed now.
    ring: VecDeque<(Arc<Chunk>, usize)>,
    ring_bytes: Share,
}

/// What there is at an offset.
pub enum Read {
    Chunk(Arc<Chunk>),
    /// Nothing yet.
    End,
}

/// Why a partition could not be read.
pub enum ReadError {
    /// The offset is gone (retention, or the topic was made anew): the log begins at this one now.
    OutOfRange {
        log_start: i64,
    },
    Failed(Error),
}

impl From<storage::Error> for ReadError {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::OffsetOutOfRange { log_start, .. } => Self::OutOfRange { log_start: log_start.0 },
            other => Self::Failed(other.into()),
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// One reader of a shared partition.
pub struct SharedReader {
    all: Arc<SharedSources>,
    shared: Arc<SharedPartition>,
    needed: Vec<bool>,
}

impl SharedSources {
    /// `bytes_max`: of the chunks that are kept of all partitions.
    pub fn new(bytes_max: usize) -> Self {
        Self { budget: Budget::new(bytes_max), partitions: Mutex::default() }
    }

    pub fn reader(
        self: &Arc<Self>,
        storage: &Storage,
        partition: &TopicPartition,
        source: &Source,
        options: &RuntimeOptions,
    ) -> SharedReader {
        let shape = Shape::of(source);
        let needed = shape.needed(&source.wanted);
        let mut partitions = self.partitions.lock();
        let shared = partitions.entry((partition.clone(), shape)).or_insert_with_key(|(partition, shape)| {
            let inner = Inner {
                readers_of: vec![0; shape.columns()],
                readers: 0,
                decoder: None,
                ring: VecDeque::new(),
                ring_bytes: Share::new(&self.budget),
            };
            Arc::new(SharedPartition {
                storage: storage.clone(),
                partition: partition.clone(),
                shape: shape.clone(),
                fetch_bytes: options.fetch_bytes,
                ring_bytes_max: options.shared_bytes_max,
                inner: Mutex::new(inner),
            })
        });
        shared.inner.lock().join(&needed);
        SharedReader { all: self.clone(), shared: shared.clone(), needed }
    }
}

impl Drop for SharedReader {
    fn drop(&mut self) {
        let mut partitions = self.all.partitions.lock();
        let mut inner = self.shared.inner.lock();
        inner.leave(&self.needed);
        if inner.readers == 0 {
            partitions.remove(&(self.shared.partition.clone(), self.shared.shape.clone()));
        }
    }
}

impl Inner {
    fn join(&mut self, needed: &[bool]) {
        self.readers += 1;
        for (readers, needed) in self.readers_of.iter_mut().zip(needed) {
            if *needed {
                *readers += 1;
                if *readers == 1 {
                    self.decoder = None;
                }
            }
        }
        if self.decoder.is_none() {
            self.clear_ring();
        }
    }

    fn leave(&mut self, needed: &[bool]) {
        self.readers -= 1;
        for (readers, needed) in self.readers_of.iter_mut().zip(needed) {
            if *needed {
                *readers -= 1;
                if *readers == 0 {
                    self.decoder = None;
                }
            }
        }
        if self.readers <= 1 {
            self.clear_ring();
        }
    }

    fn clear_ring(&mut self) {
        self.ring.clear();
        self.ring_bytes.set(0);
    }

    fn remember(&mut self, chunk: &Arc<Chunk>, bytes_max: usize) {
        let bytes = chunk.bytes();
        self.ring.push_back((chunk.clone(), bytes));
        let mut held = self.ring_bytes.bytes() + bytes;
        self.ring_bytes.set(held);
        while held > bytes_max || self.ring_bytes.is_exhausted() {
            let Some((_, bytes)) = self.ring.pop_front() else { break };
            held -= bytes;
            self.ring_bytes.set(held);
        }
    }
}

impl SharedReader {
    /// The chunk that holds `from`. Whoever comes second to a chunk waits while the first decodes it: that costs less
    /// than decoding it again.
    pub fn read(&self, from: i64, log: &dyn ProcessingLog) -> Result<Read, ReadError> {
        let shared = &*self.shared;
        let mut inner = shared.inner.lock();
        let known = inner.ring.iter().find(|(chunk, _)| (chunk.from..chunk.next).contains(&from));
        if let Some((chunk, _)) = known {
            return Ok(Read::Chunk(chunk.clone()));
        }
        let fetch = shared.storage.read(
            &shared.partition,
            Offset(from),
            shared.fetch_bytes,
            Isolation::ReadCommitted,
        )?;
        if fetch.next_offset.0 <= from {
            return Ok(Read::End);
        }
        let Inner { decoder, readers_of, .. } = &mut *inner;
        let decoder = match decoder {
            Some(decoder) => decoder,
            missing => {
                let needed: Vec<bool> = readers_of.iter().map(|readers| *readers > 0).collect();
                missing.insert(RecordDecoder::new(&shared.shape, shared.partition.clone(), &needed)?)
            }
        };
        let chunk = Arc::new(decoder.decode(&fetch, log)?);
        if inner.readers > 1 {
            inner.remember(&chunk, shared.ring_bytes_max);
        }
        Ok(Read::Chunk(chunk))
    }
}
