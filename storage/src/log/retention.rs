//! Retention: whole segments go when they are too old, too many, or before the log start offset.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::apply::roll;
use super::partition::PartitionLog;
use super::segment::Segment;
use crate::error::Result;

impl PartitionLog {
    /// Applies the topic's cleanup policy.
    pub(crate) fn clean(&self) -> Result<()> {
        let _one = self.upkeep.lock();
        let policy = self.config().cleanup_policy;
        if policy.delete {
            self.move_log_start()?;
        }
        self.remove_deleted_segments()?;
        if policy.compact {
            self.compact()?;
        }
        self.close_idle_files();
        Ok(())
    }

    /// Moves the log start behind segments that retention lets go.
    fn move_log_start(&self) -> Result<()> {
        let config = self.config();
        let now = self.context.clock.now_ms();
        let expired = |segment: &Segment| -> Result<bool> {
            let Some(retention) = config.retention_ms else { return Ok(false) };
            // Kafka goes by the records' timestamps alone. Records may tell of years past: they stay for the whole
            // time after they were written, too.
            let newest = segment.max_timestamp()?.map(|max| max.max(segment.written_ms()));
            Ok(newest.is_some_and(|newest| now.saturating_sub(newest) > retention))
        };
        let (_, last_stable, _) = self.visible();
        if self.segments().last().is_some_and(|active| active.len() > 0)
            && expired(&self.segments()[self.segments().len() - 1])?
        {
            // Even the newest record is too old. An open transaction keeps the segment.
            let mut writer = self.writer.lock();
            if writer.log_end <= last_stable && writer.check_usable(self).is_ok() {
                roll(self, &mut writer)?;
            }
        }
        let segments = self.segments();
        let mut bytes: u64 = segments.iter().map(|segment| segment.len()).sum();
        let mut log_start = self.log_start.load(Ordering::Acquire);
        for pair in segments.windows(2) {
            let (segment, next) = (&pair[0], &pair[1]);
            let too_many = config
                .retention_bytes
                .is_some_and(|limit| bytes.saturating_sub(segment.len()) >= limit as u64);
            if next.base_offset > last_stable || !(too_many || expired(segment)?) {
                break;
            }
            bytes -= segment.len();
            log_start = log_start.max(next.base_offset);
        }
        self.log_start.fetch_max(log_start, Ordering::AcqRel);
        Ok(())
    }

    /// Removes the segments before the log start offset.
    fn remove_deleted_segments(&self) -> Result<()> {
        let log_start = self.log_start.load(Ordering::Acquire);
        let segments = self.segments();
        let deleted = segments.windows(2).take_while(|pair| pair[1].base_offset <= log_start).count();
        if deleted == 0 {
            return Ok(());
        }
        // The recovery point may lie in one of them.
        self.checkpoint(true)?;
        self.change_segments(|segments| drop(segments.drain(..deleted)));
        self.aborted.write().retain(|aborted| aborted.last_offset.0 >= log_start);
        for segment in &segments[..deleted] {
            segment.remove()?;
        }
        Ok(())
    }

    /// Closed segments are opened again when somebody reads them.
    fn close_idle_files(&self) {
        let segments: Arc<Vec<Arc<Segment>>> = self.segments();
        if let Some((_, closed)) = segments.split_last() {
            closed.iter().for_each(|segment| segment.close_files());
        }
    }
}
