//! A task: one sub-plan for one partition. A plain struct, driven by whoever holds it; it never blocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use storage::TopicPartition;

use super::budget::Share;
use super::commit::{Commit, InFlight};
use super::exchange::BatchCodec;
use super::exchange_sink::ExchangeSink;
use super::input::{Grown, Input, Position, Reader, Until};
use super::push::PushSink;
use super::sink::TaskSink;
use super::spec::{Environment, QueryLog, SubPlanSpec, readable_end};
use super::status::QueryMetrics;
use super::topic_sink::{TopicSink, TopicTarget};
use crate::change::ChangeBatch;
use crate::error::{Error, Result};
use crate::operator::{Chain, Context, Metrics, Store};
use crate::plan::SinkTarget;

/// Rows that a task may process beyond the commit that is in flight: what its operators keep of them is in memory.
const ROWS_AHEAD_MAX: u64 = 4 << 20;

/// What a turn of a task came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do.
    Worked,
    /// All is read; the task is to be woken when a log grows or a commit is done.
    Idle,
    /// A commit, or a push query's reader, has to make room first.
    Blocked,
    /// A push query has come to the end that was set for it.
    Finished,
}

/// Called when a task has something to do again.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// One sub-plan × partition.
pub struct Task {
    env: Arc<Environment>,
    spec: Arc<SubPlanSpec>,
    wake: Wake,
    /// With the number of the source that each belongs to.
    inputs: Vec<(usize, Input)>,
    /// Where each input of a query that ends is to end.
    ends: Option<Vec<i64>>,
    chain: Chain,
    sink: TaskSink,
    log: QueryLog,
    counted: Metrics,
    metrics: QueryMetrics,
    out: Vec<ChangeBatch>,
    commit: Commit,
    /// Something has happened that the last commit does not hold.
    dirty: bool,
    rows_ahead: u64,
    /// Output that waits for a commit, or is in one.
    held: Share,
    in_flight_bytes: usize,
    /// When the first row after the last commit came.
    dirty_since: Duration,
}

impl Task {
    /// Builds the task as the last commit left it.
    pub(super) fn new(
        env: Arc<Environment>,
        spec: Arc<SubPlanSpec>,
        partition: i32,
        wake: Wake,
    ) -> Result<Self> {
        let commit = Commit::new(&spec, partition);
        let mut inputs = Vec::with_capacity(spec.inputs.len());
        let mut first_read = false;
        for (index, input) in spec.inputs.iter().enumerate() {
            let Some(topic_partition) = input.partition(&env.storage, partition)? else { continue };
            let start = match env.storage.committed_offset(&input.group, &topic_partition)? {
                Some(offset) => Position { offset: offset.0, row: commit.rows_done(&env.storage, index)? },
                None => {
                    first_read = true;
                    let first = input.first_offset(&env.storage, &topic_partition, spec.start)?;
                    Position { offset: first.0, row: 0 }
                }
            };
            let reader = if input.internal {
                Reader::Exchange {
                    storage: env.storage.clone(),
                    codec: Box::new(BatchCodec::new(&input.source.relation)),
                    fetch_bytes: env.options.fetch_bytes,
                }
            } else {
                let reader = env.sources.reader(&env.storage, &topic_partition, &input.source, &env.options);
                Reader::Shared(reader)
            };
            let grown = if env.options.manual {
                Grown::always()
            } else {
                Grown::watch(&env.storage, &topic_partition, wake.clone())?
            };
            inputs.push((index, Input::new(input.source.clone(), topic_partition, reader, grown, start)));
        }
        let stores = |store: u16| Store {
            state: env.storage.state().clone(),
            prefix: storage::state::key::state_prefix(spec.numeric_id, store, partition as u32),
        };
        let chain = match spec.plan.sink.target {
            SinkTarget::Repartition { .. } => Chain::build(spec.root(), stores)?,
            _ => Chain::build_without_before(spec.root(), stores)?,
        };
        let sink = sink(&env, &spec, partition)?;
        let ends = match &spec.push {
            Some(push) if push.until_end => {
                let ends = inputs.iter().map(|(_, input)| readable_end(&env.storage, input.partition()));
                Some(ends.collect::<Result<Vec<_>>>()?)
            }
            _ => None,
        };
        if let Some(ends) = &ends {
            for ((_, input), end) in inputs.iter_mut().zip(ends) {
                input.end_at(*end);
            }
        }
        let output = env.output.clone();
        Ok(Self {
            log: QueryLog { query: spec.query.clone(), inner: env.log.clone() },
            dirty_since: env.storage.clock().monotonic(),
            // Where the query began is committed even if nothing comes: a restart must not begin later.
            dirty: first_read && !commit.is_local(),
            env,
            spec,
            wake,
            inputs,
            ends,
            chain,
            sink,
            counted: Metrics::default(),
            metrics: QueryMetrics::default(),
            out: Vec::new(),
            commit,
            rows_ahead: 0,
            held: Share::new(&output),
            in_flight_bytes: 0,
        })
    }

    /// Processes about `budget` rows, commits when it is time.
    pub fn run(&mut self, budget: u64) -> Result<Progress> {
        let mut rows = 0;
        loop {
            self.settle()?;
            if !self.sink.send(self.now())? {
                return Ok(Progress::Blocked);
            }
            if self.spec.push.is_some() && self.chain.finished() {
                return Ok(Progress::Finished);
            }
            if self.is_full() {
                if self.commit.is_in_flight() {
                    return Ok(Progress::Blocked);
                }
                self.begin_commit()?;
            }
            let Some((source, batch)) = self.next(self.env.options.batch_records_max)? else {
                return self.rest();
            };
            rows += batch.rows() as u64;
            self.process(source, batch)?;
            if self.is_due() && !self.commit.is_in_flight() {
                self.begin_commit()?;
            }
            // Not in the middle of what is decoded: a task in the queue should hold no memory.
            if rows >= budget
                && (self.inputs.len() > 1 || self.inputs.iter().all(|(_, input)| input.is_drained()))
            {
                return Ok(Progress::Worked);
            }
        }
    }

    /// Nothing is left to read.
    fn rest(&mut self) -> Result<Progress> {
        if self.dirty && !self.commit.is_in_flight() {
            self.begin_commit()?;
        }
        if let Some(ends) = &self.ends
            && self.inputs.iter().zip(ends).all(|((_, input), end)| input.position().offset >= *end)
        {
            return Ok(Progress::Finished);
        }
        Ok(Progress::Idle)
    }

    /// Takes records of some topics only, at most `max` of each input; gives how many came from the input that gave
    /// most. For callers that decide the order themselves.
    pub(super) fn step(&mut self, topic: &dyn Fn(&str) -> bool, max: usize) -> Result<usize> {
        let mut most = 0;
        for index in 0..self.inputs.len() {
            let (source, input) = &mut self.inputs[index];
            if !topic(input.partition().topic.as_str()) || !input.fill(&self.log)? {
                continue;
            }
            let Some(batch) = input.take(max.min(self.env.options.batch_records_max), None) else { continue };
            let source = *source;
            most = most.max(batch.rows());
            self.process(source, batch)?;
            self.sink.send(self.now())?;
        }
        Ok(most)
    }

    /// The next rows by time: from the input whose first row is the oldest, as far as no other input has older ones. An
    /// input at the end of its log holds nobody up.
    fn next(&mut self, max: usize) -> Result<Option<(usize, ChangeBatch)>> {
        if let [(source, input)] = &mut self.inputs[..] {
            if !input.fill(&self.log)? {
                return Ok(None);
            }
            return Ok(input.take(max, None).map(|batch| (*source, batch)));
        }
        let mut first: Option<(i64, usize)> = None;
        for (index, (_, input)) in self.inputs.iter_mut().enumerate() {
            if input.fill(&self.log)?
                && let Some(time) = input.head_time()
                && first.is_none_or(|(oldest, _)| time < oldest)
            {
                first = Some((time, index));
            }
        }
        let Some((_, chosen)) = first else { return Ok(None) };
        let others = self.inputs.iter().enumerate().filter(|(index, _)| *index != chosen);
        let until = others
            .filter_map(|(index, (_, input))| Some((input.head_time()?, chosen < index)))
            .min_by_key(|(time, chosen_first)| (*time, *chosen_first))
            .map(|(time, inclusive)| Until { time, inclusive });
        let (source, input) = &mut self.inputs[chosen];
        Ok(input.take(max, until).map(|batch| (*source, batch)))
    }

    fn process(&mut self, source: usize, batch: ChangeBatch) -> Result<()> {
        if !self.dirty {
            self.dirty = true;
            self.dirty_since = self.now();
        }
        let rows = batch.rows() as u64;
        self.metrics.rows_in += rows;
        self.rows_ahead += rows;
        let mut context = Context { log: &self.log, metrics: &mut self.counted };
        self.chain.push(source, batch, &mut context, &mut self.out)?;
        for batch in self.out.drain(..) {
            self.metrics.rows_out += self.sink.write(batch, &mut context)?;
        }
        self.held.set(self.in_flight_bytes + self.sink.bytes());
        Ok(())
    }

    fn is_full(&self) -> bool {
        let bytes = self.sink.bytes();
        bytes >= self.env.options.output_bytes_max
            || (bytes > 0 && self.held.is_exhausted())
            || self.rows_ahead >= ROWS_AHEAD_MAX
    }

    fn is_due(&self) -> bool {
        let interval = Duration::from_millis(self.env.options.commit_interval_ms);
        self.now().saturating_sub(self.dirty_since) >= interval
    }

    fn now(&self) -> Duration {
        self.env.storage.clock().monotonic()
    }

    /// Whether all that was read is committed.
    pub fn is_clean(&self) -> bool {
        !self.dirty && !self.commit.is_in_flight()
    }

    /// Begins a commit of everything up to here. There must be none in flight.
    pub(super) fn begin_commit(&mut self) -> Result<()> {
        self.in_flight_bytes = self.sink.bytes();
        let done = self.commit.begin(&self.env, &mut self.chain, &mut self.sink, &self.inputs, &self.wake)?;
        self.dirty = false;
        self.rows_ahead = 0;
        if done {
            self.committed();
        }
        Ok(())
    }

    /// Takes the outcome of the commit in flight, if it is there.
    pub(super) fn settle(&mut self) -> Result<()> {
        if self.commit.settle(&self.env, &mut self.chain)? {
            self.committed();
        }
        Ok(())
    }

    fn committed(&mut self) {
        self.metrics.commits += 1;
        self.in_flight_bytes = 0;
        self.held.set(self.sink.bytes());
    }

    pub(super) fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// The commit in flight, which outlives a failed task.
    pub(super) fn in_flight(&self) -> Option<Arc<InFlight>> {
        self.commit.in_flight()
    }

    pub fn metrics(&mut self) -> QueryMetrics {
        let failed: u64 = self.inputs.iter_mut().map(|(_, input)| input.take_failed()).sum();
        self.metrics.failed_rows += failed + std::mem::take(&mut self.counted.failed_rows);
        self.metrics.late_rows += std::mem::take(&mut self.counted.late_rows);
        self.metrics
    }

    /// How far each input is.
    pub fn positions(&self) -> impl Iterator<Item = (&TopicPartition, i64)> {
        self.inputs.iter().map(|(_, input)| (input.partition(), input.position().offset))
    }

    /// How long until the task has to be looked at even if nothing happens.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.spec.push.as_ref().map(|_| Duration::from_millis(self.env.options.push_stall_ms.max(1)))
    }
}

fn sink(env: &Environment, spec: &SubPlanSpec, partition: i32) -> Result<TaskSink> {
    let relation = &spec.plan.sink.relation;
    Ok(match &spec.plan.sink.target {
        SinkTarget::Topic { topic, key_format, value_format, window, timestamp } => {
            let target = TopicTarget {
                topic,
                key_format,
                value_format,
                window: *window,
                timestamp: timestamp.as_ref(),
            };
            TaskSink::Topic(Box::new(TopicSink::new(&env.storage, target, relation, partition)?))
        }
        SinkTarget::Repartition { topic } => TaskSink::Exchange(Box::new(ExchangeSink::new(
            &env.storage,
            topic,
            &spec.exchange_key,
            relation,
            partition,
        )?)),
        SinkTarget::Push => {
            let push = spec.push.as_ref().ok_or_else(|| Error::internal("a push query without a reader"))?;
            let limit = Duration::from_millis(env.options.push_stall_ms);
            let sender = push.sender.lock().clone();
            let sender =
                sender.ok_or_else(|| Error::internal("a task of a push query cannot be started again"))?;
            TaskSink::Push(PushSink::new(sender, limit))
        }
        SinkTarget::None => TaskSink::None,
    })
}

/// Set by whoever wants a task to stop.
#[derive(Debug, Default)]
pub(super) struct Flag(AtomicBool);

impl Flag {
    pub fn set(&self, value: bool) {
        self.0.store(value, Ordering::Release);
    }

    pub fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
