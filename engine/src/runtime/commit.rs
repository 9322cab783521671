//! A task's commits: input offsets, state and output, together or not at all.
//!
//! The task goes on while a commit is in flight; there is at most one. A task of a push query has nothing that must
//! outlive it: its state goes to the store without a transaction.

use std::sync::Arc;

use parking_lot::Mutex;
use storage::{GroupId, Offset, StateBatch, Storage, Transaction};

use super::input::{Input, Position};
use super::sink::TaskSink;
use super::spec::{Environment, SubPlanSpec};
use super::task::Wake;
use crate::error::{Error, Result};
use crate::operator::Chain;
use crate::plan::SinkTarget;

/// The store that holds how many rows of a record are done; plans number their stores from 0 and never come so far.
const PROGRESS_STORE: u16 = u16::MAX;

/// Records of an internal topic that are done are deleted when there are so many: each holds a batch of rows, and a
/// deletion writes the catalog.
const DELETE_AFTER: i64 = 256;

/// A commit whose outcome is not known yet.
#[derive(Debug, Default)]
pub(super) struct InFlight(Mutex<Option<storage::Result<()>>>);

impl InFlight {
    pub fn is_done(&self) -> bool {
        self.0.lock().is_some()
    }
}

pub(super) struct Commit {
    transactional_id: String,
    groups: Vec<GroupId>,
    prefix: [u8; storage::state::key::STATE_PREFIX_BYTES],
    subplan: u16,
    /// Nothing of it outlives the query.
    local: bool,
    in_flight: Option<Arc<InFlight>>,
    /// What the last commit said of each input.
    last: Vec<Option<Position>>,
    /// Up to where internal topics are deleted.
    deleted: Vec<i64>,
    /// Internal inputs of the commit in flight.
    done: Vec<(usize, storage::TopicPartition, i64)>,
}

impl Commit {
    pub fn new(spec: &SubPlanSpec, partition: i32) -> Self {
        Self {
            transactional_id: spec.transactional_id(partition),
            groups: spec.inputs.iter().map(|input| input.group.clone()).collect(),
            prefix: storage::state::key::state_prefix(spec.numeric_id, PROGRESS_STORE, partition as u32),
            subplan: spec.index as u16,
            local: spec.push.is_some()
                && matches!(spec.plan.sink.target, SinkTarget::Push)
                && spec.inputs.iter().all(|input| !input.internal),
            in_flight: None,
            last: vec![None; spec.inputs.len()],
            deleted: vec![0; spec.inputs.len()],
            done: Vec::new(),
        }
    }

    /// Whether commits are only for the task itself.
    pub fn is_local(&self) -> bool {
        self.local
    }

    pub fn is_in_flight(&self) -> bool {
        self.in_flight.is_some()
    }

    pub fn in_flight(&self) -> Option<Arc<InFlight>> {
        self.in_flight.clone()
    }

    fn progress_key(&self, source: usize) -> Vec<u8> {
        let mut key = self.prefix.to_vec();
        key.extend_from_slice(&self.subplan.to_be_bytes());
        key.extend_from_slice(&(source as u16).to_be_bytes());
        key
    }

    /// Rows that are done of the record at the committed offset of a source.
    pub fn rows_done(&self, storage: &Storage, source: usize) -> Result<u32> {
        let Some(bytes) = storage.state().get(&self.progress_key(source))? else { return Ok(0) };
        let bytes =
            bytes.as_slice().try_into().map_err(|_| Error::external("a task's progress is damaged"))?;
        Ok(u32::from_be_bytes(bytes))
    }

    /// Begins a commit. True if it is done already.
    pub fn begin(
        &mut self,
        env: &Environment,
        chain: &mut Chain,
        sink: &mut TaskSink,
        inputs: &[(usize, Input)],
        wake: &Wake,
    ) -> Result<bool> {
        if self.local {
            let mut state = StateBatch::new();
            chain.flush(&mut state)?;
            if !state.is_empty() {
                env.storage.state().write(state, false)?;
            }
            chain.committed();
            return Ok(true);
        }
        let mut transaction = Transaction::new(&self.transactional_id);
        chain.flush(transaction.state())?;
        self.done.clear();
        for (source, input) in inputs {
            let position = input.position();
            let last = self.last[*source].replace(position);
            if position.row > 0 {
                transaction.state().put(&self.progress_key(*source), &position.row.to_be_bytes());
            } else if last.is_none_or(|last| last.row > 0) && input.is_internal() {
                transaction.state().delete(&self.progress_key(*source));
            }
            if last != Some(position) {
                transaction.offset(
                    self.groups[*source].clone(),
                    input.partition().clone(),
                    Offset(position.offset),
                );
            }
            if input.is_internal() && position.offset - self.deleted[*source] >= DELETE_AFTER {
                self.done.push((*source, input.partition().clone(), position.offset));
            }
        }
        sink.drain(&mut transaction);
        if transaction.is_empty() {
            chain.committed();
            return Ok(true);
        }
        let pending = env.storage.commit(transaction);
        let in_flight = Arc::new(InFlight::default());
        self.in_flight = Some(in_flight.clone());
        if env.options.manual {
            *in_flight.0.lock() = Some(pending.wait().map(drop));
            self.settle(env, chain)
        } else {
            let wake = wake.clone();
            pending.on_done(move |result| {
                *in_flight.0.lock() = Some(result.map(drop));
                wake();
            });
            Ok(false)
        }
    }

    /// Takes the outcome of the commit in flight: true if it is done now.
    pub fn settle(&mut self, env: &Environment, chain: &mut Chain) -> Result<bool> {
        let Some(in_flight) = &self.in_flight else { return Ok(false) };
        let Some(result) = in_flight.0.lock().take() else { return Ok(false) };
        self.in_flight = None;
        result?;
        chain.committed();
        for (source, partition, offset) in self.done.drain(..) {
            env.storage.delete_records(&partition, Offset(offset))?;
            self.deleted[source] = offset;
        }
        Ok(true)
    }
}
