//! The sync scheduler: partitions with appends to answer queue here, and a few threads sync them. While one sync
//! runs, further appends gather, and the next sync serves them all: group commit.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};

use super::partition::PartitionLog;
use crate::error::Result;
use crate::task::{TaskKind, spawn_thread};

/// Syncs of different files overlap in the file system's journal, so more than one at a time is faster than one.
const THREADS: usize = 2;

/// Partitions to be synced. Each stands here at most once, so the number of partitions is the bound.
#[derive(Debug, Default)]
pub(crate) struct SyncQueue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Arc<PartitionLog>>,
    closed: bool,
}

impl SyncQueue {
    pub(crate) fn push(&self, partition: Arc<PartitionLog>) {
        self.state.lock().waiting.push_back(partition);
        self.changed.notify_one();
    }

    /// Starts the threads. They end after [`SyncQueue::close`], when all that waits is synced.
    pub(crate) fn start(self: &Arc<Self>) -> Result<Vec<JoinHandle<()>>> {
        let thread = |number| {
            let queue = self.clone();
            spawn_thread(&format!("log-sync-{number}"), TaskKind::Critical, move || queue.run())
        };
        (0..THREADS).map(thread).collect()
    }

    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.changed.notify_all();
    }

    fn run(&self) {
        let mut state = self.state.lock();
        loop {
            if let Some(partition) = state.waiting.pop_front() {
                drop(state);
                if let Err(error) = partition.sync() {
                    tracing::error!(partition = %partition.partition, %error, "the log could not be synced");
                }
                state = self.state.lock();
            } else if state.closed {
                return;
            } else {
                self.changed.wait(&mut state);
            }
        }
    }
}
