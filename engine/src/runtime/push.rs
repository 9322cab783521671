//! The rows of a push query on their way to whoever asked.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::change::ChangeBatch;
use crate::error::{Error, Result};

/// What the tasks of a push query and its reader share.
#[derive(Default)]
pub(super) struct PushShared {
    /// Why the query ended before its reader did.
    error: Mutex<Option<Error>>,
    failed: AtomicBool,
    /// Called when the reader has taken a batch, and when it is gone.
    on_taken: Mutex<Vec<Arc<dyn Fn() + Send + Sync>>>,
}

impl PushShared {
    /// Ends the query: its other tasks are woken to see it.
    pub fn fail(&self, error: Error) {
        self.error.lock().get_or_insert(error);
        self.failed.store(true, Ordering::Release);
        self.taken();
    }

    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    pub fn on_taken(&self, f: Arc<dyn Fn() + Send + Sync>) {
        self.on_taken.lock().push(f);
    }

    fn taken(&self) {
        for f in self.on_taken.lock().iter() {
            f();
        }
    }
}

/// What a push query's tasks give, in the order of each task. Dropping it ends the query.
pub struct PushReceiver {
    receiver: mpsc::Receiver<ChangeBatch>,
    shared: Arc<PushShared>,
    /// Stops the query.
    _query: Box<dyn Send + Sync>,
}

impl PushReceiver {
    pub(super) fn new(
        receiver: mpsc::Receiver<ChangeBatch>,
        shared: Arc<PushShared>,
        query: Box<dyn Send + Sync>,
    ) -> Self {
        Self { receiver, shared, _query: query }
    }

    /// The next rows; `None` when the query has ended: it was stopped, or has reached the end that was set for it.
    pub async fn recv(&mut self) -> Result<Option<ChangeBatch>> {
        let batch = self.receiver.recv().await;
        self.received(batch)
    }

    /// As [`PushReceiver::recv`], for threads that may block.
    pub fn recv_blocking(&mut self) -> Result<Option<ChangeBatch>> {
        let batch = self.receiver.blocking_recv();
        self.received(batch)
    }

    /// What is there already.
    pub fn try_recv(&mut self) -> Result<Option<ChangeBatch>> {
        match self.receiver.try_recv() {
            Ok(batch) => self.received(Some(batch)),
            Err(mpsc::error::TryRecvError::Empty) => Ok(None),
            Err(mpsc::error::TryRecvError::Disconnected) => self.received(None),
        }
    }

    fn received(&mut self, batch: Option<ChangeBatch>) -> Result<Option<ChangeBatch>> {
        match batch {
            Some(batch) => {
                self.shared.taken();
                Ok(Some(batch))
            }
            None => match self.shared.error.lock().take() {
                Some(error) => Err(error),
                None => Ok(None),
            },
        }
    }
}

/// One task's end.
pub struct PushSink {
    sender: mpsc::Sender<ChangeBatch>,
    /// What the reader has no room for; at most what one run of the operators gives.
    waiting: VecDeque<ChangeBatch>,
    /// Since when the reader has taken nothing.
    stalled_since: Option<Duration>,
    stall_limit: Duration,
}

impl PushSink {
    pub(super) fn new(sender: mpsc::Sender<ChangeBatch>, stall_limit: Duration) -> Self {
        Self { sender, waiting: VecDeque::new(), stalled_since: None, stall_limit }
    }

    pub fn write(&mut self, batch: ChangeBatch) -> u64 {
        let rows = batch.rows() as u64;
        if rows > 0 {
            self.waiting.push_back(batch);
        }
        rows
    }

    /// Hands over what the reader has room for; false if something is left.
    pub fn send(&mut self, now: Duration) -> Result<bool> {
        while let Some(batch) = self.waiting.pop_front() {
            match self.sender.try_send(batch) {
                Ok(()) => self.stalled_since = None,
                Err(TrySendError::Full(batch)) => {
                    self.waiting.push_front(batch);
                    let since = *self.stalled_since.get_or_insert(now);
                    if now.saturating_sub(since) < self.stall_limit {
                        return Ok(false);
                    }
                    let error = Error::external(format!(
                        "The query ended: its reader has taken no row for {} seconds",
                        self.stall_limit.as_secs()
                    ));
                    return Err(error);
                }
                // The reader is gone, and the query with it: see PushReceiver.
                Err(TrySendError::Closed(_)) => self.waiting.clear(),
            }
        }
        Ok(true)
    }
}
