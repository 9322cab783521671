//! The thread that commits: takes all transactions that wait and carries them out together.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::commit::{Commit, Committing};
use super::producer_ids::ProducerIds;
use super::{Committed, Transaction};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::pending::{Pending, pending};
use crate::state::StateStore;
use crate::task::{TaskKind, on_critical_thread, spawn_thread};
use crate::topic::Catalog;

/// Bytes of transactions that may wait. Who commits beyond that blocks, which is the back-pressure from a slow disk
/// to the tasks.
const MAX_WAITING_BYTES: usize = 64 << 20;

/// How often it is tried to open the state store again after a failure. Commits that come meanwhile are refused.
const DOUBT_INTERVAL: Duration = Duration::from_millis(500);

/// The queue of commits.
#[derive(Debug, Default)]
pub(crate) struct Committer {
    queue: Mutex<Queue>,
    arrived: Condvar,
    taken: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Commit>,
    bytes: usize,
    closed: bool,
}

impl Committer {
    /// Starts the thread. It ends after [`Committer::close`], when all that waits is committed.
    pub(crate) fn start(
        self: &Arc<Self>,
        catalog: Arc<Catalog>,
        state: StateStore,
        producer_ids: Arc<ProducerIds>,
        clock: Arc<dyn Clock>,
    ) -> Result<JoinHandle<()>> {
        let committer = self.clone();
        let committing = Committing::new(catalog, state, producer_ids)?;
        spawn_thread("committer", TaskKind::Critical, move || committer.run(committing, &*clock))
    }

    pub(crate) fn close(&self) {
        self.queue.lock().closed = true;
        self.arrived.notify_all();
        self.taken.notify_all();
    }

    pub(crate) fn commit(&self, transaction: Transaction) -> Pending<Committed> {
        if transaction.is_empty() {
            return Pending::ready(Ok(Committed::default()));
        }
        let bytes = transaction.byte_len();
        let (completer, pending) = pending();
        let mut queue = self.queue.lock();
        // What a callback adds on the committer's own thread, or on one that it waits for, must not wait for it.
        while queue.bytes > MAX_WAITING_BYTES && !on_critical_thread() && !queue.closed {
            self.taken.wait(&mut queue);
        }
        if queue.closed {
            return Pending::ready(Err(Error::Closed));
        }
        queue.bytes += bytes;
        queue.waiting.push_back(Commit { transaction, completer });
        drop(queue);
        self.arrived.notify_one();
        pending
    }

    fn run(&self, mut committing: Committing, clock: &dyn Clock) {
        let mut next_attempt = Duration::ZERO;
        loop {
            let round = {
                let mut queue = self.queue.lock();
                while queue.waiting.is_empty() {
                    if queue.closed {
                        committing.abandon_doubt();
                        return;
                    }
                    if committing.in_doubt.is_none() {
                        self.arrived.wait(&mut queue);
                    } else if self.arrived.wait_for(&mut queue, DOUBT_INTERVAL).timed_out() {
                        break;
                    }
                }
                take_round(&mut queue)
            };
            self.taken.notify_all();
            let waited = round.is_empty();
            committing.round(round);
            if committing.in_doubt.is_some() && (waited || clock.monotonic() >= next_attempt) {
                committing.resolve_doubt();
                next_attempt = clock.monotonic() + DOUBT_INTERVAL;
            }
        }
    }
}

/// All that waits, but of each transactional id only the first transaction that writes to the log, and nothing that
/// comes after a second one: that begins when the first has ended.
fn take_round(queue: &mut Queue) -> Vec<Commit> {
    let (mut writing, mut postponed) = (HashSet::new(), HashSet::new());
    let (mut round, mut later) = (Vec::new(), VecDeque::new());
    for commit in queue.waiting.drain(..) {
        let id = &commit.transaction.transactional_id;
        let writes = !commit.transaction.batches.is_empty();
        if postponed.contains(id) || writes && writing.contains(id) {
            postponed.insert(id.clone());
            later.push_back(commit);
        } else {
            if writes {
                writing.insert(id.clone());
            }
            queue.bytes = queue.bytes.saturating_sub(commit.transaction.byte_len());
            round.push(commit);
        }
    }
    queue.waiting = later;
    round
}
