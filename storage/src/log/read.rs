//! What readers get out of a partition.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use super::partition::PartitionLog;
use crate::error::{Error, Result};
use crate::id::Offset;
use crate::record::{AbortedTransaction, BatchRecords, Fetch, HEADER_BYTES, Isolation, decompress};

impl PartitionLog {
    /// Whole batches from the one that holds `from` on.
    pub(crate) fn read(&self, from: Offset, max_bytes: usize, isolation: Isolation) -> Result<Fetch> {
        let (log_start, last_stable, high_watermark) = self.visible();
        let out_of_range = |end| Error::OffsetOutOfRange {
            partition: self.partition.clone(),
            offset: from,
            log_start: Offset(log_start),
            end: Offset(end),
        };
        if from.0 < log_start {
            return Err(out_of_range(high_watermark));
        }
        if from.0 > high_watermark {
            let end = self.writer.lock().log_end;
            if from.0 > end {
                return Err(out_of_range(end));
            }
        }
        let limit = match isolation {
            Isolation::ReadCommitted => last_stable,
            Isolation::ReadUncommitted => high_watermark,
        };
        let mut fetch = self.fetch(from, limit, max_bytes)?;
        fetch.high_watermark = Offset(high_watermark);
        fetch.last_stable_offset = Offset(last_stable);
        fetch.log_start_offset = Offset(log_start);
        if isolation == Isolation::ReadCommitted {
            fetch.aborted = self.aborted_between(from.0, fetch.next_offset.0);
        }
        Ok(fetch)
    }

    fn fetch(&self, from: Offset, limit: i64, max_bytes: usize) -> Result<Fetch> {
        if from.0 >= limit {
            return Ok(Fetch::new(Default::default(), from, from));
        }
        let segments = self.segments();
        let first = segments.partition_point(|segment| segment.base_offset <= from.0).saturating_sub(1);
        for segment in &segments[first..] {
            if segment.base_offset >= limit {
                break;
            }
            if let Some(run) = segment.read(from.0, limit, max_bytes, &self.context.buffers)? {
                return Ok(Fetch::new(run.batches, from, Offset(run.next_offset)));
            }
        }
        // Compaction left nothing from here to the limit.
        Ok(Fetch::new(Default::default(), from, Offset(limit)))
    }

    /// Aborted transactions with records from `from` up to but not including `to`.
    fn aborted_between(&self, from: i64, to: i64) -> Vec<AbortedTransaction> {
        let aborted = self.aborted.read();
        let first = aborted.partition_point(|transaction| transaction.last_offset.0 < from);
        let mut found: Vec<_> =
            aborted[first..].iter().filter(|transaction| transaction.first_offset.0 < to).copied().collect();
        found.sort_unstable_by_key(|transaction| transaction.first_offset);
        found
    }

    /// The first visible record at or after `timestamp`: its offset and timestamp.
    pub(crate) fn offset_for_time(&self, timestamp: i64) -> Result<Option<(Offset, i64)>> {
        let (log_start, _, high_watermark) = self.visible();
        for segment in self.segments().iter() {
            if segment.len() == 0 || segment.max_timestamp()?.is_none_or(|max| max < timestamp) {
                continue;
            }
            let mut found = None;
            segment.for_each_batch(segment.position_of_time(timestamp)?, |header, batch, _| {
                if header.base_offset >= high_watermark {
                    return Ok(ControlFlow::Break(()));
                }
                if header.is_control() || header.max_timestamp < timestamp || header.last_offset() < log_start
                {
                    return Ok(ControlFlow::Continue(()));
                }
                let unpacked;
                let records = if header.is_compressed() {
                    unpacked = decompress(header, &batch[HEADER_BYTES..])?;
                    &unpacked[..]
                } else {
                    &batch[HEADER_BYTES..]
                };
                for record in BatchRecords::new(header, records) {
                    let record = record?;
                    if record.timestamp >= timestamp && record.offset >= log_start {
                        found = Some((Offset(record.offset), record.timestamp));
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Ok(ControlFlow::Continue(()))
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Moves the log start offset up to `before`, for good; -1 stands for the high watermark, as in Kafka.
    pub(crate) fn delete_records(&self, before: Offset) -> Result<()> {
        let _one = self.upkeep.lock();
        let (log_start, _, high_watermark) = self.visible();
        let before = if before.0 == -1 { high_watermark } else { before.0 };
        if !(0..=high_watermark).contains(&before) {
            return Err(Error::OffsetOutOfRange {
                partition: self.partition.clone(),
                offset: Offset(before),
                log_start: Offset(log_start),
                end: Offset(high_watermark),
            });
        }
        if before > log_start {
            self.log_start.store(before, Ordering::Release);
            self.checkpoint(true)?;
        }
        Ok(())
    }
}
