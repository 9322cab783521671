//! Opening a partition's directory after a clean end or a crash.
//!
//! What lies before the recovery point is taken as it is. From there on every batch is read and checked, the indexes
//! are made anew, and the producers' state is brought up to date. A torn end of the last segment, which nobody was
//! told is stored, is cut off. Damage anywhere else is an error: records that were acknowledged are never skipped.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoint::Checkpoint;
use super::partition::{LogContext, PartitionLog, Recovered};
use super::producers::Producers;
use super::segment::{INDEX, LOG, Listing, Segment, TIME_INDEX};
use crate::error::{Error, Result};
use crate::id::{Offset, ProducerId, TopicPartition};
use crate::record::{AbortedTransaction, BatchHeader, HEADER_BYTES, check_crc, marker_of};
use crate::topic::TopicConfig;

/// A file system gives zeros for a page that was never written: the mark of a write that the power cut off.
const SECTOR: usize = 512;

impl PartitionLog {
    /// Opens the log in `dir`, which exists.
    pub(crate) fn open(
        context: Arc<LogContext>,
        partition: TopicPartition,
        dir: PathBuf,
        config: Arc<TopicConfig>,
    ) -> Result<Self> {
        let recovered = recover(&context, &dir, &config)?;
        Ok(Self::new(partition, dir, context, config, recovered))
    }
}

fn recover(context: &Arc<LogContext>, dir: &Path, config: &TopicConfig) -> Result<Recovered> {
    let compacted = config.cleanup_policy.compact;
    let checkpoint = Checkpoint::read(&*context.files, dir)?;
    let mut segments = list_segments(context, dir)?;
    let (log_start, clean_up_to) = checkpoint.as_ref().map_or((0, 0), |c| (c.log_start, c.clean_up_to));
    if segments.is_empty() {
        let base = checkpoint.as_ref().map_or(0, |c| c.recovery_point);
        segments.push(Arc::new(Segment::new(context.files.clone(), dir, base, Listing::default())));
    }
    let mut scan = Scan {
        context,
        expected: segments[0].base_offset,
        producers: Producers::default(),
        aborted: Vec::new(),
        // Compaction leaves gaps between the offsets; without it, a gap is damage.
        gaps_up_to: if compacted { i64::MAX } else { clean_up_to },
        bytes: 0,
    };
    let (mut first, mut position) = (0, 0);
    if let Some(checkpoint) = checkpoint.filter(|_| segments.iter().any(|segment| segment.len() > 0)) {
        first = find_recovery_point(&segments, &checkpoint, dir)?;
        position = checkpoint.position;
        scan.expected = checkpoint.recovery_point;
        segments[first].truncate_indexes(position, checkpoint.recovery_point)?;
        if let Some(max) = checkpoint.max_timestamp {
            segments[first].set_max_timestamp(max);
        }
        scan.producers = Producers::from_entries(checkpoint.producers);
        scan.aborted =
            checkpoint.aborted.iter().map(|(id, first, last)| aborted(*id, *first, *last)).collect();
        for segment in segments[..first].iter().filter(|segment| segment.lacks_indexes()) {
            index_again(context, segment)?;
        }
    } else if segments[0].len() > 0 {
        segments[0].truncate_indexes(0, segments[0].base_offset)?;
    }

    let mut dirty = Vec::new();
    let last = segments.len() - 1;
    for (at, segment) in segments.iter().enumerate().skip(first) {
        if at > first {
            segment.truncate_indexes(0, segment.base_offset)?;
            scan.begin_segment(segment)?;
            position = 0;
        }
        if scan.segment(segment, position, at == last)? {
            dirty.push(segment.clone());
        }
        if at < last {
            segment.flush_indexes(Some(scan.expected - 1))?;
        }
    }
    // Compaction may have removed the first segments without moving the log start.
    let log_start =
        if compacted { log_start } else { log_start.max(segments[0].base_offset) }.min(scan.expected);
    Ok(Recovered {
        segments,
        log_start,
        log_end: scan.expected,
        producers: scan.producers,
        aborted: scan.aborted,
        clean_up_to,
        dirty,
        bytes_since_checkpoint: scan.bytes,
    })
}

fn aborted(producer_id: i64, first: i64, last: i64) -> AbortedTransaction {
    AbortedTransaction {
        producer_id: ProducerId(producer_id),
        first_offset: Offset(first),
        last_offset: Offset(last),
    }
}

/// Finds the segments, and removes files that an interrupted operation left.
fn list_segments(context: &Arc<LogContext>, dir: &Path) -> Result<Vec<Arc<Segment>>> {
    let entries = context.files.list(dir).map_err(|e| Error::io("list", dir, e))?;
    let mut found: BTreeMap<i64, Listing> = BTreeMap::new();
    let base_offset = |name: &str, suffix| -> Option<i64> { name.strip_suffix(suffix)?.parse().ok() };
    for entry in &entries {
        if let Some(base) = base_offset(&entry.name, LOG) {
            let listing = found.entry(base).or_default();
            (listing.log, listing.written_ms) = (entry.len, entry.modified_ms);
        } else if entry.name.ends_with(".tmp") || entry.name.ends_with(".cleaned") {
            let path = dir.join(&entry.name);
            context.files.remove(&path).map_err(|e| Error::io("remove", &path, e))?;
        }
    }
    for entry in &entries {
        let index = base_offset(&entry.name, INDEX);
        let time_index = base_offset(&entry.name, TIME_INDEX);
        let Some(base) = index.or(time_index) else { continue };
        match found.get_mut(&base) {
            Some(listing) if index.is_some() => listing.index = entry.len,
            Some(listing) => listing.time_index = entry.len,
            None => {
                let path = dir.join(&entry.name);
                context.files.remove(&path).map_err(|e| Error::io("remove", &path, e))?;
            }
        }
    }
    let segment = |(base, listing)| Arc::new(Segment::new(context.files.clone(), dir, base, listing));
    Ok(found.into_iter().map(segment).collect())
}

fn find_recovery_point(segments: &[Arc<Segment>], checkpoint: &Checkpoint, dir: &Path) -> Result<usize> {
    let Some(at) = segments.iter().position(|segment| segment.base_offset == checkpoint.segment) else {
        let reason = format!("the segment that begins at offset {} is missing", checkpoint.segment);
        return Err(Error::corrupt(dir, 0, reason));
    };
    let segment = &segments[at];
    if segment.len() < checkpoint.position {
        let reason = format!("the file ends here, but {} bytes had been stored in it", checkpoint.position);
        return Err(Error::corrupt(segment.path(), segment.len(), reason));
    }
    Ok(at)
}

/// Makes the indexes of a closed segment from its batches.
fn index_again(context: &LogContext, segment: &Segment) -> Result<()> {
    segment.truncate_indexes(0, segment.base_offset)?;
    let mut last_offset = segment.base_offset;
    segment.for_each_batch(0, |header, _, position| {
        segment.index_batch(header, position, context.index_interval_bytes);
        last_offset = header.last_offset();
        Ok(ControlFlow::Continue(()))
    })?;
    segment.flush_indexes(Some(last_offset))
}

/// A walk over the batches behind the recovery point.
struct Scan<'a> {
    context: &'a LogContext,
    /// The offset that the next batch must have.
    expected: i64,
    producers: Producers,
    aborted: Vec<AbortedTransaction>,
    gaps_up_to: i64,
    bytes: u64,
}

impl Scan<'_> {
    fn begin_segment(&mut self, segment: &Segment) -> Result<()> {
        let base = segment.base_offset;
        if base != self.expected && !(base > self.expected && base <= self.gaps_up_to) {
            let reason = format!("the segment before it ends at offset {}", self.expected);
            return Err(Error::corrupt(segment.path(), 0, reason));
        }
        self.expected = base;
        Ok(())
    }

    /// Walks a segment from `position` on. Cuts a torn end, where that may be. Returns whether anything was there.
    fn segment(&mut self, segment: &Segment, position: u64, is_last: bool) -> Result<bool> {
        if segment.len() == position {
            return Ok(false);
        }
        let mut valid = position;
        let walked = segment.for_each_batch(position, |header, batch, at| {
            self.check(header, batch)
                .map_err(|error| Error::corrupt(segment.path(), at, error.to_string()))?;
            self.note(header, batch);
            segment.index_batch(header, at, self.context.index_interval_bytes);
            valid = at + header.size() as u64;
            Ok(ControlFlow::Continue(()))
        });
        self.bytes += valid - position;
        match walked {
            Ok(()) => {}
            Err(Error::Corrupt { reason, .. }) => {
                if !is_last || !self.is_torn_end(segment, valid)? {
                    return Err(Error::corrupt(segment.path(), valid, reason));
                }
                tracing::info!(
                    path = %segment.path().display(), position = valid, cut = segment.len() - valid,
                    "cut off the torn end that a crash left"
                );
                segment.truncate(valid)?;
                self.bytes += 1; // the file changed, so it is to be synced
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    fn check(&self, header: &BatchHeader, batch: &[u8]) -> Result<()> {
        check_crc(header, batch)?;
        let gap_allowed = header.base_offset > self.expected && header.base_offset <= self.gaps_up_to;
        if header.base_offset != self.expected && !gap_allowed {
            return Err(Error::invalid_record(format!(
                "offset {} where {} should follow",
                header.base_offset, self.expected
            )));
        }
        Ok(())
    }

    fn note(&mut self, header: &BatchHeader, batch: &[u8]) {
        self.expected = header.next_offset();
        match marker_of(header, batch) {
            Some(marker) => {
                if let Some(first) = self.producers.ended(header, marker) {
                    self.aborted.push(aborted(header.producer_id, first.0, header.base_offset));
                }
            }
            None if header.is_control() => {}
            None => self.producers.appended(header, self.context.clock.now_ms()),
        }
    }

    /// Whether what lies from `position` on was never complete: no batch follows the damage, or pages of it were
    /// never written. Bytes that changed after they were stored are followed by good ones.
    fn is_torn_end(&self, segment: &Segment, position: u64) -> Result<bool> {
        let mut bytes = vec![0; (segment.len() - position) as usize];
        let read = segment.file()?.read_at(&mut bytes, position);
        let read = read.map_err(|e| Error::io("read", segment.path(), e))?;
        bytes.truncate(read);
        let Some(next) = self.find_batch(&bytes[1.min(read)..]) else { return Ok(true) };
        let damaged = &bytes[..next + 1];
        let to_sector = (SECTOR as u64 - position % SECTOR as u64) as usize % SECTOR;
        let sectors = damaged.get(to_sector..).unwrap_or_default().chunks_exact(SECTOR);
        Ok(sectors.into_iter().any(|sector| sector.iter().all(|byte| *byte == 0)))
    }

    /// Where a complete batch that could follow begins.
    fn find_batch(&self, bytes: &[u8]) -> Option<usize> {
        (0..bytes.len().saturating_sub(HEADER_BYTES)).find(|at| {
            // The magic byte first: it rules out nearly every position.
            bytes[at + 16] == 2
                && BatchHeader::parse(&bytes[*at..]).is_ok_and(|header| {
                    let batch = bytes.get(*at..*at + header.size());
                    header.base_offset >= self.expected
                        && batch.is_some_and(|batch| check_crc(&header, batch).is_ok())
                })
        })
    }
}
