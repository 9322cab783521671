//! Durable truth: the partitioned log, transactions, consumer groups and keyed state of a node. Knows bytes; knows
//! no SQL and no Arrow.
//!
//! Code map:
//! - [`Storage`]: the handle to a node's data, from which everything starts
//! - [`record`]: Kafka's record batch v2, built, read, checked
//! - [`topic`]: topics and their settings
//! - [`state`]: keyed state in RocksDB, with the key space
//! - [`files`], [`clock`], [`random`], [`task`]: the doors to the world outside
//! - [`id`], [`error`], [`options`], [`pending`]: words used everywhere
//!
//! Modules import only from modules further down this list.

pub mod clock;
pub mod error;
pub mod files;
pub mod id;
pub mod options;
pub mod pending;
pub mod random;
pub mod record;
pub mod state;
pub mod task;
pub mod topic;
pub mod transaction;

mod group;
mod lock;
mod log;
mod maintenance;
mod storage;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{Error, Result};
pub use files::{Files, OsFiles};
pub use id::{
    GroupId, LeaderEpoch, Offset, PartitionId, ProducerEpoch, ProducerId, TopicId, TopicName, TopicPartition,
};
pub use log::{Appended, PartitionOffsets, Watch};
pub use options::{Options, Seams};
pub use pending::Pending;
pub use random::{OsRandom, Random, SeededRandom};
pub use record::{
    AbortedTransaction, BatchBuilder, Compression, EncodedBatch, Fetch, Header, Isolation, RecordRef, Records,
};
pub use state::{StateBatch, StateSnapshot, StateStore};
pub use storage::Storage;
pub use topic::{CleanupPolicy, TopicConfig, TopicDescription};
pub use transaction::{Committed, Producer, Transaction};
