//! Making a partition durable: the sync that moves the high watermark, and the recovery point.

use std::sync::atomic::Ordering;

use super::checkpoint::Checkpoint;
use super::partition::{PartitionLog, Writer};
use crate::error::{Error, Result};

impl PartitionLog {
    /// Syncs what was appended before this call, answers who waits for it and moves the high watermark. One sync
    /// serves all appends since the last one.
    pub(crate) fn sync(&self) -> Result<()> {
        let one = self.sync_lock.lock();
        self.queued.store(false, Ordering::Release);
        let (end, dirty, checkpoint) = {
            let mut writer = self.writer.lock();
            if let Some(reason) = &writer.failed {
                return Err(Error::PartitionFailed {
                    partition: self.partition.clone(),
                    reason: reason.clone(),
                });
            }
            let due = writer.bytes_since_checkpoint >= self.context.checkpoint_bytes;
            let checkpoint = due.then(|| self.describe(&mut writer));
            (writer.log_end, std::mem::take(&mut writer.dirty), checkpoint)
        };
        let synced =
            if self.context.fsync { dirty.iter().try_for_each(|segment| segment.sync()) } else { Ok(()) };
        let mut writer = self.writer.lock();
        if let Err(error) = synced {
            // What the disk has now is unknown, and asking again may say yes to bytes that are gone: only a restart,
            // which reads the files, can tell.
            writer.failed = Some(error.to_string());
            let waiters = std::mem::take(&mut writer.waiters);
            drop((writer, one));
            for waiter in waiters {
                waiter.completer.complete(Err(error.clone()));
            }
            return Err(error);
        }
        writer.synced_end = writer.synced_end.max(end);
        let notice = self.publish(&mut writer);
        // Callbacks and watchers may append, and who appends may be waiting for a lock.
        drop((writer, one));
        self.deliver(notice);
        if let Some(checkpoint) = checkpoint {
            // Without it a restart takes longer, no more.
            if let Err(error) = self.write_checkpoint(&checkpoint) {
                tracing::warn!(partition = %self.partition, %error, "the recovery point could not be moved");
            }
        }
        Ok(())
    }

    fn describe(&self, writer: &mut Writer) -> Checkpoint {
        writer.bytes_since_checkpoint = 0;
        let aborted = self.aborted.read();
        Checkpoint {
            recovery_point: writer.log_end,
            segment: writer.active.base_offset,
            position: writer.active.len(),
            max_timestamp: writer.active.max_timestamp().ok().flatten(),
            log_start: self.log_start.load(Ordering::Acquire),
            clean_up_to: writer.clean_up_to,
            producers: writer.producers.entries().clone(),
            aborted: aborted.iter().map(|a| (a.producer_id.0, a.first_offset.0, a.last_offset.0)).collect(),
        }
    }

    fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<()> {
        let mut last = self.checkpointed.lock();
        if checkpoint.recovery_point < *last {
            return Ok(());
        }
        if let Some(segment) =
            self.segments().iter().find(|segment| segment.base_offset == checkpoint.segment)
        {
            segment.flush_indexes(None)?;
        }
        checkpoint.write(&*self.context.files, &self.dir, self.context.fsync)?;
        *last = checkpoint.recovery_point;
        Ok(())
    }

    /// Syncs, then moves the recovery point to the end of the log if anything changed or `force` says so.
    pub(crate) fn checkpoint(&self, force: bool) -> Result<()> {
        loop {
            self.sync()?;
            let checkpoint = {
                let mut writer = self.writer.lock();
                if writer.bytes_since_checkpoint == 0 && !force {
                    return Ok(());
                }
                if !writer.dirty.is_empty() {
                    continue;
                }
                self.describe(&mut writer)
            };
            return self.write_checkpoint(&checkpoint);
        }
    }
}
