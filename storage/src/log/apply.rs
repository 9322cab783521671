//! Check, stamp, append: the one way a batch gets into a partition. Called under the writer's lock, by the append of
//! a single node today and by a state machine that applies replicated entries later.

use std::sync::Arc;

use super::partition::{PartitionLog, Writer};
use super::producers::Check;
use super::segment::{Listing, MAX_SEGMENT_BYTES, Segment};
use crate::error::{Error, Result};
use crate::id::{LeaderEpoch, Offset, ProducerId};
use crate::record::{AbortedTransaction, BatchHeader, EncodedBatch, HEADER_BYTES, Marker, ProducerStamp};

/// Who a batch comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// A client: the producer fields stand as the client set them.
    Client,
    /// A commit of this node, which gives its batches a producer.
    Transaction(ProducerStamp),
    /// The end of a transaction.
    Marker(Marker),
}

/// Where a batch lies now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applied {
    pub(crate) base_offset: i64,
    pub(crate) next_offset: i64,
    pub(crate) duplicate: bool,
}

pub(crate) fn apply(
    log: &PartitionLog,
    writer: &mut Writer,
    batch: &EncodedBatch,
    source: Source,
) -> Result<Applied> {
    writer.check_usable(log)?;
    let mut header = batch.header();
    match source {
        Source::Client => {
            check_contents(log, &header, batch)?;
            if header.is_transactional() {
                return Err(Error::Unsupported("a transactional batch outside of a commit"));
            }
            if let Check::Duplicate(seen) = writer.producers.check(&header, &log.partition)? {
                return Ok(Applied {
                    base_offset: seen.base_offset,
                    next_offset: seen.last_offset + 1,
                    duplicate: true,
                });
            }
        }
        Source::Transaction(stamp) => {
            check_contents(log, &header, batch)?;
            header.stamp_producer(stamp);
            writer.producers.check(&header, &log.partition)?;
        }
        Source::Marker(_) => {}
    }
    let base_offset = writer.log_end;
    header.place(Offset(base_offset), LeaderEpoch(0));

    roll_if_due(log, writer, &header)?;
    let position = writer.active.len();
    if let Err(failure) = writer.active.append(&header.encode(), &batch.as_bytes()[HEADER_BYTES..]) {
        writer.torn = failure.torn;
        return Err(failure.error);
    }
    if !writer.dirty.last().is_some_and(|last| Arc::ptr_eq(last, &writer.active)) {
        writer.dirty.push(writer.active.clone());
    }
    writer.active.index_batch(&header, position, log.context.index_interval_bytes);
    writer.bytes_since_checkpoint += header.size() as u64;
    writer.active.set_written_ms(log.context.clock.now_ms());
    note(log, writer, &header, source);
    Ok(Applied { base_offset, next_offset: writer.log_end, duplicate: false })
}

fn check_contents(log: &PartitionLog, header: &BatchHeader, batch: &EncodedBatch) -> Result<()> {
    if header.record_count == 0 {
        return Err(Error::invalid_record("the batch has no records"));
    }
    let config = log.config();
    let limit = config.max_message_bytes.min(MAX_SEGMENT_BYTES as usize);
    if header.size() > limit {
        return Err(Error::MessageTooLarge { partition: log.partition.clone(), size: header.size(), limit });
    }
    if config.cleanup_policy.compact {
        batch.for_each_record(|record| match record.key {
            Some(_) => Ok(()),
            None => Err(Error::invalid_record(format!(
                "{} is compacted, so every record needs a key",
                log.partition
            ))),
        })?;
    }
    Ok(())
}

/// What the batch means to the offsets, the producers and the transactions; `header` has its final offset.
fn note(log: &PartitionLog, writer: &mut Writer, header: &BatchHeader, source: Source) {
    writer.log_end = header.next_offset();
    match source {
        Source::Client | Source::Transaction(_) => {
            writer.producers.appended(header, log.context.clock.now_ms())
        }
        Source::Marker(marker) => {
            if let Some(first_offset) = writer.producers.ended(header, marker) {
                log.aborted.write().push(AbortedTransaction {
                    producer_id: ProducerId(header.producer_id),
                    first_offset,
                    last_offset: Offset(header.base_offset),
                });
            }
            // A marker counts as stable at once if all before it is: should it be lost, recovery writes one just like
            // it to the same place, because the outcome of the transaction stands in the state store.
            if writer.synced_end == header.base_offset {
                writer.synced_end = header.next_offset();
            }
        }
    }
}

/// Closes the active segment if `next` does not fit or it is too old, and begins another.
fn roll_if_due(log: &PartitionLog, writer: &mut Writer, next: &BatchHeader) -> Result<()> {
    let active = &writer.active;
    if active.len() == 0 {
        writer.active_since_ms = log.context.clock.now_ms();
        return create_file(log, active);
    }
    let config = log.config();
    let limit = config.segment_bytes.unwrap_or(log.context.segment_bytes).min(MAX_SEGMENT_BYTES);
    let full = active.len() + next.size() as u64 > limit;
    let far = next.last_offset() - active.base_offset > i32::MAX as i64;
    let old = log.context.clock.now_ms().saturating_sub(writer.active_since_ms) >= config.segment_ms;
    if full || far || old { roll(log, writer) } else { Ok(()) }
}

/// Closes the active segment. It is synced before the next exists, so that after a crash only the last segment can
/// have a torn end.
pub(crate) fn roll(log: &PartitionLog, writer: &mut Writer) -> Result<()> {
    let active = &writer.active;
    if active.len() == 0 {
        return Ok(());
    }
    if log.context.fsync
        && let Err(error) = active.sync()
    {
        writer.failed = Some(error.to_string());
        return Err(error);
    }
    writer.dirty.clear();
    active.flush_indexes(Some(writer.log_end - 1))?;
    let next = Segment::new(log.context.files.clone(), &log.dir, writer.log_end, Listing::default());
    create_file(log, &next)?;
    let next = Arc::new(next);
    log.change_segments(|segments| segments.push(next.clone()));
    writer.active = next;
    writer.active_since_ms = log.context.clock.now_ms();
    Ok(())
}

/// Makes sure that the segment's file is in its directory for good.
fn create_file(log: &PartitionLog, segment: &Segment) -> Result<()> {
    segment.file()?;
    if log.context.fsync {
        log.context.files.sync_dir(&log.dir).map_err(|e| Error::io("sync the directory", &log.dir, e))?;
    }
    Ok(())
}
