//! An answer that comes later: a one-shot that threads can wait for and async code can await, without a runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::{Condvar, Mutex};

use crate::error::{Error, Result};

type Callback<T> = Box<dyn FnOnce(Result<T>) + Send>;

enum State<T> {
    Waiting(Option<Waker>),
    Callback(Callback<T>),
    Done(Result<T>),
    Taken,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    done: Condvar,
}

/// The result of an operation that is under way. Dropping it does not cancel the operation.
#[must_use = "the operation's outcome is known only from its Pending"]
pub struct Pending<T> {
    shared: Arc<Shared<T>>,
}

/// The other end: gives the answer, or [`Error::Closed`] when dropped without one.
pub(crate) struct Completer<T> {
    shared: Option<Arc<Shared<T>>>,
}

pub(crate) fn pending<T>() -> (Completer<T>, Pending<T>) {
    let shared = Arc::new(Shared { state: Mutex::new(State::Waiting(None)), done: Condvar::new() });
    (Completer { shared: Some(shared.clone()) }, Pending { shared })
}

impl<T> std::fmt::Debug for Completer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Completer")
    }
}

impl<T> std::fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

impl<T> Completer<T> {
    pub(crate) fn complete(mut self, result: Result<T>) {
        self.finish(result);
    }

    fn finish(&mut self, result: Result<T>) {
        let Some(shared) = self.shared.take() else { return };
        let mut state = shared.state.lock();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Waiting(waker) => {
                *state = State::Done(result);
                drop(state);
                shared.done.notify_all();
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            State::Callback(callback) => {
                drop(state);
                callback(result);
            }
            done @ (State::Done(_) | State::Taken) => *state = done,
        }
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        self.finish(Err(Error::Closed));
    }
}

impl<T> Pending<T> {
    /// One that is answered already.
    pub fn ready(result: Result<T>) -> Self {
        Self { shared: Arc::new(Shared { state: Mutex::new(State::Done(result)), done: Condvar::new() }) }
    }

    pub fn is_done(&self) -> bool {
        matches!(*self.shared.state.lock(), State::Done(_))
    }

    /// Blocks the thread until the answer is there. Not for async code: await it instead.
    pub fn wait(self) -> Result<T> {
        let mut state = self.shared.state.lock();
        loop {
            match std::mem::replace(&mut *state, State::Taken) {
                State::Done(result) => return result,
                State::Taken => return Err(Error::Closed),
                waiting => *state = waiting,
            }
            self.shared.done.wait(&mut state);
        }
    }

    /// Calls `f` with the answer: at once if it is there, else from the thread that gives it, so `f` must be short.
    pub fn on_done(self, f: impl FnOnce(Result<T>) + Send + 'static) {
        let mut state = self.shared.state.lock();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Done(result) => {
                drop(state);
                f(result);
            }
            State::Taken => {
                drop(state);
                f(Err(Error::Closed));
            }
            State::Waiting(_) | State::Callback(_) => *state = State::Callback(Box::new(f)),
        }
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let mut state = self.shared.state.lock();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Done(result) => Poll::Ready(result),
            State::Taken => Poll::Ready(Err(Error::Closed)),
            waiting @ State::Callback(_) => {
                *state = waiting;
                Poll::Pending
            }
            State::Waiting(_) => {
                *state = State::Waiting(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_waiters_callbacks_and_the_late() {
        let (completer, waiting) = pending::<u32>();
        let thread = std::thread::spawn(move || waiting.wait());
        completer.complete(Ok(7));
        assert_eq!(thread.join().unwrap().unwrap(), 7);

        let (completer, waiting) = pending::<u32>();
        let (sender, receiver) = std::sync::mpsc::channel();
        waiting.on_done(move |result| sender.send(result.unwrap()).unwrap());
        completer.complete(Ok(8));
        assert_eq!(receiver.recv().unwrap(), 8);

        let (completer, waiting) = pending::<u32>();
        assert!(!waiting.is_done());
        drop(completer);
        assert!(waiting.is_done());
        assert!(matches!(waiting.wait(), Err(Error::Closed)));
    }
}
