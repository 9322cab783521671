//! The worker threads and the ready queue. An idle task is in neither and costs nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use parking_lot::{Condvar, Mutex};
use storage::Clock;
use storage::task::{TaskKind, spawn_thread};

use super::cell::TaskCell;
use crate::error::Result;

/// What workers take from the queue.
enum Turn {
    Task(Arc<TaskCell>),
    Exit,
}

/// The way into the queue.
#[derive(Clone)]
pub(super) struct Ready {
    /// Unbounded as a channel, but a task is in it at most once: as long as there are tasks.
    queue: Sender<Turn>,
    timer: Arc<Timer>,
}

impl Ready {
    pub fn push(&self, task: Arc<TaskCell>) {
        // Fails only when the workers are gone, and then nobody waits for the task.
        let _ = self.queue.send(Turn::Task(task));
    }

    /// Wakes the task at a time of the monotonic clock.
    pub fn at(&self, time: Duration, task: &Arc<TaskCell>) {
        self.timer.at(time, task);
    }
}

/// A fixed pool of worker threads.
pub(super) struct Scheduler {
    ready: Ready,
    workers: Vec<JoinHandle<()>>,
    timer_thread: Option<JoinHandle<()>>,
}

impl Scheduler {
    /// `workers` threads, or one per core for 0.
    pub fn new(workers: usize, clock: Arc<dyn Clock>) -> Result<Self> {
        let workers = match workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            some => some,
        };
        let (queue, tasks) = unbounded();
        let timer = Arc::new(Timer { inner: Mutex::default(), changed: Condvar::new(), clock });
        let workers = (0..workers)
            .map(|number| {
                let tasks: Receiver<Turn> = tasks.clone();
                spawn_thread(&format!("worker-{number}"), TaskKind::Critical, move || {
                    while let Ok(Turn::Task(task)) = tasks.recv() {
                        task.work();
                    }
                })
            })
            .collect::<Result<_, _>>()?;
        let timer_thread = spawn_thread("task-timer", TaskKind::Critical, {
            let timer = timer.clone();
            move || timer.run()
        })?;
        Ok(Self { ready: Ready { queue, timer }, workers, timer_thread: Some(timer_thread) })
    }

    pub fn ready(&self) -> Ready {
        self.ready.clone()
    }
}

impl Drop for Scheduler {
    /// Waits for the turns that are under way, not for what is queued.
    fn drop(&mut self) {
        for _ in &self.workers {
            let _ = self.ready.queue.send(Turn::Exit);
        }
        self.ready.timer.stop();
        let own = std::thread::current().id();
        for thread in self.workers.drain(..).chain(self.timer_thread.take()) {
            // The last handle may be dropped by a worker itself.
            if thread.thread().id() != own {
                let _ = thread.join();
            }
        }
    }
}

/// Wakes tasks at a time: for restarts after failures and for readers that do not read.
struct Timer {
    inner: Mutex<TimerInner>,
    changed: Condvar,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct TimerInner {
    /// Only tasks that wait for a time are here.
    waiting: BinaryHeap<Reverse<Alarm>>,
    stopped: bool,
}

struct Alarm {
    time: Duration,
    task: Weak<TaskCell>,
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        self.time == other.time
    }
}

impl Eq for Alarm {}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Alarm {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.time.cmp(&other.time)
    }
}

impl Timer {
    fn at(&self, time: Duration, task: &Arc<TaskCell>) {
        if !task.set_alarm(time) {
            return;
        }
        let mut inner = self.inner.lock();
        inner.waiting.push(Reverse(Alarm { time, task: Arc::downgrade(task) }));
        self.changed.notify_one();
    }

    fn stop(&self) {
        self.inner.lock().stopped = true;
        self.changed.notify_one();
    }

    fn run(&self) {
        let mut inner = self.inner.lock();
        while !inner.stopped {
            let now = self.clock.monotonic();
            match inner.waiting.peek() {
                None => self.changed.wait(&mut inner),
                Some(Reverse(alarm)) if alarm.time > now => {
                    let left = alarm.time - now;
                    self.changed.wait_for(&mut inner, left);
                }
                Some(_) => {
                    let task = inner.waiting.pop().and_then(|Reverse(alarm)| alarm.task.upgrade());
                    if let Some(task) = task {
                        task.clear_alarm();
                        task.wake();
                    }
                }
            }
        }
    }
}
