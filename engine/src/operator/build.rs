//! From steps to operators: the only place that knows which step needs which.

use super::aggregate::{FixedAggregate, SessionAggregate};
use super::filter::{StreamFilter, TableFilter};
use super::flat_map::FlatMap;
use super::limit::Limit;
use super::materialize::Materialize;
use super::project::Project;
use super::stream_stream_join::StreamStreamJoin;
use super::stream_table_join::StreamTableJoin;
use super::table_table_join::TableTableJoin;
use super::{Context, Operator, Store};
use crate::change::ChangeBatch;
use crate::error::{Error, Result};
use crate::plan::{Aggregate, SourceKind, Step, WindowKind};

/// The operators of a sub-plan, each before the one that it feeds; the last one gives the sub-plan's rows.
pub struct Chain {
    nodes: Vec<Node>,
    /// For each source, in the order of [`Step::sources`], what it feeds; `None`: it is the root.
    sources: Vec<Target>,
}

/// Which input of which node rows go to; `None` is the outside.
type Target = Option<(usize, usize)>;

struct Node {
    operator: Box<dyn Operator>,
    target: Target,
}

impl Chain {
    /// `stores` gives the store with a number, for the partition that the chain runs for.
    pub fn build(root: &Step, stores: impl Fn(u16) -> Store) -> Result<Self> {
        Self::build_telling(root, true, stores)
    }

    /// As [`Chain::build`], when nobody who takes the rows asks for the row before a change: it costs less.
    pub fn build_without_before(root: &Step, stores: impl Fn(u16) -> Store) -> Result<Self> {
        Self::build_telling(root, false, stores)
    }

    fn build_telling(root: &Step, before: bool, stores: impl Fn(u16) -> Store) -> Result<Self> {
        let mut chain = Self { nodes: vec![], sources: vec![] };
        chain.add(root, before, &stores)?;
        Ok(chain)
    }

    /// Adds a step and all below it. `before`: who takes the step's rows wants to know the row before.
    fn add(&mut self, step: &Step, before: bool, stores: &dyn Fn(u16) -> Store) -> Result<End> {
        let mut inputs = vec![];
        for input in step.inputs() {
            inputs.push(self.add(input, wants_before(step, before), stores)?);
        }
        let Some(operator) = operator(step, before, stores)? else {
            self.sources.push(None);
            return Ok(End::Source(self.sources.len() - 1));
        };
        let node = self.nodes.len();
        self.nodes.push(Node { operator, target: None });
        for (port, end) in inputs.into_iter().enumerate() {
            match end {
                End::Source(source) => self.sources[source] = Some((node, port)),
                End::Node(below) => self.nodes[below].target = Some((node, port)),
            }
        }
        Ok(End::Node(node))
    }

    /// Runs a batch of a source through all that it feeds; what the root gives is appended to `out`.
    pub fn push(
        &mut self,
        source: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let first =
            self.sources.get(source).ok_or_else(|| Error::internal("a batch of an unknown source"))?;
        let mut target = *first;
        let mut batches = vec![batch];
        while let Some((node, port)) = target {
            let node = &mut self.nodes[node];
            let mut given = vec![];
            for batch in batches.drain(..).filter(|batch| !batch.is_empty()) {
                node.operator.process(port, batch, context, &mut given)?;
            }
            if given.is_empty() {
                return Ok(());
            }
            batches = given;
            target = node.target;
        }
        out.append(&mut batches);
        Ok(())
    }

    /// Writes what changed since the last flush into the commit that is being made.
    pub fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        self.nodes.iter_mut().try_for_each(|node| node.operator.flush(batch))
    }

    /// The commit that the last flush belonged to is in the store.
    pub fn committed(&mut self) {
        self.nodes.iter_mut().for_each(|node| node.operator.committed());
    }

    /// Nothing will come any more, whatever is pushed: a LIMIT is reached.
    pub fn finished(&self) -> bool {
        self.nodes.iter().any(|node| node.operator.finished())
    }
}

/// What the rows of a step come out of.
enum End {
    Source(usize),
    Node(usize),
}

/// The operator of a step; none for a source.
fn operator(step: &Step, before: bool, stores: &dyn Fn(u16) -> Store) -> Result<Option<Box<dyn Operator>>> {
    Ok(Some(match step {
        Step::Source(_) => return Ok(None),
        Step::Filter { input, predicate } if is_table(input) => {
            Box::new(TableFilter::new(predicate, input.relation(), tells_before(input))?)
        }
        Step::Filter { input, predicate } => Box::new(StreamFilter::new(predicate, input.relation())?),
        Step::Project { input, key, value, relation, rekey } => {
            Box::new(Project::new(input.relation(), key, value, relation, *rekey)?)
        }
        Step::Aggregate(plan) => aggregate(plan, stores(plan.store))?,
        Step::Materialize { input, store } => {
            Box::new(Materialize::new(input.relation(), retention(input), before, stores(*store))?)
        }
        Step::Limit { rows, .. } => Box::new(Limit::new(*rows)),
        Step::FlatMap { input, calls, .. } => Box::new(FlatMap::new(input.relation(), calls)?),
        Step::StreamTableJoin(plan) => Box::new(StreamTableJoin::new(plan, stores(plan.store))?),
        Step::TableTableJoin(plan) => {
            Box::new(TableTableJoin::new(plan, [stores(plan.store), stores(plan.store + 1)])?)
        }
        Step::StreamStreamJoin(plan) => {
            Box::new(StreamStreamJoin::new(plan, [0, 1, 2].map(|number| stores(plan.store + number)))?)
        }
        Step::ForeignKeyJoin(_) => return Err(Error::internal("joins on foreign keys do not run yet")),
    }))
}

fn aggregate(plan: &Aggregate, store: Store) -> Result<Box<dyn Operator>> {
    Ok(match &plan.window {
        Some(window) => match window.kind {
            WindowKind::Session { gap_ms } => Box::new(SessionAggregate::new(plan, window, gap_ms, store)?),
            _ => Box::new(FixedAggregate::new(plan, store)?),
        },
        None => Box::new(FixedAggregate::new(plan, store)?),
    })
}

/// Whether a step's rows are changes of a table.
fn is_table(step: &Step) -> bool {
    match step {
        Step::Source(source) => source.kind == SourceKind::Table,
        Step::Filter { input, .. }
        | Step::Project { input, .. }
        | Step::FlatMap { input, .. }
        | Step::Limit { input, .. } => is_table(input),
        Step::StreamTableJoin(_) | Step::StreamStreamJoin(_) => false,
        Step::Aggregate(_) | Step::Materialize { .. } | Step::TableTableJoin(_) | Step::ForeignKeyJoin(_) => {
            true
        }
    }
}

/// Whether a step wants to know the row before from its inputs, when who takes its own rows does or does not.
fn wants_before(step: &Step, before: bool) -> bool {
    match step {
        Step::Filter { input, .. } => is_table(input),
        Step::Aggregate(plan) => plan.input_is_table,
        Step::Project { rekey, .. } => before || *rekey,
        Step::FlatMap { .. } | Step::Limit { .. } => before,
        // These keep the rows themselves.
        _ => false,
    }
}

/// Whether a table's changes come with the row before, when it is asked for.
fn tells_before(step: &Step) -> bool {
    match step {
        Step::Source(_) => false,
        Step::Filter { input, .. }
        | Step::Project { input, .. }
        | Step::FlatMap { input, .. }
        | Step::Limit { input, .. } => tells_before(input),
        Step::Aggregate(plan) => plan.tell_before || plan.emit == crate::plan::Emit::Final,
        _ => true,
    }
}

/// How long the windows of a windowed table are kept, where the steps say it.
fn retention(step: &Step) -> Option<i64> {
    match step {
        Step::Aggregate(plan) => plan.window.map(|window| window.retention_ms),
        Step::Filter { input, .. } | Step::Project { input, .. } | Step::Materialize { input, .. } => {
            retention(input)
        }
        _ => None,
    }
}
