//! What a task is made of: enough to build it again after a failure.

use std::sync::Arc;

use parking_lot::Mutex;
use storage::{GroupId, Isolation, Offset, Storage, TopicName, TopicPartition};
use tokio::sync::mpsc;

use super::budget::Budget;
use super::options::RuntimeOptions;
use super::push::PushShared;
use super::shared::SharedSources;
use crate::change::ChangeBatch;
use crate::error::{Error, Result};
use crate::format::FormatInfo;
use crate::operator::{ProcessingLog, RowFailure};
use crate::plan::{QueryId, Source, Step, SubPlan};

/// Where a query begins to read the partitions for which it has committed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartOffsets {
    Earliest,
    Latest,
}

/// What all tasks of a runtime share.
pub(super) struct Environment {
    pub storage: Storage,
    pub options: RuntimeOptions,
    pub log: Arc<dyn ProcessingLog>,
    pub sources: Arc<SharedSources>,
    /// Output that is not committed yet.
    pub output: Arc<Budget>,
}

/// One input of a sub-plan.
pub(super) struct InputSpec {
    pub source: Arc<Source>,
    /// The group that the offsets are committed for: the query's id; where a query reads a topic more than once,
    /// the further readings have groups of their own.
    pub group: GroupId,
    /// A topic that another sub-plan of the query writes.
    pub internal: bool,
}

/// A sub-plan, ready to have tasks.
pub(super) struct SubPlanSpec {
    pub query: QueryId,
    pub numeric_id: u32,
    pub index: usize,
    pub plan: SubPlan,
    /// In the order of [`Step::sources`].
    pub inputs: Vec<InputSpec>,
    /// What the keys of a repartition sink are hashed as.
    pub exchange_key: FormatInfo,
    pub start: StartOffsets,
    pub push: Option<PushSpec>,
}

/// The reader of a push query.
pub(super) struct PushSpec {
    /// Taken away when all tasks have theirs: the reader sees the end when the last of these is gone.
    pub sender: Mutex<Option<mpsc::Sender<ChangeBatch>>>,
    pub shared: Arc<PushShared>,
    /// The query ends where the log ended when it began.
    pub until_end: bool,
}

impl SubPlanSpec {
    pub fn root(&self) -> &Step {
        &self.plan.root
    }

    pub fn transactional_id(&self, partition: i32) -> String {
        format!("{}-{}-{partition}", self.query, self.index)
    }
}

impl InputSpec {
    /// The partition that task `partition` reads; none if the topic has fewer.
    pub fn partition(&self, storage: &Storage, partition: i32) -> Result<Option<TopicPartition>> {
        let count = partitions(storage, &self.source.topic)?;
        Ok((partition < count)
            .then(|| TopicName::new(&self.source.topic).map(|topic| TopicPartition::new(topic, partition)))
            .transpose()?)
    }

    /// Where to begin when nothing is committed.
    pub fn first_offset(
        &self,
        storage: &Storage,
        partition: &TopicPartition,
        start: StartOffsets,
    ) -> Result<Offset> {
        let offsets = storage.offsets(partition)?;
        Ok(match start {
            StartOffsets::Latest if !self.internal => offsets.last_stable,
            _ => offsets.log_start,
        })
    }
}

/// Where a committed reader's view of the partition ends.
pub(super) fn readable_end(storage: &Storage, partition: &TopicPartition) -> Result<i64> {
    debug_assert_eq!(Isolation::default(), Isolation::ReadCommitted);
    Ok(storage.offsets(partition)?.last_stable.0)
}

pub(super) fn partitions(storage: &Storage, topic: &str) -> Result<i32> {
    let name = TopicName::new(topic)?;
    storage
        .topic(&name)
        .map(|description| description.partitions)
        .ok_or_else(|| Error::external(format!("the topic {topic} does not exist")))
}

/// The processing log as the operators of one query see it.
pub(super) struct QueryLog {
    pub query: QueryId,
    pub inner: Arc<dyn ProcessingLog>,
}

impl ProcessingLog for QueryLog {
    fn failed(&self, failure: RowFailure) {
        self.inner.failed_in(&self.query.0, failure);
    }
}
