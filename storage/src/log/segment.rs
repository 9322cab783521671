//! One file of a partition's log, with its indexes.

use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use bytes::Bytes;
use parking_lot::Mutex;

use super::buffers::BufferPool;
use super::index::{Index, Position, Time};
use crate::error::{Error, Result};
use crate::files::{File, Files};
use crate::record::{BatchHeader, HEADER_BYTES};

/// Positions in the index are `u32`, and Kafka's tools read them as signed.
pub(crate) const MAX_SEGMENT_BYTES: u64 = i32::MAX as u64;
/// The largest timestamp is not known without looking into the time index.
const UNKNOWN: i64 = i64::MIN;

pub(crate) const LOG: &str = ".log";
pub(crate) const INDEX: &str = ".index";
pub(crate) const TIME_INDEX: &str = ".timeindex";

/// The name of one of a segment's files, as Kafka has it: the base offset in 20 digits.
pub(crate) fn file_name(base_offset: i64, suffix: &str) -> String {
    format!("{base_offset:020}{suffix}")
}

/// A run of batches from `base_offset` on.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) base_offset: i64,
    path: PathBuf,
    files: Arc<dyn Files>,
    /// Opened when it is first needed, closed by maintenance when nobody has needed it for a while.
    file: Mutex<Option<Arc<dyn File>>>,
    len: AtomicU64,
    /// When the last batch was appended, by the node's clock.
    written_ms: AtomicI64,
    max_timestamp: AtomicI64,
    /// Its files are gone; who has them open may go on reading.
    removed: AtomicBool,
    indexes: Mutex<Indexes>,
    /// Offset and position where the last read ended: readers mostly go on from there.
    next_read: Mutex<(i64, u64)>,
}

#[derive(Debug)]
struct Indexes {
    offsets: Index<Position>,
    times: Index<Time>,
    bytes_since_entry: u64,
    /// The timestamp of the last entry in `times`, `UNKNOWN` before the first.
    last_time: i64,
}

/// What the listing of the directory says of a segment's files.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Listing {
    pub(crate) log: u64,
    pub(crate) index: u64,
    pub(crate) time_index: u64,
    /// When the log file was last written.
    pub(crate) written_ms: i64,
}

impl Segment {
    pub(crate) fn new(files: Arc<dyn Files>, dir: &Path, base_offset: i64, listing: Listing) -> Self {
        let path = |suffix| dir.join(file_name(base_offset, suffix));
        Self {
            base_offset,
            path: path(LOG),
            files,
            file: Mutex::new(None),
            len: AtomicU64::new(listing.log),
            written_ms: AtomicI64::new(listing.written_ms),
            max_timestamp: AtomicI64::new(UNKNOWN),
            removed: AtomicBool::new(false),
            indexes: Mutex::new(Indexes {
                offsets: Index::new(path(INDEX), listing.index),
                times: Index::new(path(TIME_INDEX), listing.time_index),
                bytes_since_entry: 0,
                last_time: UNKNOWN,
            }),
            next_read: Mutex::new((base_offset, 0)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of whole batches in the file.
    pub(crate) fn len(&self) -> u64 {
        self.len.load(Ordering::Acquire)
    }

    /// When the last batch was appended, in milliseconds.
    pub(crate) fn written_ms(&self) -> i64 {
        self.written_ms.load(Ordering::Acquire)
    }

    pub(crate) fn set_written_ms(&self, now_ms: i64) {
        self.written_ms.store(now_ms, Ordering::Release);
    }

    fn error(&self, action: &'static str) -> impl FnOnce(std::io::Error) -> Error + '_ {
        move |error| Error::io(action, &self.path, error)
    }

    pub(crate) fn file(&self) -> Result<Arc<dyn File>> {
        let mut file = self.file.lock();
        match &*file {
            Some(file) => Ok(file.clone()),
            None if self.removed.load(Ordering::Acquire) => {
                Err(Error::io("open", &self.path, std::io::ErrorKind::NotFound.into()))
            }
            None => {
                let opened = self.files.open_append(&self.path).map_err(self.error("open"))?;
                Ok(file.insert(opened).clone())
            }
        }
    }

    /// Writes a batch at the end. After an error nothing of it is in the file, unless [`AppendError::torn`] says so.
    pub(crate) fn append(&self, header: &[u8; HEADER_BYTES], records: &[u8]) -> Result<(), AppendError> {
        let file = self.file().map_err(|error| AppendError { error, torn: false })?;
        let len = self.len();
        if let Err(error) = file.append(&mut [IoSlice::new(header), IoSlice::new(records)]) {
            let torn = file.set_len(len).is_err();
            return Err(AppendError { error: self.error("append to")(error), torn });
        }
        self.len.store(len + (HEADER_BYTES + records.len()) as u64, Ordering::Release);
        Ok(())
    }

    /// Adds what a batch at `position` means to the indexes.
    pub(crate) fn index_batch(&self, header: &BatchHeader, position: u64, interval: u64) {
        let max = self.max_timestamp.load(Ordering::Acquire).max(header.max_timestamp);
        self.max_timestamp.store(max, Ordering::Release);
        let mut indexes = self.indexes.lock();
        if indexes.bytes_since_entry >= interval {
            let relative_offset = (header.last_offset() - self.base_offset) as u32;
            indexes.offsets.push(Position { relative_offset, position: position as u32 });
            if max > indexes.last_time {
                indexes.times.push(Time { timestamp: max, relative_offset });
                indexes.last_time = max;
            }
            indexes.bytes_since_entry = 0;
        }
        indexes.bytes_since_entry += header.size() as u64;
    }

    /// Writes the indexes out. At the end of the segment's life as the active one, with its largest timestamp last.
    pub(crate) fn flush_indexes(&self, closing_at: Option<i64>) -> Result<()> {
        let mut indexes = self.indexes.lock();
        if let Some(last_offset) = closing_at {
            let max = self.max_timestamp.load(Ordering::Acquire);
            let empty = indexes.times.len() == 0;
            if max != UNKNOWN && (empty || max > indexes.last_time) {
                let relative_offset = (last_offset - self.base_offset) as u32;
                indexes.times.push(Time { timestamp: max, relative_offset });
                indexes.last_time = max;
            }
        }
        indexes.offsets.flush(&*self.files)?;
        indexes.times.flush(&*self.files)
    }

    /// The latest timestamp of its records; None if it has none.
    pub(crate) fn max_timestamp(&self) -> Result<Option<i64>> {
        let known = self.max_timestamp.load(Ordering::Acquire);
        if known != UNKNOWN {
            return Ok(Some(known));
        }
        let last = self.indexes.lock().times.last(&*self.files)?;
        if let Some(last) = last {
            self.max_timestamp.fetch_max(last.timestamp, Ordering::AcqRel);
        }
        Ok(last.map(|last| last.timestamp))
    }

    pub(crate) fn set_max_timestamp(&self, timestamp: i64) {
        self.max_timestamp.fetch_max(timestamp, Ordering::AcqRel);
    }

    /// Cuts the file to what lies before `position`.
    pub(crate) fn truncate(&self, position: u64) -> Result<()> {
        let file = self.file()?;
        if file.len().map_err(self.error("measure"))? > position {
            file.set_len(position).map_err(self.error("cut"))?;
        }
        self.len.store(position, Ordering::Release);
        Ok(())
    }

    /// Drops index entries for what lies at `position` and behind, from the offset `next` on: recovery makes them anew.
    pub(crate) fn truncate_indexes(&self, position: u64, next: i64) -> Result<()> {
        let mut indexes = self.indexes.lock();
        indexes.offsets.keep_while(&*self.files, |entry| (entry.position as u64) < position)?;
        let relative = next - self.base_offset;
        indexes.times.keep_while(&*self.files, |entry| (entry.relative_offset as i64) < relative)?;
        let last = indexes.times.last(&*self.files)?;
        indexes.last_time = last.map_or(UNKNOWN, |last| last.timestamp);
        self.max_timestamp.store(indexes.last_time, Ordering::Release);
        Ok(())
    }

    /// Whether the indexes are missing, as after a crash in the middle of replacing the segment.
    pub(crate) fn lacks_indexes(&self) -> bool {
        self.len() > 0 && self.indexes.lock().times.len() == 0
    }

    /// A position at or before the batch that holds `offset`.
    fn position_of(&self, offset: i64) -> Result<u64> {
        let (next_offset, position) = *self.next_read.lock();
        if next_offset == offset {
            return Ok(position);
        }
        let relative = offset - self.base_offset;
        let found = self.indexes.lock().offsets.floor(&*self.files, relative)?;
        Ok(found.map_or(0, |entry| entry.position as u64))
    }

    /// Position from which the first record at or after `timestamp` can be found by walking forward.
    pub(crate) fn position_of_time(&self, timestamp: i64) -> Result<u64> {
        let relative = {
            let mut indexes = self.indexes.lock();
            match indexes.times.floor(&*self.files, timestamp.saturating_sub(1))? {
                Some(entry) => entry.relative_offset as i64,
                None => return Ok(0),
            }
        };
        let found = self.indexes.lock().offsets.floor(&*self.files, relative)?;
        Ok(found.map_or(0, |entry| entry.position as u64))
    }

    /// Whole batches from the first that ends at or after `from` on, as far as they end before or at `limit`: about
    /// `max_bytes` of them, at least one. None if there is none in this segment.
    pub(crate) fn read(
        &self,
        from: i64,
        limit: i64,
        max_bytes: usize,
        pool: &Arc<BufferPool>,
    ) -> Result<Option<Run>> {
        let file = self.file()?;
        let len = self.len();
        let mut position = self.position_of(from)?;
        let mut want = max_bytes.max(HEADER_BYTES) as u64;
        while position < len {
            let size = want.min(len - position) as usize;
            let mut buffer = pool.take(size);
            let read = file.read_at(&mut buffer.bytes_mut()[..size], position).map_err(self.error("read"))?;
            match self.walk(&buffer.bytes_mut()[..read], position, from, limit)? {
                Walk::Found { start, end, next_offset } => {
                    *self.next_read.lock() = (next_offset, position + end as u64);
                    return Ok(Some(Run { batches: buffer.freeze(start, end), next_offset }));
                }
                Walk::Limit => return Ok(None),
                Walk::GoOn { skip, need } => {
                    if skip == 0 && (need <= size || need as u64 > len - position) {
                        let reason = format!("a batch of {need} bytes goes beyond the end of the file");
                        return Err(Error::corrupt(&self.path, position, reason));
                    }
                    position += skip as u64;
                    want = want.max(need as u64);
                }
            }
        }
        Ok(None)
    }

    fn walk(&self, bytes: &[u8], position: u64, from: i64, limit: i64) -> Result<Walk> {
        let mut at = 0;
        let mut found = None;
        let mut need = HEADER_BYTES;
        while let Some(header) = bytes.get(at..at + HEADER_BYTES) {
            let header = BatchHeader::parse(header)
                .map_err(|error| Error::corrupt(&self.path, position + at as u64, error.to_string()))?;
            let size = header.size();
            if header.last_offset() < from {
                at += size;
                continue;
            }
            if header.next_offset() > limit {
                return Ok(found.unwrap_or(Walk::Limit));
            }
            if at + size > bytes.len() {
                need = size;
                break;
            }
            let start = match found {
                Some(Walk::Found { start, .. }) => start,
                _ => at,
            };
            at += size;
            found = Some(Walk::Found { start, end: at, next_offset: header.next_offset() });
        }
        Ok(found.unwrap_or(Walk::GoOn { skip: at, need }))
    }

    /// Calls `f` with each whole batch from `position` on, its header and its position, until it breaks or the file
    /// ends. Reads in pieces, for recovery, compaction and look-ups by time.
    pub(crate) fn for_each_batch(
        &self,
        from: u64,
        mut f: impl FnMut(&BatchHeader, &[u8], u64) -> Result<std::ops::ControlFlow<()>>,
    ) -> Result<()> {
        let file = self.file()?;
        let len = self.len();
        let mut position = from;
        let mut buffer = vec![0; SCAN_BYTES.min(len.saturating_sub(from) as usize)];
        while position < len {
            let size = buffer.len().min((len - position) as usize);
            let read = file.read_at(&mut buffer[..size], position).map_err(self.error("read"))?;
            let mut at = 0;
            let mut need = HEADER_BYTES;
            while let Some(header) = buffer[..read].get(at..at + HEADER_BYTES) {
                let at_position = position + at as u64;
                let header = BatchHeader::parse(header)
                    .map_err(|error| Error::corrupt(&self.path, at_position, error.to_string()))?;
                need = header.size();
                let Some(batch) = buffer[..read].get(at..at + need) else { break };
                if f(&header, batch, at_position)?.is_break() {
                    return Ok(());
                }
                at += need;
                need = HEADER_BYTES;
            }
            position += at as u64;
            if at == 0 {
                if position + need as u64 > len {
                    return Err(Error::corrupt(&self.path, position, "the last batch is cut off"));
                }
                buffer.resize(need.max(buffer.len()), 0);
            }
        }
        Ok(())
    }

    /// Gives file handles back to the system; they are opened again when needed.
    pub(crate) fn close_files(&self) {
        *self.file.lock() = None;
        let mut indexes = self.indexes.lock();
        indexes.offsets.close();
        indexes.times.close();
    }

    /// All bytes are on stable storage when this returns.
    pub(crate) fn sync(&self) -> Result<()> {
        if self.removed.load(Ordering::Acquire) {
            return Ok(());
        }
        self.file()?.sync().map_err(self.error("sync"))
    }

    /// Removes the index files: the log file is about to be replaced. Who has the log file open goes on reading the old.
    pub(crate) fn remove_indexes(&self) -> Result<()> {
        self.file()?;
        let indexes = self.indexes.lock();
        self.removed.store(true, Ordering::Release);
        for path in [indexes.times.path(), indexes.offsets.path()] {
            match self.files.remove(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", path, error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes the files. Readers that are in the middle of them go on.
    pub(crate) fn remove(&self) -> Result<()> {
        let indexes = self.indexes.lock();
        self.removed.store(true, Ordering::Release);
        // The log file last: without it, leftover indexes are recognised as such.
        for path in [indexes.times.path(), indexes.offsets.path(), &self.path] {
            match self.files.remove(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", path, error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Read at a time when a segment is walked through.
const SCAN_BYTES: usize = 1 << 20;

/// Whole batches out of a segment.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) batches: Bytes,
    pub(crate) next_offset: i64,
}

/// A write that failed.
#[derive(Debug)]
pub(crate) struct AppendError {
    pub(crate) error: Error,
    /// Part of the batch could not be removed from the file again.
    pub(crate) torn: bool,
}

enum Walk {
    Found {
        start: usize,
        end: usize,
        next_offset: i64,
    },
    /// The next batch is not visible yet.
    Limit,
    /// Nothing found yet: go on `skip` bytes further, with at least `need` bytes.
    GoOn {
        skip: usize,
        need: usize,
    },
}
