//! Running plans: tasks on a pool of worker threads.
//!
//! A task is one sub-plan for one partition. It reads partitions of its sources ([`input`], [`shared`], [`decode`]) in
//! the order of time, pushes the rows through the operators, and hands what comes of them to its sink ([`topic_sink`],
//! [`exchange_sink`], [`push`]). Input offsets, state and output are committed together ([`commit`]).
//!
//! Code map:
//! - [`handle`]: [`Runtime`], from which everything starts; [`manual`]: the same without threads
//! - [`query`]: a plan becomes tasks; [`spec`]: what a task is built from; [`status`]: what can be told of it
//! - [`scheduler`]: workers, ready queue, timer; [`cell`]: a task's place there, failures and restarts
//! - [`task`], [`commit`], [`input`]; [`budget`]: memory that they share
//! - sources: [`shared`] → [`decode`] → [`chunk`]; [`timestamp`], [`headers`]
//! - sinks: [`sink`] → [`topic_sink`], [`exchange_sink`] (payloads: [`exchange`]), [`push`]; [`partitioner`]
//! - [`processing_log`]: rows that failed, as a topic

mod budget;
mod cell;
mod chunk;
mod commit;
mod decode;
mod exchange;
mod exchange_sink;
mod handle;
mod headers;
mod input;
mod manual;
mod options;
pub mod partitioner;
pub mod processing_log;
mod push;
mod query;
mod scheduler;
mod shared;
mod sink;
mod spec;
mod status;
mod task;
mod timestamp;
mod topic_sink;

pub use handle::{Runtime, Until};
pub use options::RuntimeOptions;
pub use processing_log::TopicProcessingLog;
pub use push::PushReceiver;
pub use spec::StartOffsets;
pub use status::{PartitionProgress, QueryError, QueryMetrics, QueryState, QueryStatus};
