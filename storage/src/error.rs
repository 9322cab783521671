//! What can go wrong, in words for the person who has to act on it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::id::{Offset, ProducerEpoch, ProducerId, TopicName, TopicPartition};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Cheap to clone, because one failed sync answers every append that waited for it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("cannot {action} {}: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: Arc<io::Error> },
    #[error("the disk is full: cannot write {}; free some space, then writes work again", path.display())]
    DiskFull { path: PathBuf },
    #[error("{} is corrupt at byte {position}: {reason}; restore the file from a copy, or move it away to go on without its records", path.display())]
    Corrupt { path: PathBuf, position: u64, reason: String },
    #[error("the data directory {} is in use by process {owner}; stop it, or choose another directory", dir.display())]
    Locked { dir: PathBuf, owner: String },
    #[error("the data directory {} has format version {found}, but this program reads version {expected}; use the program that wrote it, or another directory", dir.display())]
    Version { dir: PathBuf, found: String, expected: u32 },
    #[error("topic {0} does not exist")]
    UnknownTopic(TopicName),
    #[error("partition {0} does not exist")]
    UnknownPartition(TopicPartition),
    #[error("topic {0} exists already")]
    TopicExists(TopicName),
    #[error("'{name}' is not a valid topic name: {reason}")]
    InvalidTopicName { name: String, reason: &'static str },
    #[error("topic {topic} cannot be created: {reason}")]
    InvalidTopic { topic: TopicName, reason: String },
    #[error("invalid value '{value}' for the topic setting {name}: {reason}")]
    InvalidConfig { name: String, value: String, reason: String },
    #[error("'{group}' is not a valid group name: it must have 1 to 65535 bytes")]
    InvalidGroup { group: String },
    #[error("offset {offset} of {partition} is out of range: the log holds {log_start} to {end}")]
    OffsetOutOfRange { partition: TopicPartition, offset: Offset, log_start: Offset, end: Offset },
    #[error("invalid record batch: {reason}")]
    InvalidRecord { reason: String },
    #[error("a batch of {size} bytes is larger than max.message.bytes of {partition}, which is {limit}")]
    MessageTooLarge { partition: TopicPartition, size: usize, limit: usize },
    #[error("producer {producer} sent sequence {found} to {partition}, expected {expected}")]
    OutOfOrderSequence { partition: TopicPartition, producer: ProducerId, expected: i32, found: i32 },
    #[error(
        "producer {producer} wrote to {partition} with epoch {found}, but epoch {current} has taken over"
    )]
    InvalidProducerEpoch {
        partition: TopicPartition,
        producer: ProducerId,
        found: ProducerEpoch,
        current: ProducerEpoch,
    },
    #[error(
        "{partition} refuses writes since an earlier failure ({reason}); restart the server to recover it"
    )]
    PartitionFailed { partition: TopicPartition, reason: String },
    #[error(
        "the storage was shut down before it could tell whether this commit took effect ({reason}); after a restart it has, or has not, as a whole"
    )]
    CommitUncertain { reason: String },
    #[error("the state store failed: {0}")]
    State(String),
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    #[error("the storage is shut down")]
    Closed,
}

impl Error {
    /// An [`Error::Io`], or [`Error::DiskFull`] when that is the cause.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { action, path, source: Arc::new(source) },
        }
    }

    pub(crate) fn invalid_record(reason: impl Into<String>) -> Self {
        Self::InvalidRecord { reason: reason.into() }
    }

    pub(crate) fn corrupt(path: &Path, position: u64, reason: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), position, reason: reason.into() }
    }

    /// Whether the same call may succeed later without anybody changing it.
    pub fn is_retriable(&self) -> bool {
        matches!(self, Self::DiskFull { .. } | Self::Io { .. })
    }
}

impl From<rocksdb::Error> for Error {
    fn from(error: rocksdb::Error) -> Self {
        let text = error.into_string();
        if text.contains("No space left") || text.contains("Disk quota exceeded") {
            return Self::DiskFull { path: "the state store".into() };
        }
        Self::State(text)
    }
}
