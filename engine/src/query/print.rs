//! PRINT: the records of a topic as text, whatever is in them.

use std::time::Duration;

use chrono::DateTime;
use storage::{Isolation, Offset, Storage, TopicName, TopicPartition};

use crate::engine::{Engine, Session};
use crate::error::{Error, Result};
use crate::sql::ast;

/// Bytes read of a partition at a time.
const READ_BYTES: usize = 64 << 10;

/// How long whoever shows a PRINT waits before it looks again.
pub const POLL: Duration = Duration::from_millis(50);

/// The running answer of PRINT.
pub struct PrintAnswer {
    storage: Storage,
    positions: Vec<(TopicPartition, Offset)>,
    left: Option<u64>,
    interval: u64,
    seen: u64,
    told_formats: bool,
}

pub(super) fn answer(engine: &Engine, print: &ast::Print, _session: &Session) -> Result<PrintAnswer> {
    let missing = || {
        Error::not_found(format!(
            "Could not find topic '{}', or the KSQL user does not have permissions to list the topic. \
             SHOW TOPICS lists what is there; names are case-sensitive.",
            print.topic.value
        ))
    };
    let name = TopicName::new(&print.topic.value).map_err(|_| missing())?;
    let topic = engine.storage().topic(&name).ok_or_else(missing)?;
    let mut positions = Vec::new();
    for partition in 0..topic.partitions {
        let partition = TopicPartition::new(name.clone(), partition);
        let offsets = engine.storage().offsets(&partition)?;
        let start = if print.from_beginning { offsets.log_start } else { offsets.high_watermark };
        positions.push((partition, start));
    }
    Ok(PrintAnswer {
        storage: engine.storage().clone(),
        positions,
        left: print.limit,
        interval: print.interval.unwrap_or(1).max(1),
        seen: 0,
        told_formats: false,
    })
}

impl PrintAnswer {
    /// The lines for the records that have come since the last call; `None` when LIMIT is reached.
    pub fn next_ready(&mut self) -> Result<Option<Vec<String>>> {
        if self.left == Some(0) {
            return Ok(None);
        }
        let mut lines = Vec::new();
        for (partition, position) in &mut self.positions {
            let fetch = self.storage.read(partition, *position, READ_BYTES, Isolation::ReadCommitted)?;
            for record in fetch.records() {
                let record = record?;
                if self.left == Some(0) {
                    break;
                }
                self.seen += 1;
                if !(self.seen - 1).is_multiple_of(self.interval) {
                    continue;
                }
                if !self.told_formats {
                    self.told_formats = true;
                    lines.push(format!("Key format: {}", guess(record.key)));
                    lines.push(format!("Value format: {}", guess(record.value)));
                }
                let time = DateTime::from_timestamp_millis(record.timestamp).map_or_else(
                    || record.timestamp.to_string(),
                    |at| at.format("%Y/%m/%d %H:%M:%S%.3f Z").to_string(),
                );
                lines.push(format!(
                    "rowtime: {time}, key: {}, value: {}, partition: {}",
                    shown(record.key),
                    shown(record.value),
                    partition.partition
                ));
                if let Some(left) = &mut self.left {
                    *left -= 1;
                }
            }
            *position = fetch.next_offset.max(*position);
        }
        Ok(Some(lines))
    }
}

fn guess(bytes: Option<&[u8]>) -> &'static str {
    match bytes.map(std::str::from_utf8) {
        None => "¯\\_(ツ)_/¯ - no data processed",
        Some(Ok(text))
            if text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok() =>
        {
            "JSON"
        }
        Some(Ok(text)) if text.chars().all(|c| !c.is_control() || c.is_whitespace()) => "KAFKA_STRING",
        Some(_) => match bytes.map(<[u8]>::len) {
            Some(4) => "KAFKA_INT",
            Some(8) => "KAFKA_BIGINT or KAFKA_DOUBLE",
            _ => "KAFKA_BYTES",
        },
    }
}

fn shown(bytes: Option<&[u8]>) -> String {
    let Some(bytes) = bytes else { return "<null>".to_owned() };
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(|c| !c.is_control() || c.is_whitespace()) => text.to_owned(),
        _ => match <[u8; 4]>::try_from(bytes).map(i32::from_be_bytes) {
            Ok(number) => number.to_string(),
            Err(_) => match <[u8; 8]>::try_from(bytes).map(i64::from_be_bytes) {
                Ok(number) => number.to_string(),
                Err(_) => bytes.iter().map(|byte| format!("\\x{byte:02X}")).collect(),
            },
        },
    }
}
