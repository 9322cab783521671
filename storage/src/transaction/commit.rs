//! One round of commits: many transactions that wait, made durable with one sync per file and one write of the state.
//!
//! 1. Each transaction takes the next epoch of its producer, and its batches are appended as that epoch's. Readers do
//!    not see them: the last stable offset stays before them.
//! 2. The partitions are synced.
//! 3. One write of the state store, synced, holds the state, the offsets and, for each producer, the epoch that is
//!    committed. **This is the commit point**, for all transactions of the round.
//! 4. Markers are appended and readers see the records. A crash between 3 and 4 loses nothing: recovery finds the open
//!    transaction in the log and the epoch in the state store, and writes the marker.
//!
//! If the write of 3 fails, it may be stored all the same. The round is then in doubt: the state store is opened again,
//! when there is space, and the round's number in it tells.
//!
//! A transaction that fails before 3 gets ABORT markers, and its transactional id a new producer: so for one producer
//! *all epochs up to the stored one are committed, all others are not*, which is what recovery goes by.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::producer_ids::{LAST_EPOCH, ProducerIds};
use super::{Committed, Producer, Transaction};
use crate::error::{Error, Result};
use crate::group;
use crate::id::{Offset, ProducerEpoch, TopicPartition};
use crate::log::PartitionLog;
use crate::pending::Completer;
use crate::record::Marker;
use crate::state::{StateBatch, StateStore, key};
use crate::topic::Catalog;

/// A transaction on its way, and who waits for it.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) transaction: Transaction,
    pub(super) completer: Completer<Committed>,
}

/// Carries out commits. Belongs to one thread.
pub(super) struct Committing {
    pub(super) catalog: Arc<Catalog>,
    pub(super) state: StateStore,
    pub(super) producer_ids: Arc<ProducerIds>,
    /// The last epoch used for each transactional id since the node was opened. One entry per task.
    pub(super) producers: HashMap<String, Producer>,
    /// The number of the last round, which its state write carries.
    pub(super) round: i64,
    /// A round whose state write failed: it may be stored or not.
    pub(super) in_doubt: Option<InDoubt>,
}

/// A round that has to be found out about, and why.
pub(super) struct InDoubt {
    prepared: Vec<Prepared>,
    error: Error,
}

/// A transaction whose batches are in the logs.
struct Prepared {
    commit: Commit,
    producer: Option<Producer>,
    partitions: Vec<Arc<PartitionLog>>,
    committed: Committed,
}

impl Committing {
    pub(super) fn new(
        catalog: Arc<Catalog>,
        state: StateStore,
        producer_ids: Arc<ProducerIds>,
    ) -> Result<Self> {
        let round = stored_round(&state)?;
        Ok(Self { catalog, state, producer_ids, producers: HashMap::new(), round, in_doubt: None })
    }

    /// Carries out a round. While an earlier one is in doubt, nothing is begun.
    pub(super) fn round(&mut self, commits: Vec<Commit>) {
        let mut prepared = Vec::with_capacity(commits.len());
        for commit in commits {
            let begun = match &self.in_doubt {
                None => self.prepare(&commit.transaction),
                Some(in_doubt) => Err(in_doubt.error.clone()),
            };
            match begun {
                Ok((producer, partitions, committed)) => {
                    prepared.push(Prepared { commit, producer, partitions, committed });
                }
                Err(error) => commit.completer.complete(Err(error)),
            }
        }
        let prepared = self.sync(prepared);
        if prepared.is_empty() {
            return;
        }
        self.round += 1;
        match self.write_state(&prepared) {
            Ok(()) => finish(prepared),
            Err(error) => {
                // It may be on the disk or not. A marker of either kind could turn out wrong, so there is none yet.
                tracing::error!(%error, "the state store failed in a commit; it will be opened again");
                self.in_doubt = Some(InDoubt { prepared, error });
            }
        }
    }

    /// Opens the state store again and finds out about the round in doubt, if that is possible by now.
    pub(super) fn resolve_doubt(&mut self) {
        let Some(in_doubt) = self.in_doubt.take() else { return };
        match self.state.reopen().and_then(|()| stored_round(&self.state)) {
            Err(error) => {
                tracing::warn!(%error, "the state store cannot be opened again yet");
                self.in_doubt = Some(in_doubt);
            }
            Ok(stored) if stored == self.round => {
                tracing::info!("the state store is open again, and the last commits are in it");
                finish(in_doubt.prepared);
            }
            Ok(_) => {
                tracing::info!("the state store is open again, without the last commits");
                for prepared in in_doubt.prepared {
                    self.fail(prepared, in_doubt.error.clone());
                }
            }
        }
    }

    /// Gives up on the round in doubt: the next open resolves it.
    pub(super) fn abandon_doubt(&mut self) {
        let Some(in_doubt) = self.in_doubt.take() else { return };
        for prepared in in_doubt.prepared {
            let reason = in_doubt.error.to_string();
            prepared.commit.completer.complete(Err(Error::CommitUncertain { reason }));
        }
    }

    /// Step 1. Leaves nothing open if it fails.
    fn prepare(
        &mut self,
        transaction: &Transaction,
    ) -> Result<(Option<Producer>, Vec<Arc<PartitionLog>>, Committed)> {
        for (group, _, _) in &transaction.offsets {
            group::check_group(group)?;
        }
        if transaction.batches.is_empty() {
            return Ok((None, Vec::new(), Committed::default()));
        }
        let mut by_partition: BTreeMap<&TopicPartition, Vec<usize>> = BTreeMap::new();
        for (at, (partition, _)) in transaction.batches.iter().enumerate() {
            by_partition.entry(partition).or_default().push(at);
        }
        let logs = by_partition
            .keys()
            .map(|partition| self.catalog.partition(partition))
            .collect::<Result<Vec<_>>>()?;
        let producer = self.next_epoch(&transaction.transactional_id)?;
        let mut base_offsets = vec![Offset::ZERO; transaction.batches.len()];
        for (log, places) in logs.iter().zip(by_partition.values()) {
            let batches = places.iter().map(|at| &transaction.batches[*at].1);
            match log.append_transaction(producer.id, producer.epoch, batches) {
                Ok(answers) => {
                    for (at, answer) in places.iter().zip(answers) {
                        base_offsets[*at] = answer.base_offset;
                    }
                }
                Err(error) => {
                    self.abort(&transaction.transactional_id, producer, &logs);
                    return Err(error);
                }
            }
        }
        Ok((Some(producer), logs, Committed { base_offsets }))
    }

    /// The producer for the next transaction of a transactional id: each transaction has an epoch of its own (KIP-890).
    fn next_epoch(&mut self, transactional_id: &str) -> Result<Producer> {
        if let Some(producer) = self.producers.get_mut(transactional_id)
            && producer.epoch.0 < LAST_EPOCH
        {
            producer.epoch.0 += 1;
            return Ok(*producer);
        }
        let producer = Producer { id: self.producer_ids.next()?, epoch: ProducerEpoch(0) };
        self.producers.insert(transactional_id.to_owned(), producer);
        Ok(producer)
    }

    fn abort(&mut self, transactional_id: &str, producer: Producer, logs: &[Arc<PartitionLog>]) {
        // A new producer for the next transaction: no later epoch of this one will ever be committed.
        self.producers.remove(transactional_id);
        for log in logs {
            log.end_transaction(producer.id, producer.epoch, Marker::Abort);
        }
    }

    fn fail(&mut self, prepared: Prepared, error: Error) {
        if let Some(producer) = prepared.producer {
            self.abort(&prepared.commit.transaction.transactional_id, producer, &prepared.partitions);
        }
        prepared.commit.completer.complete(Err(error));
    }

    /// Step 2. Returns the transactions whose partitions are all synced.
    fn sync(&mut self, prepared: Vec<Prepared>) -> Vec<Prepared> {
        let mut logs: BTreeMap<&TopicPartition, &Arc<PartitionLog>> = BTreeMap::new();
        for log in prepared.iter().flat_map(|prepared| &prepared.partitions) {
            logs.insert(&log.partition, log);
        }
        let mut failures: HashMap<TopicPartition, Error> = HashMap::new();
        if logs.len() == 1 {
            // One file: no need for another thread.
            for log in logs.values() {
                if let Err(error) = log.sync() {
                    failures.insert(log.partition.clone(), error);
                }
            }
        } else {
            let waiting: Vec<_> = logs.values().map(|log| (log.partition.clone(), log.committed())).collect();
            for (partition, pending) in waiting {
                if let Err(error) = pending.wait() {
                    failures.insert(partition, error);
                }
            }
        }
        if failures.is_empty() {
            return prepared;
        }
        let mut good = Vec::new();
        for prepared in prepared {
            match prepared.partitions.iter().find_map(|log| failures.get(&log.partition)) {
                None => good.push(prepared),
                Some(error) => self.fail(prepared, error.clone()),
            }
        }
        good
    }

    /// Step 3.
    fn write_state(&self, prepared: &[Prepared]) -> Result<()> {
        let mut own = StateBatch::new();
        own.put(&key::COMMIT_ROUND_COUNTER, &self.round.to_be_bytes());
        for Prepared { commit, producer, .. } in prepared {
            for (group, partition, next) in &commit.transaction.offsets {
                group::put_offset(&mut own, group, partition, *next);
            }
            if let Some(producer) = producer {
                own.put(&key::committed_epoch(producer.id), &producer.epoch.0.to_be_bytes());
            }
        }
        let deltas = prepared.iter().map(|prepared| &prepared.commit.transaction.state);
        self.state.write_all(deltas.chain(std::iter::once(&own)), true)
    }
}

/// Step 4.
fn finish(prepared: Vec<Prepared>) {
    for done in prepared {
        if let Some(producer) = done.producer {
            for partition in &done.partitions {
                partition.end_transaction(producer.id, producer.epoch, Marker::Commit);
            }
        }
        done.commit.completer.complete(Ok(done.committed));
    }
}

fn stored_round(state: &StateStore) -> Result<i64> {
    let Some(value) = state.get(&key::COMMIT_ROUND_COUNTER)? else { return Ok(0) };
    let round = value.as_slice().try_into().map(i64::from_be_bytes);
    round.map_err(|_| key::malformed("commit round", &value))
}
