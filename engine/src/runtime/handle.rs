//! The handle to all running queries.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use storage::{GroupId, Storage, TopicName};
use tokio::sync::mpsc;

use super::budget::Budget;
use super::options::RuntimeOptions;
use super::push::{PushReceiver, PushShared};
use super::query::{Query, Request, internal_topics};
use super::scheduler::Scheduler;
use super::shared::SharedSources;
use super::spec::{Environment, PushSpec, StartOffsets};
use super::status::QueryStatus;
use crate::error::{Error, Result};
use crate::operator::ProcessingLog;
use crate::plan::{Plan, QueryId};

/// How often [`Runtime::wait_until_caught_up`] looks.
const CAUGHT_UP_POLL: Duration = Duration::from_millis(1);

/// All running queries of a node. Cheap to clone; when the last clone goes, the tasks stop where they are, as in a
/// crash: what was not committed is done again after a start. [`Runtime::shutdown`] commits first.
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

struct Inner {
    env: Arc<Environment>,
    queries: Mutex<BTreeMap<QueryId, Arc<Query>>>,
    /// None where the caller drives the tasks.
    scheduler: Option<Scheduler>,
}

/// Whether a push query ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Goes on until somebody stops it.
    Stopped,
    /// Ends where the log ended when the query began: a pull query over a stream.
    LogEnd,
}

impl Runtime {
    pub fn new(storage: Storage, options: RuntimeOptions, log: Arc<dyn ProcessingLog>) -> Result<Self> {
        let scheduler = match options.manual {
            true => None,
            false => Some(Scheduler::new(options.workers, storage.clock().clone())?),
        };
        let env = Environment {
            sources: Arc::new(SharedSources::new(options.shared_bytes_total)),
            output: Budget::new(options.output_bytes_total),
            storage,
            options,
            log,
        };
        Ok(Self(Arc::new(Inner { env: Arc::new(env), queries: Mutex::default(), scheduler })))
    }

    /// Starts a standing query, from its last commit if there is one. `numeric_id` is part of the keys of its state and
    /// has to be the same after each restart.
    pub fn start(&self, id: QueryId, numeric_id: u32, plan: Plan, start: StartOffsets) -> Result<()> {
        self.add(Request { id, numeric_id, plan, start, push: None, cleanup: None })
    }

    /// Starts a push query; it lives as long as its receiver. `numeric_id` must not be in use; what the query keeps
    /// in the store is gone when it ends.
    pub fn start_push(
        &self,
        id: QueryId,
        numeric_id: u32,
        plan: Plan,
        start: StartOffsets,
        until: Until,
    ) -> Result<PushReceiver> {
        // A push query that a crash ended has left its state, and the number is used again after the restart.
        let (from, to) = storage::state::key::query_range(numeric_id);
        if !self.0.env.storage.state().is_range_empty(&from, &to)? {
            drop_state(&self.0.env.storage, numeric_id)?;
        }
        if until == Until::LogEnd && plan.subplans.len() > 1 {
            return Err(Error::internal("a query that repartitions its rows has no end"));
        }
        let (sender, receiver) = mpsc::channel(self.0.env.options.push_batches_max.max(1));
        let shared = Arc::new(PushShared::default());
        let push = PushSpec {
            sender: Mutex::new(Some(sender)),
            shared: shared.clone(),
            until_end: until == Until::LogEnd,
        };
        let cleanup: Box<dyn FnOnce() + Send> = Box::new({
            let (env, id, topics) = (self.0.env.clone(), id.clone(), internal_topics(&plan));
            move || {
                if let Err(error) = forget(&env.storage, &id, numeric_id, topics.iter().map(String::as_str)) {
                    tracing::warn!(query = %id, %error, "what a push query kept could not be deleted");
                }
            }
        });
        self.add(Request {
            id: id.clone(),
            numeric_id,
            plan,
            start,
            push: Some(push),
            cleanup: Some(cleanup),
        })?;
        let ends = EndsWithReader { runtime: Arc::downgrade(&self.0), id };
        Ok(PushReceiver::new(receiver, shared, Box::new(ends)))
    }

    fn add(&self, request: Request) -> Result<()> {
        let id = request.id.clone();
        if self.0.queries.lock().contains_key(&id) {
            return Err(Error::internal(format!("the query {id} runs already")));
        }
        let ready = self.0.scheduler.as_ref().map(Scheduler::ready);
        let query = Arc::new(Query::new(&self.0.env, ready.as_ref(), request)?);
        self.0.queries.lock().insert(id, query.clone());
        query.wake();
        Ok(())
    }

    fn query(&self, id: &QueryId) -> Result<Arc<Query>> {
        self.0
            .queries
            .lock()
            .get(id)
            .cloned()
            .ok_or_else(|| Error::not_found(format!("the query {id} does not run")))
    }

    pub fn queries(&self) -> Vec<QueryId> {
        self.0.queries.lock().keys().cloned().collect()
    }

    /// Stops a query: commits what is done, and waits for that. Its state and offsets stay.
    pub fn stop(&self, id: &QueryId) -> Result<()> {
        let query = self.query(id)?;
        query.request_stop();
        query.wait_stopped();
        self.0.queries.lock().remove(id);
        Ok(())
    }

    /// Deletes all state of a query that does not run.
    pub fn drop_state(&self, numeric_id: u32) -> Result<()> {
        drop_state(&self.0.env.storage, numeric_id)
    }

    /// Deletes everything that a query has left and that is not its result: state, offsets, internal topics. It must not
    /// run.
    pub fn forget(&self, id: &QueryId, numeric_id: u32, plan: &Plan) -> Result<()> {
        forget(&self.0.env.storage, id, numeric_id, internal_topics(plan).iter().map(String::as_str))
    }

    /// The tasks of the query finish their commit and rest.
    pub fn pause(&self, id: &QueryId) -> Result<()> {
        let query = self.query(id)?;
        query.paused.set(true);
        query.wake();
        Ok(())
    }

    pub fn resume(&self, id: &QueryId) -> Result<()> {
        let query = self.query(id)?;
        query.paused.set(false);
        query.wake();
        Ok(())
    }

    pub fn status(&self, id: &QueryId) -> Result<QueryStatus> {
        Ok(self.query(id)?.status())
    }

    /// Waits until all that can be read now is processed and committed; false if it is not so after `limit`.
    pub fn wait_until_caught_up(&self, id: &QueryId, limit: Duration) -> Result<bool> {
        let query = self.query(id)?;
        let clock = self.0.env.storage.clock();
        let until = clock.monotonic() + limit;
        loop {
            if self.0.scheduler.is_none() {
                self.run_until_idle()?;
            }
            if query.is_caught_up()? {
                return Ok(true);
            }
            if clock.monotonic() >= until {
                return Ok(false);
            }
            std::thread::sleep(CAUGHT_UP_POLL);
        }
    }

    /// Stops all queries after their commits.
    pub fn shutdown(&self) {
        let queries: Vec<_> = std::mem::take(&mut *self.0.queries.lock()).into_values().collect();
        for query in &queries {
            query.request_stop();
        }
        for query in &queries {
            query.wait_stopped();
        }
    }

    pub fn options(&self) -> &RuntimeOptions {
        &self.0.env.options
    }

    pub(super) fn running(&self) -> Vec<Arc<Query>> {
        self.0.queries.lock().values().cloned().collect()
    }

    pub(super) fn manual_query(&self, id: &QueryId) -> Result<Arc<Query>> {
        match self.0.scheduler {
            None => self.query(id),
            Some(_) => Err(Error::internal("the runtime drives its tasks itself")),
        }
    }
}

fn drop_state(storage: &Storage, numeric_id: u32) -> Result<()> {
    let (from, to) = storage::state::key::query_range(numeric_id);
    let mut batch = storage::StateBatch::new();
    batch.delete_range(&from, &to);
    Ok(storage.state().write(batch, true)?)
}

fn forget<'a>(
    storage: &Storage,
    id: &QueryId,
    numeric_id: u32,
    topics: impl Iterator<Item = &'a str>,
) -> Result<()> {
    drop_state(storage, numeric_id)?;
    // Its own, and those of topics that it reads more than once.
    let further = format!("{id}-");
    for group in storage.groups()? {
        if group.as_str() == id.0 || is_numbered(group.as_str(), &further) {
            storage.delete_group(&GroupId::new(group.as_str()))?;
        }
    }
    for topic in topics {
        let name = TopicName::new(topic)?;
        if storage.topic(&name).is_some() {
            storage.delete_topic(&name)?;
        }
    }
    Ok(())
}

/// `<prefix><number>-<number>`.
fn is_numbered(group: &str, prefix: &str) -> bool {
    let numbers = group.strip_prefix(prefix).and_then(|rest| rest.split_once('-'));
    numbers.is_some_and(|(a, b)| a.parse::<u32>().is_ok() && b.parse::<u32>().is_ok())
}

/// Ends a push query when its receiver is dropped, without waiting.
struct EndsWithReader {
    runtime: Weak<Inner>,
    id: QueryId,
}

impl Drop for EndsWithReader {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.upgrade() else { return };
        let query = runtime.queries.lock().remove(&self.id);
        if let Some(query) = query {
            query.request_stop();
            if runtime.scheduler.is_none() {
                query.wait_stopped();
            }
        }
    }
}
