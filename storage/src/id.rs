//! Names and numbers that identify things in the log: newtypes, so that an offset is never mistaken for an epoch.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Longest topic name that Kafka accepts, so that `<topic>-<partition>` is a valid file name everywhere.
const MAX_TOPIC_NAME: usize = 249;

/// The name of a topic: 1 to 249 of `[a-zA-Z0-9._-]`, neither `.` nor `..`, as Kafka has it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicName(Arc<str>);

impl TopicName {
    /// Checks `name` by Kafka's rules; [`Error::InvalidTopicName`] says which rule it breaks.
    pub fn new(name: &str) -> Result<Self> {
        let reason = if name.is_empty() {
            "it is empty"
        } else if name == "." || name == ".." {
            "it must be neither '.' nor '..'"
        } else if name.len() > MAX_TOPIC_NAME {
            "it is longer than 249 characters"
        } else if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
            "it may hold only letters, digits, '.', '_' and '-'"
        } else {
            return Ok(Self(name.into()));
        };
        Err(Error::InvalidTopicName { name: name.to_owned(), reason })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a consumer group. Any text, as in Kafka.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(Arc<str>);

impl GroupId {
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_id {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}
text_id!(TopicName);
text_id!(GroupId);

/// The identity of a topic from its creation to its deletion: a topic that is created again has another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TopicId(pub Uuid);

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($number:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $number);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

number_id!(
    /// The number of a partition in its topic, from 0.
    PartitionId(i32)
);
number_id!(
    /// The position of a record in its partition, from 0, without reuse.
    Offset(i64)
);
number_id!(
    /// The identity of an idempotent or transactional producer.
    ProducerId(i64)
);
number_id!(
    /// Grows with each transaction of a producer (KIP-890), so that a late write of an earlier one is refused.
    ProducerEpoch(i16)
);
number_id!(
    /// Grows with each leader of a partition; 0 while there is one node.
    LeaderEpoch(i32)
);

impl Default for Offset {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Offset {
    /// The first offset of a partition that never lost a record to retention.
    pub const ZERO: Offset = Offset(0);
}

impl fmt::Display for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One partition of one topic.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TopicPartition {
    pub topic: TopicName,
    pub partition: PartitionId,
}

impl TopicPartition {
    pub fn new(topic: TopicName, partition: i32) -> Self {
        Self { topic, partition: PartitionId(partition) }
    }
}

/// As Kafka writes it, and as its directory is named: `<topic>-<partition>`.
impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}
