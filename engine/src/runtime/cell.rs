//! A task's place in the scheduler: whether it is queued, running, resting after a failure or stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use storage::TopicPartition;

use super::commit::InFlight;
use super::scheduler::Ready;
use super::spec::{Environment, SubPlanSpec};
use super::status::{Errors, QueryError, QueryMetrics};
use super::task::{Flag, Progress, Task, Wake};
use crate::error::{Error, Result};

/// Rows of one turn: long enough that queueing costs nothing, short enough that a thousand busy tasks share the
/// workers fairly.
const TURN_ROWS: u64 = 128 << 10;

/// How often the outcome of a failed task's last commit is looked for.
const IN_FLIGHT_POLL: Duration = Duration::from_millis(50);

const IDLE: u8 = 0;
const QUEUED: u8 = 1;
const RUNNING: u8 = 2;
/// Running, and woken meanwhile.
const AGAIN: u8 = 3;

/// What follows a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Another turn, after the others that are ready.
    Again,
    /// A turn when the task is woken.
    Wait,
    /// A turn when it is woken, but not later than at this time.
    WaitUntil(Duration),
}

enum Body {
    Running(Box<Task>),
    Failed {
        /// A commit of the failed task that may still succeed: it decides where the next one begins.
        in_flight: Option<Arc<InFlight>>,
        retry_at: Duration,
    },
    Stopped,
}

/// What can be seen of a task without waiting for its turn to end.
#[derive(Default)]
pub(super) struct Published {
    pub metrics: QueryMetrics,
    pub positions: Vec<(TopicPartition, i64)>,
    /// Everything up to the positions is committed.
    pub clean: bool,
    pub failing: bool,
    pub errors: Errors,
}

/// Counts down a query's tasks as they stop.
pub(super) struct QueryEnd {
    remaining: AtomicUsize,
    cleanup: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl QueryEnd {
    /// `cleanup` runs when the last of `tasks` has stopped.
    pub fn new(tasks: usize, cleanup: Option<Box<dyn FnOnce() + Send>>) -> Arc<Self> {
        Arc::new(Self { remaining: AtomicUsize::new(tasks), cleanup: Mutex::new(cleanup) })
    }

    fn one_stopped(&self) {
        if self.remaining.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(cleanup) = self.cleanup.lock().take()
        {
            cleanup();
        }
    }
}

/// A task and its state in the scheduler.
pub(super) struct TaskCell {
    state: AtomicU8,
    body: Mutex<Body>,
    ready: Option<Ready>,
    env: Arc<Environment>,
    spec: Arc<SubPlanSpec>,
    partition: i32,
    /// Of the query: its tasks do nothing while it is set.
    paused: Arc<Flag>,
    stop: Flag,
    /// Failures since the last commit.
    attempts: AtomicU32,
    published: Mutex<Published>,
    end: Arc<QueryEnd>,
    stopped: (Mutex<bool>, Condvar),
    /// When the timer will wake the task.
    alarm: Mutex<Option<Duration>>,
}

impl TaskCell {
    /// A task as its last commit left it. `ready` is missing where the caller drives the tasks.
    pub fn new(
        env: &Arc<Environment>,
        spec: &Arc<SubPlanSpec>,
        partition: i32,
        ready: Option<Ready>,
        paused: &Arc<Flag>,
        end: &Arc<QueryEnd>,
    ) -> Result<Arc<Self>> {
        let cell = Arc::new(Self {
            state: AtomicU8::new(IDLE),
            body: Mutex::new(Body::Stopped),
            ready,
            env: env.clone(),
            spec: spec.clone(),
            partition,
            paused: paused.clone(),
            stop: Flag::default(),
            attempts: AtomicU32::new(0),
            published: Mutex::default(),
            end: end.clone(),
            stopped: (Mutex::new(false), Condvar::new()),
            alarm: Mutex::default(),
        });
        let mut task = cell.build()?;
        cell.publish(&mut task);
        *cell.body.lock() = Body::Running(task);
        Ok(cell)
    }

    pub fn spec(&self) -> &SubPlanSpec {
        &self.spec
    }

    fn build(self: &Arc<Self>) -> Result<Box<Task>> {
        Ok(Box::new(Task::new(self.env.clone(), self.spec.clone(), self.partition, self.wake_fn())?))
    }

    /// Wakes the task as long as it is there.
    pub fn wake_fn(self: &Arc<Self>) -> Wake {
        let cell: Weak<Self> = Arc::downgrade(self);
        Arc::new(move || {
            if let Some(cell) = cell.upgrade() {
                cell.wake();
            }
        })
    }

    /// Puts the task into the ready queue unless it is there.
    pub fn wake(self: &Arc<Self>) {
        let Some(ready) = &self.ready else { return };
        let woken = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| match state {
            IDLE => Some(QUEUED),
            RUNNING => Some(AGAIN),
            _ => None,
        });
        if woken == Ok(IDLE) {
            ready.push(self.clone());
        }
    }

    /// Remembers that the timer is to wake the task; false if it will do so early enough anyway.
    pub fn set_alarm(&self, time: Duration) -> bool {
        let mut alarm = self.alarm.lock();
        if alarm.is_some_and(|earlier| earlier <= time) {
            return false;
        }
        *alarm = Some(time);
        true
    }

    pub fn clear_alarm(&self) {
        *self.alarm.lock() = None;
    }

    /// A worker's turn with a task from the ready queue.
    pub fn work(self: Arc<Self>) {
        self.state.store(RUNNING, Ordering::Release);
        let next = self.turn();
        let Some(ready) = self.ready.clone() else { return };
        if let Next::WaitUntil(time) = next {
            ready.at(time, &self);
        }
        let rests = next != Next::Again
            && self.state.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if !rests {
            self.state.store(QUEUED, Ordering::Release);
            ready.push(self);
        }
    }

    /// One turn.
    pub fn turn(self: &Arc<Self>) -> Next {
        let mut body = self.body.lock();
        if self.stop.get() || self.spec.push.as_ref().is_some_and(|push| push.shared.has_failed()) {
            return self.finish(&mut body);
        }
        match &mut *body {
            Body::Stopped => Next::Wait,
            Body::Failed { in_flight, retry_at } => {
                if in_flight.as_ref().is_some_and(|commit| !commit.is_done()) {
                    return Next::WaitUntil(self.now() + IN_FLIGHT_POLL);
                }
                if self.now() < *retry_at {
                    return Next::WaitUntil(*retry_at);
                }
                match self.build() {
                    Ok(task) => {
                        *body = Body::Running(task);
                        Next::Again
                    }
                    Err(error) => self.fail(&mut body, error),
                }
            }
            Body::Running(task) => {
                let paused = self.paused.get();
                // An operator that panics is a fault of ours; it must cost its own query alone.
                let result =
                    catch_unwind(AssertUnwindSafe(|| if paused { rest(task) } else { task.run(TURN_ROWS) }))
                        .unwrap_or_else(|panic| Err(Error::internal(panic_message(&*panic))));
                self.publish(task);
                match result {
                    Ok(Progress::Worked) => Next::Again,
                    Ok(Progress::Idle) => Next::Wait,
                    Ok(Progress::Blocked) => {
                        task.patience().map_or(Next::Wait, |patience| Next::WaitUntil(self.now() + patience))
                    }
                    Ok(Progress::Finished) => self.finish(&mut body),
                    Err(error) => self.fail(&mut body, error),
                }
            }
        }
    }

    fn now(&self) -> Duration {
        self.env.storage.clock().monotonic()
    }

    /// The task is dropped, and built again from the last commit after a while.
    fn fail(&self, body: &mut Body, error: Error) -> Next {
        if let Some(push) = &self.spec.push {
            push.shared.fail(error);
            return self.finish(body);
        }
        tracing::error!(
            query = %self.spec.query, subplan = self.spec.index, partition = self.partition, %error,
            "a task failed and will be started again"
        );
        let options = &self.env.options;
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed).min(16);
        let backoff = (options.restart_backoff_ms << attempt).min(options.restart_backoff_max_ms);
        let retry_at = self.now() + Duration::from_millis(backoff);
        let in_flight = match body {
            Body::Running(task) => task.in_flight(),
            Body::Failed { in_flight, .. } => in_flight.take(),
            Body::Stopped => None,
        };
        *body = Body::Failed { in_flight, retry_at };
        let mut published = self.published.lock();
        published.failing = true;
        published.clean = false;
        published
            .errors
            .push(QueryError { time_ms: self.env.storage.clock().now_ms(), message: error.to_string() });
        Next::WaitUntil(retry_at)
    }

    /// Commits what is done and stops.
    fn finish(&self, body: &mut Body) -> Next {
        match body {
            Body::Stopped if *self.stopped.0.lock() => return Next::Wait,
            Body::Stopped => {}
            Body::Failed { in_flight, .. } => {
                if in_flight.as_ref().is_some_and(|commit| !commit.is_done()) {
                    return Next::WaitUntil(self.now() + IN_FLIGHT_POLL);
                }
            }
            Body::Running(task) => {
                match rest(task) {
                    Ok(_) if !task.is_clean() => return Next::Wait,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::warn!(query = %self.spec.query, %error, "the last commit of a task failed");
                    }
                }
                self.publish(task);
            }
        }
        *body = Body::Stopped;
        *self.stopped.0.lock() = true;
        self.stopped.1.notify_all();
        self.end.one_stopped();
        Next::Wait
    }

    /// Asks the task to stop after its commit.
    pub fn request_stop(self: &Arc<Self>) {
        self.stop.set(true);
        self.wake();
    }

    /// Waits until the task has stopped, which was asked for before.
    pub fn wait_stopped(self: &Arc<Self>) {
        if self.ready.is_none() {
            while !*self.stopped.0.lock() {
                self.turn();
            }
            return;
        }
        let mut stopped = self.stopped.0.lock();
        while !*stopped {
            self.stopped.1.wait(&mut stopped);
        }
    }

    pub fn is_stopped(&self) -> bool {
        *self.stopped.0.lock()
    }

    /// For callers that drive the tasks: does something with the task; a failed one gives its error.
    pub fn with_task<T>(self: &Arc<Self>, f: impl FnOnce(&mut Task) -> Result<T>) -> Result<T> {
        let mut body = self.body.lock();
        if let Body::Failed { .. } = &*body {
            *body = Body::Running(self.build()?);
        }
        let Body::Running(task) = &mut *body else {
            return Err(Error::user(format!("the query {} is stopped", self.spec.query)));
        };
        let result = f(task);
        self.publish(task);
        if let Err(error) = &result {
            self.fail(&mut body, error.clone());
        }
        result
    }

    fn publish(&self, task: &mut Task) {
        let mut published = self.published.lock();
        let commits = published.metrics.commits;
        published.metrics = task.metrics();
        if published.metrics.commits > commits {
            self.attempts.store(0, Ordering::Relaxed);
            published.failing = false;
        }
        published.positions.clear();
        published.positions.extend(task.positions().map(|(partition, offset)| (partition.clone(), offset)));
        published.clean = task.is_clean();
    }

    pub fn published<T>(&self, f: impl FnOnce(&Published) -> T) -> T {
        f(&self.published.lock())
    }
}

/// Does no more than finish what is begun.
fn rest(task: &mut Task) -> Result<Progress> {
    task.settle()?;
    if task.is_dirty() && task.in_flight().is_none() {
        task.begin_commit()?;
    }
    Ok(Progress::Idle)
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("an operator panicked: {}", text.unwrap_or("no message"))
}
