//! The one door to threads.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use crate::error::Error;

/// What the end of a thread means to the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskKind {
    /// The node cannot keep its promises without it: a panic ends the process, and recovery starts clean.
    Critical,
    /// Housekeeping: a panic is logged and the node goes on without it.
    Background,
    /// Belongs to one caller, who joins it and sees the panic.
    Owned,
}

thread_local! {
    static CRITICAL: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is one on which others wait: it must not wait for them.
pub(crate) fn on_critical_thread() -> bool {
    CRITICAL.get()
}

/// Starts a named thread. [`Error::Io`] when the system refuses another one.
pub fn spawn_thread<T: Send + 'static>(
    name: &str,
    kind: TaskKind,
    f: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, Error> {
    let title = name.to_owned();
    std::thread::Builder::new()
        .name(title.clone())
        .spawn(move || {
            CRITICAL.set(kind == TaskKind::Critical);
            match catch_unwind(AssertUnwindSafe(f)) {
                Ok(value) => value,
                Err(panic) => {
                    match kind {
                        TaskKind::Critical => {
                            tracing::error!(thread = title, "a critical thread panicked; the process ends");
                            std::process::abort();
                        }
                        TaskKind::Background => {
                            tracing::error!(thread = title, "a background thread panicked and is gone");
                        }
                        TaskKind::Owned => {}
                    }
                    std::panic::resume_unwind(panic)
                }
            }
        })
        .map_err(|error| Error::io("start the thread", std::path::Path::new(name), error))
}
