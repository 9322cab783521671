//! A running query: its tasks, made from its plan.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use storage::{GroupId, Storage, TopicConfig, TopicName};

use super::cell::{QueryEnd, TaskCell};
use super::scheduler::Ready;
use super::spec::{Environment, InputSpec, PushSpec, StartOffsets, SubPlanSpec, partitions, readable_end};
use super::status::{PartitionProgress, QueryState, QueryStatus};
use super::task::Flag;
use crate::error::Result;
use crate::format::FormatInfo;
use crate::plan::{Plan, QueryId, SinkTarget, SubPlan};

/// What a query is started with.
pub(super) struct Request {
    pub id: QueryId,
    /// Part of the keys of its state.
    pub numeric_id: u32,
    pub plan: Plan,
    pub start: StartOffsets,
    pub push: Option<PushSpec>,
    /// Runs when the last task has stopped.
    pub cleanup: Option<Box<dyn FnOnce() + Send>>,
}

pub(super) struct Query {
    pub id: QueryId,
    pub cells: Vec<Arc<TaskCell>>,
    pub paused: Arc<Flag>,
    storage: Storage,
}

impl Query {
    /// Makes the internal topics that are missing, and the tasks. Nothing runs yet.
    pub fn new(env: &Arc<Environment>, ready: Option<&Ready>, request: Request) -> Result<Self> {
        let Request { id, numeric_id, plan, start, mut push, cleanup } = request;
        create_internal_topics(&env.storage, &plan)?;
        let internal = internal_topics(&plan);
        let mut seen = HashSet::new();
        let exchange_keys: Vec<FormatInfo> = plan.subplans.iter().map(|s| exchange_key(&plan, s)).collect();
        let mut specs = Vec::with_capacity(plan.subplans.len());
        for ((index, subplan), exchange_key) in plan.subplans.into_iter().enumerate().zip(exchange_keys) {
            let sources: Vec<_> = subplan.root.sources().into_iter().cloned().collect();
            let inputs = sources.into_iter().enumerate().map(|(number, source)| InputSpec {
                group: match seen.insert(source.topic.clone()) {
                    true => GroupId::new(&id.0),
                    false => GroupId::new(&format!("{id}-{index}-{number}")),
                },
                internal: internal.contains(&source.topic),
                source: Arc::new(source),
            });
            specs.push(Arc::new(SubPlanSpec {
                query: id.clone(),
                numeric_id,
                index,
                inputs: inputs.collect(),
                exchange_key,
                start,
                push: if subplan.sink.target == SinkTarget::Push { push.take() } else { None },
                plan: subplan,
            }));
        }
        let mut places = Vec::new();
        for spec in &specs {
            let counts = spec.inputs.iter().map(|input| partitions(&env.storage, &input.source.topic));
            let tasks = counts.collect::<Result<Vec<_>>>()?.into_iter().max().unwrap_or(0);
            places.extend((0..tasks).map(|partition| (spec, partition)));
        }
        let paused = Arc::new(Flag::default());
        let end = QueryEnd::new(places.len(), cleanup);
        let cells = places
            .into_iter()
            .map(|(spec, partition)| TaskCell::new(env, spec, partition, ready.cloned(), &paused, &end))
            .collect::<Result<Vec<_>>>()?;
        for spec in &specs {
            let Some(push) = &spec.push else { continue };
            push.sender.lock().take();
            for cell in &cells {
                push.shared.on_taken(cell.wake_fn());
            }
        }
        Ok(Self { id, cells, paused, storage: env.storage.clone() })
    }

    pub fn wake(&self) {
        for cell in &self.cells {
            cell.wake();
        }
    }

    pub fn request_stop(&self) {
        for cell in &self.cells {
            cell.request_stop();
        }
    }

    /// Waits for the commits in flight. After [`Query::request_stop`].
    pub fn wait_stopped(&self) {
        for cell in &self.cells {
            cell.wait_stopped();
        }
    }

    pub fn status(&self) -> QueryStatus {
        let mut failing = false;
        let mut status = QueryStatus {
            id: self.id.clone(),
            state: QueryState::Running,
            errors: Vec::new(),
            partitions: Vec::new(),
            metrics: Default::default(),
        };
        for cell in &self.cells {
            cell.published(|published| {
                failing |= published.failing;
                status.metrics.add(&published.metrics);
                status.errors.extend(published.errors.iter().cloned());
                for (partition, position) in &published.positions {
                    status.partitions.push(PartitionProgress {
                        topic: partition.topic.as_str().to_owned(),
                        partition: partition.partition.0,
                        position: *position,
                        end: readable_end(&self.storage, partition).unwrap_or(*position),
                    });
                }
            });
        }
        status.errors.sort_by_key(|error| error.time_ms);
        status.state = match (self.paused.get(), failing) {
            (true, _) => QueryState::Paused,
            (false, true) => QueryState::Error,
            (false, false) => QueryState::Running,
        };
        status
    }

    /// Whether everything that can be read now is processed and committed, in all sub-plans.
    pub fn is_caught_up(&self) -> Result<bool> {
        // Twice: what a sub-plan commits between may be another's input, which was looked at before.
        for cell in self.cells.iter().chain(&self.cells) {
            if cell.is_stopped() {
                continue;
            }
            let positions = cell.published(|p| (p.clean && !p.failing).then(|| p.positions.clone()));
            let Some(positions) = positions else { return Ok(false) };
            for (partition, position) in positions {
                if position < readable_end(&self.storage, &partition)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// The topics that one sub-plan writes for another.
pub(super) fn internal_topics(plan: &Plan) -> HashSet<String> {
    plan.subplans
        .iter()
        .filter_map(|subplan| match &subplan.sink.target {
            SinkTarget::Repartition { topic } => Some(topic.clone()),
            _ => None,
        })
        .collect()
}

/// What the keys for a repartition topic are hashed as: rows have to come to the task that reads the same keys from the
/// other topics of the sub-plan that reads this one.
fn exchange_key(plan: &Plan, subplan: &SubPlan) -> FormatInfo {
    let SinkTarget::Repartition { topic } = &subplan.sink.target else { return FormatInfo::new("JSON") };
    let internal = internal_topics(plan);
    let readers = plan.subplans.iter().map(|reader| reader.root.sources());
    let beside = readers.filter(|sources| sources.iter().any(|source| source.topic == *topic)).flatten();
    let user = beside
        .into_iter()
        .find(|source| !internal.contains(&source.topic) && !source.relation.key.is_empty());
    user.map_or_else(|| FormatInfo::new("JSON"), |source| source.key_format.clone())
}

/// Internal topics have as many partitions as the topics that they are read together with; else as many as the
/// tasks that write them.
fn create_internal_topics(storage: &Storage, plan: &Plan) -> Result<()> {
    let internal = internal_topics(plan);
    let mut counts: HashMap<&str, i32> = HashMap::new();
    for topic in &internal {
        if let Some(description) = storage.topic(&TopicName::new(topic)?) {
            counts.insert(topic, description.partitions);
        }
    }
    // A sub-plan that writes may come after one that reads: as often as there are sub-plans, something is learned.
    for _ in 0..plan.subplans.len() {
        for subplan in &plan.subplans {
            let mut tasks = 0;
            for source in subplan.root.sources() {
                tasks = tasks.max(match internal.contains(&source.topic) {
                    true => counts.get(source.topic.as_str()).copied().unwrap_or(0),
                    false => partitions(storage, &source.topic)?,
                });
            }
            for source in subplan.root.sources() {
                if let Some(topic) = internal.get(&source.topic)
                    && tasks > 0
                {
                    counts.entry(topic).or_insert(tasks);
                }
            }
        }
        for subplan in &plan.subplans {
            let SinkTarget::Repartition { topic } = &subplan.sink.target else { continue };
            let known =
                subplan.root.sources().into_iter().map(|source| match internal.contains(&source.topic) {
                    true => Ok(counts.get(source.topic.as_str()).copied().unwrap_or(0)),
                    false => partitions(storage, &source.topic),
                });
            let tasks = known.collect::<Result<Vec<_>>>()?.into_iter().max().unwrap_or(0);
            if let Some(topic) = internal.get(topic)
                && tasks > 0
            {
                counts.entry(topic).or_insert(tasks);
            }
        }
    }
    for topic in &internal {
        let name = TopicName::new(topic)?;
        if storage.topic(&name).is_none() {
            let partitions = counts.get(topic.as_str()).copied().unwrap_or(1);
            // Records are deleted when they are read, not when they are old.
            let config = TopicConfig { retention_ms: None, retention_bytes: None, ..TopicConfig::default() };
            storage.create_topic(&name, partitions, 1, config)?;
        }
    }
    Ok(())
}
