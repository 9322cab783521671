//! Compaction: of each key the last record stays (KIP-58 and KIP-534).
//!
//! A run has three parts. It reads the part of the log that is new since the last run and notes the last offset of
//! each key; it writes each closed segment anew without the records that the map shows to be out of date; and it puts
//! the new file in the place of the old one by a rename, so that a crash leaves the one or the other. Offsets do not
//! change, so there are gaps afterwards.
//!
//! A tombstone stays for `delete.retention.ms` after the run that first saw it as the last record of its key: the
//! batch's base timestamp then says until when. Transaction markers stay; records of aborted transactions go.

use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use hashbrown::HashMap;

use super::partition::PartitionLog;
use super::segment::{Listing, Segment};
use crate::error::{Error, Result};
use crate::files::with_suffix;
use crate::record::{
    AbortedTransaction, BatchBuilder, BatchHeader, BatchRecords, HEADER_BYTES, RecordRef, decompress,
};

/// What an entry of the key map takes, with the map's own room: 16 bytes of hash, 8 of offset, some free space.
const ENTRY_BYTES: usize = 40;

/// The last offset of each key.
struct LastOffsets {
    /// By a hash of 128 bits, which two keys of one topic do not share in practice.
    offsets: HashMap<u128, i64>,
    hashers: [ahash::RandomState; 2],
    capacity: usize,
}

impl LastOffsets {
    fn new(capacity: usize) -> Self {
        let hashers = [ahash::RandomState::new(), ahash::RandomState::new()];
        Self { offsets: HashMap::new(), hashers, capacity }
    }

    fn hash(&self, key: &[u8]) -> u128 {
        let [high, low] = &self.hashers;
        (high.hash_one(key) as u128) << 64 | low.hash_one(key) as u128
    }

    /// False when there is no room for another key.
    fn note(&mut self, key: &[u8], offset: i64) -> bool {
        let hash = self.hash(key);
        if self.offsets.len() == self.capacity && !self.offsets.contains_key(&hash) {
            return false;
        }
        self.offsets.insert(hash, offset);
        true
    }

    fn is_last(&self, key: &[u8], offset: i64) -> bool {
        self.offsets.get(&self.hash(key)).is_none_or(|last| *last <= offset)
    }
}

impl PartitionLog {
    /// Runs compaction if enough of the log is new. The caller holds the upkeep lock.
    pub(super) fn compact(&self) -> Result<()> {
        let config = self.config();
        let now = self.context.clock.now_ms();
        let segments = self.segments();
        let Some((_, closed)) = segments.split_last() else { return Ok(()) };
        let (_, last_stable, _) = self.visible();
        let clean_up_to = self.writer.lock().clean_up_to;
        // Only what is closed, old enough, and not part of an open transaction.
        let mut cleanable = 0;
        for pair in segments.windows(2) {
            let young = pair[0].max_timestamp()?.is_some_and(|max| {
                now.saturating_sub(max) < config.min_compaction_lag_ms && config.min_compaction_lag_ms > 0
            });
            if young || pair[1].base_offset > last_stable {
                break;
            }
            cleanable += 1;
        }
        let closed = &closed[..cleanable];
        let total: u64 = closed.iter().map(|segment| segment.len()).sum();
        let dirty: u64 =
            closed.iter().filter(|s| s.base_offset >= clean_up_to).map(|segment| segment.len()).sum();
        if dirty == 0 || (dirty as f64) < total as f64 * config.min_cleanable_dirty_ratio {
            return Ok(());
        }
        let (last_offsets, mapped_up_to) = self.map_last_offsets(closed, clean_up_to)?;
        let cleaned: Vec<_> = closed.iter().filter(|segment| segment.base_offset < mapped_up_to).collect();
        // The recovery point must lie behind every file that is about to change.
        self.checkpoint(true)?;
        for segment in cleaned {
            let horizon = now.saturating_add(config.delete_retention_ms);
            self.rewrite(segment, &Keep { last_offsets: &last_offsets, now, horizon })?;
        }
        self.writer.lock().clean_up_to = mapped_up_to;
        self.checkpoint(true)
    }

    /// The last offset of each key in the segments that are new, as many as the budget allows, and where that ends.
    fn map_last_offsets(&self, closed: &[Arc<Segment>], clean_up_to: i64) -> Result<(LastOffsets, i64)> {
        let capacity = (self.context.compaction_buffer_bytes / ENTRY_BYTES).max(1);
        let mut last_offsets = LastOffsets::new(capacity);
        let aborted = self.aborted.read().clone();
        let mut up_to = clean_up_to;
        for segment in closed.iter().filter(|segment| segment.base_offset >= clean_up_to) {
            let mut full = false;
            segment.for_each_batch(0, |header, batch, _| {
                let skipped = header.is_control() || is_aborted(&aborted, header);
                if !skipped {
                    with_records(header, batch, |records| {
                        for record in records {
                            let record = record?;
                            let Some(key) = record.key else { continue };
                            if !last_offsets.note(key, record.offset) {
                                full = true;
                                return Ok(());
                            }
                            up_to = record.offset + 1;
                        }
                        Ok(())
                    })?;
                }
                if full {
                    return Ok(ControlFlow::Break(()));
                }
                up_to = header.next_offset();
                Ok(ControlFlow::Continue(()))
            })?;
            if full {
                // What lies behind is for the next run.
                return Ok((last_offsets, up_to));
            }
        }
        if let Some(last) = closed.last() {
            let next = self.segments().iter().map(|s| s.base_offset).find(|base| *base > last.base_offset);
            up_to = next.unwrap_or(up_to);
        }
        Ok((last_offsets, up_to))
    }

    /// Writes `segment` without what need not be kept, and puts it in its place.
    fn rewrite(&self, segment: &Arc<Segment>, keep: &Keep<'_>) -> Result<()> {
        let files = &self.context.files;
        let temporary = with_suffix(segment.path(), ".cleaned");
        match files.remove(&temporary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("remove", &temporary, error));
            }
            _ => {}
        }
        let file = files.open_append(&temporary).map_err(|e| Error::io("make", &temporary, e))?;
        let aborted = self.aborted.read().clone();
        let mut out = Vec::with_capacity(WRITE_BYTES);
        let mut kept: Vec<(BatchHeader, u64)> = Vec::new();
        let mut len = 0u64;
        let mut changed = false;
        let write = |out: &mut Vec<u8>| {
            let written = file.append(&mut [std::io::IoSlice::new(out)]);
            out.clear();
            written.map_err(|e| Error::io("write", &temporary, e))
        };
        segment.for_each_batch(0, |header, batch, _| {
            let filtered = if header.is_control() {
                Some(Bytes::copy_from_slice(batch))
            } else if is_aborted(&aborted, header) {
                None
            } else {
                keep.filter(header, batch)?
            };
            match filtered {
                None => changed = true,
                Some(bytes) => {
                    changed |= bytes[..] != *batch;
                    kept.push((BatchHeader::parse(&bytes)?, len));
                    len += bytes.len() as u64;
                    out.extend_from_slice(&bytes);
                    if out.len() >= WRITE_BYTES {
                        write(&mut out)?;
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if !changed {
            drop(file);
            return files.remove(&temporary).map_err(|e| Error::io("remove", &temporary, e));
        }
        write(&mut out)?;
        if self.context.fsync {
            file.sync().map_err(|e| Error::io("sync", &temporary, e))?;
        }
        drop(file);
        self.replace(segment, &temporary, len, &kept)
    }

    fn replace(
        &self,
        segment: &Arc<Segment>,
        temporary: &std::path::Path,
        len: u64,
        kept: &[(BatchHeader, u64)],
    ) -> Result<()> {
        let files = &self.context.files;
        let Some((last, _)) = kept.last() else {
            files.remove(temporary).map_err(|e| Error::io("remove", temporary, e))?;
            self.change_segments(|segments| segments.retain(|place| !Arc::ptr_eq(place, segment)));
            return segment.remove();
        };
        // Without indexes, a crash before they are written anew makes recovery do it.
        segment.remove_indexes()?;
        files.rename(temporary, segment.path()).map_err(|e| Error::io("rename", temporary, e))?;
        if self.context.fsync {
            files.sync_dir(&self.dir).map_err(|e| Error::io("sync the directory", &self.dir, e))?;
        }
        let listing = Listing { log: len, written_ms: segment.written_ms(), ..Listing::default() };
        let new = Segment::new(files.clone(), &self.dir, segment.base_offset, listing);
        for (header, position) in kept {
            new.index_batch(header, *position, self.context.index_interval_bytes);
        }
        let new = Arc::new(new);
        self.change_segments(|segments| {
            if let Some(place) = segments.iter_mut().find(|place| Arc::ptr_eq(place, segment)) {
                *place = new.clone();
            }
        });
        new.flush_indexes(Some(last.last_offset()))
    }
}

/// Written at a time.
const WRITE_BYTES: usize = 1 << 20;

fn is_aborted(aborted: &[AbortedTransaction], header: &BatchHeader) -> bool {
    header.is_transactional()
        && aborted.iter().any(|transaction| {
            transaction.producer_id.0 == header.producer_id
                && transaction.first_offset.0 <= header.base_offset
                && header.base_offset <= transaction.last_offset.0
        })
}

fn with_records(
    header: &BatchHeader,
    batch: &[u8],
    f: impl FnOnce(BatchRecords<'_>) -> Result<()>,
) -> Result<()> {
    let records = &batch[HEADER_BYTES..];
    if header.is_compressed() {
        f(BatchRecords::new(header, &decompress(header, records)?))
    } else {
        f(BatchRecords::new(header, records))
    }
}

/// What stays.
struct Keep<'a> {
    last_offsets: &'a LastOffsets,
    now: i64,
    /// Until when tombstones stay that this run is the first to see.
    horizon: i64,
}

impl Keep<'_> {
    /// The batch without the records that need not be kept; None if none is left.
    fn filter(&self, header: &BatchHeader, batch: &[u8]) -> Result<Option<Bytes>> {
        let expired = header.delete_horizon().is_some_and(|horizon| horizon <= self.now);
        let stays = |record: &RecordRef<'_>| {
            let last = record.key.is_some_and(|key| self.last_offsets.is_last(key, record.offset));
            last && !(record.value.is_none() && expired)
        };
        let (mut kept, mut tombstones) = (0, 0);
        with_records(header, batch, |mut records| {
            records.try_for_each(|record| {
                let record = record?;
                if stays(&record) {
                    kept += 1;
                    tombstones += usize::from(record.value.is_none());
                }
                Ok(())
            })
        })?;
        if kept == 0 {
            return Ok(None);
        }
        let horizon = match header.delete_horizon() {
            None if tombstones > 0 => Some(self.horizon),
            known => known,
        };
        if kept == header.record_count && horizon == header.delete_horizon() {
            return Ok(Some(Bytes::copy_from_slice(batch)));
        }
        let base_timestamp = horizon.unwrap_or(header.base_timestamp);
        let mut builder = BatchBuilder::with_capacity(batch.len());
        with_records(header, batch, |mut records| {
            records.try_for_each(|record| {
                let record = record?;
                if stays(&record) {
                    builder.push_kept(&record, header.base_offset, base_timestamp);
                }
                Ok(())
            })
        })?;
        Ok(Some(builder.finish_compacted(header, horizon).into_bytes()))
    }
}
