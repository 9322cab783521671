//! The settings of a topic, with Kafka's names, defaults and meaning.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// What becomes of old records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CleanupPolicy {
    /// Whole segments go when they are older than `retention.ms` or beyond `retention.bytes`.
    pub delete: bool,
    /// The last record of each key stays.
    pub compact: bool,
}

impl CleanupPolicy {
    pub const DELETE: Self = Self { delete: true, compact: false };
    pub const COMPACT: Self = Self { delete: false, compact: true };
}

impl Default for CleanupPolicy {
    fn default() -> Self {
        Self::DELETE
    }
}

/// Settings of one topic. None for a time or size without limit, which Kafka writes as -1.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicConfig {
    pub cleanup_policy: CleanupPolicy,
    /// Counts from a segment's newest record or from its last write, whichever is later.
    pub retention_ms: Option<i64>,
    pub retention_bytes: Option<i64>,
    /// None: the node's default ([`crate::Options::segment_bytes`]).
    pub segment_bytes: Option<u64>,
    /// A segment whose first record is older than this is closed at the next append.
    pub segment_ms: i64,
    pub max_message_bytes: usize,
    /// How long compaction keeps a tombstone, so that every reader sees it.
    pub delete_retention_ms: i64,
    /// How long a record is safe from compaction.
    pub min_compaction_lag_ms: i64,
    /// Compaction runs when this part of the log is new since the last run.
    pub min_cleanable_dirty_ratio: f64,
    /// Settings of Kafka that have no meaning here and are only kept and shown.
    pub others: BTreeMap<String, String>,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Default for TopicConfig {
    fn default() -> Self {
        Self {
            cleanup_policy: CleanupPolicy::default(),
            retention_ms: Some(7 * DAY_MS),
            retention_bytes: None,
            segment_bytes: None,
            segment_ms: 7 * DAY_MS,
            // Kafka's default is 1 MiB. A record of 8 MiB has to fit, with its key, its headers and the batch's own.
            max_message_bytes: (8 << 20) + (64 << 10),
            delete_retention_ms: DAY_MS,
            min_compaction_lag_ms: 0,
            min_cleanable_dirty_ratio: 0.5,
            others: BTreeMap::new(),
        }
    }
}

/// Kafka's settings that are accepted and kept, but change nothing here.
const KEPT: &[&str] = &[
    "compression.type",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "max.compaction.lag.ms",
    "message.downconversion.enable",
    "message.format.version",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.difference.max.ms",
    "message.timestamp.type",
    "min.insync.replicas",
    "preallocate",
    "segment.index.bytes",
    "segment.jitter.ms",
    "unclean.leader.election.enable",
];

impl TopicConfig {
    /// From Kafka's names and values. A name that Kafka does not have, or a malformed value, is an
    /// [`Error::InvalidConfig`].
    pub fn from_map(map: &BTreeMap<String, String>) -> Result<Self> {
        let mut config = Self::default();
        for (name, value) in map {
            config.set(name, value)?;
        }
        Ok(config)
    }

    /// Sets one setting by Kafka's name.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let text = value.trim();
        let invalid = |reason: &str| Error::InvalidConfig {
            name: name.to_owned(),
            value: value.to_owned(),
            reason: reason.to_owned(),
        };
        let number = |least: i64| match text.parse::<i64>() {
            Ok(number) if number >= least => Ok(number),
            Ok(_) => Err(invalid(&format!("it must be {least} or more"))),
            Err(_) => Err(invalid("it must be a whole number")),
        };
        let limit = |number: i64| (number >= 0).then_some(number);
        match name {
            "cleanup.policy" => {
                let mut policy = CleanupPolicy { delete: false, compact: false };
                for part in text.split(',').map(str::trim) {
                    match part {
                        "delete" => policy.delete = true,
                        "compact" => policy.compact = true,
                        _ => return Err(invalid("it must be delete, compact, or both with a comma between")),
                    }
                }
                self.cleanup_policy = policy;
            }
            "retention.ms" => self.retention_ms = limit(number(-1)?),
            "retention.bytes" => self.retention_bytes = limit(number(-1)?),
            "segment.bytes" => {
                let bytes = number(14)?;
                if bytes > i32::MAX as i64 {
                    return Err(invalid("it must be less than 2 GiB"));
                }
                self.segment_bytes = Some(bytes as u64);
            }
            "segment.ms" => self.segment_ms = number(1)?,
            "max.message.bytes" => self.max_message_bytes = number(0)?.min(i32::MAX as i64) as usize,
            "delete.retention.ms" => self.delete_retention_ms = number(0)?,
            "min.compaction.lag.ms" => self.min_compaction_lag_ms = number(0)?,
            "min.cleanable.dirty.ratio" => {
                let ratio: f64 = text.parse().map_err(|_| invalid("it must be a number"))?;
                if !(0.0..=1.0).contains(&ratio) {
                    return Err(invalid("it must be from 0 to 1"));
                }
                self.min_cleanable_dirty_ratio = ratio;
            }
            name if KEPT.contains(&name) => {
                self.others.insert(name.to_owned(), value.to_owned());
            }
            _ => return Err(invalid("there is no such setting")),
        }
        Ok(())
    }

    /// All settings under Kafka's names, those at their default too.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        let limit = |value: Option<i64>| value.unwrap_or(-1).to_string();
        let policy = match (self.cleanup_policy.compact, self.cleanup_policy.delete) {
            (true, true) => "compact,delete",
            (true, false) => "compact",
            _ => "delete",
        };
        let mut map = self.others.clone();
        let mut put = |name: &str, value: String| map.insert(name.to_owned(), value);
        put("cleanup.policy", policy.to_owned());
        put("retention.ms", limit(self.retention_ms));
        put("retention.bytes", limit(self.retention_bytes));
        if let Some(bytes) = self.segment_bytes {
            put("segment.bytes", bytes.to_string());
        }
        put("segment.ms", self.segment_ms.to_string());
        put("max.message.bytes", self.max_message_bytes.to_string());
        put("delete.retention.ms", self.delete_retention_ms.to_string());
        put("min.compaction.lag.ms", self.min_compaction_lag_ms.to_string());
        put("min.cleanable.dirty.ratio", self.min_cleanable_dirty_ratio.to_string());
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_round_trips_and_errors_name_the_setting() {
        let map: BTreeMap<String, String> = [
            ("cleanup.policy", "compact,delete"),
            ("retention.ms", "-1"),
            ("segment.bytes", "1000"),
            ("flush.ms", "5"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let config = TopicConfig::from_map(&map).unwrap();
        assert!(config.cleanup_policy.compact && config.cleanup_policy.delete);
        assert_eq!(config.retention_ms, None);
        assert_eq!(TopicConfig::from_map(&config.to_map()).unwrap(), config);

        let wrong = |name: &str, value: &str| {
            TopicConfig::from_map(&[(name.to_owned(), value.to_owned())].into()).unwrap_err().to_string()
        };
        assert_eq!(
            wrong("retention.ms", "soon"),
            "invalid value 'soon' for the topic setting retention.ms: it must be a whole number"
        );
        assert!(wrong("retention.hours", "1").contains("there is no such setting"));
        assert!(wrong("cleanup.policy", "").contains("it must be delete"));
    }
}
