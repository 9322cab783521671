//! Housekeeping in the background: retention, compaction, owed markers, forgotten producers, idle memory.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::clock::Clock;
use crate::error::Result;
use crate::task::{TaskKind, spawn_thread};
use crate::topic::Catalog;

/// A producer that has been silent for so long is forgotten: Kafka's `producer.id.expiration.ms`.
const PRODUCER_EXPIRATION_MS: i64 = 24 * 60 * 60 * 1000;

/// Stops the thread.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(crate) fn stop(&self) {
        *self.stopped.lock() = true;
        self.changed.notify_all();
    }

    /// Waits; false when it is time to end.
    fn wait(&self, interval: Duration) -> bool {
        let mut stopped = self.stopped.lock();
        if !*stopped {
            self.changed.wait_for(&mut stopped, interval);
        }
        !*stopped
    }
}

pub(crate) fn start(
    catalog: Arc<Catalog>,
    clock: Arc<dyn Clock>,
    stop: Arc<Stop>,
    interval: Duration,
) -> Result<JoinHandle<()>> {
    spawn_thread("log-maintenance", TaskKind::Background, move || {
        while stop.wait(interval) {
            run(&catalog, &*clock);
        }
    })
}

/// One round over all partitions. What fails for one does not keep the others from theirs.
pub(crate) fn run(catalog: &Catalog, clock: &dyn Clock) {
    catalog.log_context().buffers.trim();
    for log in catalog.partitions() {
        log.tidy_writer(clock.now_ms() - PRODUCER_EXPIRATION_MS);
        if let Err(error) = log.clean() {
            tracing::warn!(partition = %log.partition, %error, "retention or compaction failed; it is tried again");
        }
    }
}
