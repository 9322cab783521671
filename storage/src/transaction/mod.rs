//! Commits: outputs, state and input offsets that become visible together, or not at all.
//!
//! - [`Transaction`]: what a task hands over
//! - [`committer`](self::committer): the queue and the thread
//! - [`commit`](self::commit): the steps of a commit, with the commit point
//! - [`recovery`](self::recovery): what a crash left between the steps
//! - [`producer_ids`](self::producer_ids): identities

mod commit;
mod committer;
mod producer_ids;
mod recovery;

pub(crate) use committer::Committer;
pub(crate) use producer_ids::ProducerIds;
pub(crate) use recovery::resolve;

use crate::id::{GroupId, Offset, ProducerEpoch, ProducerId, TopicPartition};
use crate::record::EncodedBatch;
use crate::state::StateBatch;

/// An identity to write with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Producer {
    pub id: ProducerId,
    pub epoch: ProducerEpoch,
}

/// What a task wants to commit. Nothing of it is visible before [`crate::Storage::commit`] has completed.
#[derive(Debug)]
pub struct Transaction {
    pub(crate) transactional_id: String,
    pub(crate) batches: Vec<(TopicPartition, EncodedBatch)>,
    pub(crate) offsets: Vec<(GroupId, TopicPartition, Offset)>,
    pub(crate) state: StateBatch,
}

impl Transaction {
    /// `transactional_id` names the task, the same after each restart. Commits of one id take effect in their order.
    pub fn new(transactional_id: &str) -> Self {
        Self {
            transactional_id: transactional_id.to_owned(),
            batches: Vec::new(),
            offsets: Vec::new(),
            state: StateBatch::new(),
        }
    }

    /// Adds an output batch, after those for the same partition that are there already. An empty batch is ignored.
    pub fn append(&mut self, partition: TopicPartition, batch: EncodedBatch) {
        if batch.record_count() > 0 {
            self.batches.push((partition, batch));
        }
    }

    /// Sets the offset at which `group` goes on reading `partition`.
    pub fn offset(&mut self, group: GroupId, partition: TopicPartition, next: Offset) {
        self.offsets.push((group, partition, next));
    }

    /// The changes of the keyed state.
    pub fn state(&mut self) -> &mut StateBatch {
        &mut self.state
    }

    pub(crate) fn byte_len(&self) -> usize {
        self.batches.iter().map(|(_, batch)| batch.byte_len()).sum::<usize>() + self.state.byte_len()
    }

    pub fn is_empty(&self) -> bool {
        self.batches.is_empty() && self.offsets.is_empty() && self.state.is_empty()
    }
}

/// The outcome of a commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The offset of the first record of each output batch, in the order they were added.
    pub base_offsets: Vec<Offset>,
}
