//! Cuts a plan where rows have to change partition.
//!
//! A task sees one partition of its sources, so a step that brings rows of one key together needs them all in the same
//! partition. Where the key is another than the one that the rows came by, the plan is cut: one sub-plan writes the rows
//! under their new key to an internal topic, the next reads them there. With one partition there is nothing to cut.

use crate::change::{Field, Relation};
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind};
use crate::format::FormatInfo;
use crate::plan::{Aggregate, Plan, Sink, SinkTarget, Source, SourceKind, Step, SubPlan};
use crate::schema::{Column, Namespace};

/// The plan of these steps over topics with more than one partition. Internal topics are called `prefix`, a number, and
/// `-repartition`.
///
/// # Errors
/// Steps that cannot run over several partitions yet.
pub fn split(root: Step, sink: Sink, stores: u16, prefix: &str) -> Result<Plan> {
    let mut cutter = Cutter { prefix, parts: Vec::new() };
    let root = cutter.cut(root)?.step;
    let mut subplans = cutter.parts;
    subplans.push(SubPlan { root, sink });
    Ok(Plan { subplans, stores })
}

/// A step, and whether its rows are in the partitions that their keys say.
struct Placed {
    step: Step,
    keyed: bool,
}

struct Cutter<'a> {
    prefix: &'a str,
    parts: Vec<SubPlan>,
}

impl Cutter<'_> {
    fn cut(&mut self, step: Step) -> Result<Placed> {
        Ok(match step {
            Step::Source(_) => Placed { step, keyed: true },
            Step::Filter { input, predicate } => {
                let input = self.cut(*input)?;
                Placed { step: Step::Filter { input: Box::new(input.step), predicate }, keyed: input.keyed }
            }
            Step::Limit { input, rows } => {
                let input = self.cut(*input)?;
                Placed { step: Step::Limit { input: Box::new(input.step), rows }, keyed: input.keyed }
            }
            Step::Project { input, key, value, relation, rekey } => {
                let input = self.cut(*input)?;
                let step = Step::Project { input: Box::new(input.step), key, value, relation, rekey };
                Placed { step, keyed: input.keyed && !rekey }
            }
            Step::FlatMap { input, calls, relation } => {
                let input = self.cut(*input)?;
                let step = Step::FlatMap { input: Box::new(input.step), calls, relation };
                Placed { step, keyed: input.keyed }
            }
            Step::Materialize { input, store } => {
                let input = self.cut(*input)?;
                let input = Box::new(self.keyed(input));
                Placed { step: Step::Materialize { input, store }, keyed: true }
            }
            Step::Aggregate(aggregate) => self.aggregate(aggregate)?,
            Step::StreamStreamJoin(mut join) => {
                (join.left, join.right) = self.sides(*join.left, *join.right)?;
                Placed { step: Step::StreamStreamJoin(join), keyed: true }
            }
            Step::StreamTableJoin(mut join) => {
                (join.left, join.right) = self.sides(*join.left, *join.right)?;
                Placed { step: Step::StreamTableJoin(join), keyed: true }
            }
            Step::TableTableJoin(mut join) => {
                (join.left, join.right) = self.sides(*join.left, *join.right)?;
                Placed { step: Step::TableTableJoin(join), keyed: true }
            }
            Step::ForeignKeyJoin(_) => {
                return Err(Error::user(
                    "A foreign-key join over topics with more than one partition is not supported yet. \
                     Use topics with one partition, or join on the primary keys.",
                ));
            }
        })
    }

    fn sides(&mut self, left: Step, right: Step) -> Result<(Box<Step>, Box<Step>)> {
        let left = self.cut(left)?;
        let left = self.keyed(left);
        let right = self.cut(right)?;
        Ok((Box::new(left), Box::new(self.keyed(right))))
    }

    /// GROUP BY the key stays where it is; other groups are sent to where they belong, with the columns that the
    /// aggregates read.
    fn aggregate(&mut self, mut aggregate: Aggregate) -> Result<Placed> {
        let input = self.cut(*aggregate.input)?;
        let keys = input.step.relation().key.len();
        let by_key = aggregate.group_by.len() == keys
            && aggregate.group_by.iter().enumerate().all(|(i, expr)| expr.kind == ExprKind::Column(i));
        if by_key && input.keyed {
            aggregate.input = Box::new(input.step);
            return Ok(Placed { step: Step::Aggregate(aggregate), keyed: true });
        }
        let old = input.step.relation().clone();
        let mut read: Vec<usize> = Vec::new();
        for arg in aggregate.aggregates.iter().flat_map(|call| &call.args) {
            arg.visit(&mut |inner| {
                if let ExprKind::Column(index) = inner.kind
                    && index < old.rowtime()
                    && !read.contains(&index)
                {
                    read.push(index);
                }
            });
        }
        let fields: Vec<&Field> = old.key.iter().chain(&old.value).collect();
        let relation = Relation {
            key: aggregate.relation.key.clone(),
            value: read.iter().map(|index| fields[*index].clone()).collect(),
            windowed: false,
            positioned: false,
        };
        let groups = aggregate.group_by.len();
        let rowtime = relation.rowtime();
        for arg in aggregate.aggregates.iter_mut().flat_map(|call| &mut call.args) {
            arg.map_columns(&|index| match read.iter().position(|old| *old == index) {
                Some(position) => groups + position,
                None => rowtime,
            });
        }
        let value = read.iter().map(|index| Expr::column(*index, fields[*index].ty.clone())).collect();
        let key = std::mem::take(&mut aggregate.group_by);
        aggregate.group_by =
            key.iter().enumerate().map(|(i, expr)| Expr::column(i, expr.ty.clone())).collect();
        let rekeyed = Step::Project { input: Box::new(input.step), key, value, relation, rekey: true };
        aggregate.input = Box::new(self.shuffle(rekeyed));
        Ok(Placed { step: Step::Aggregate(aggregate), keyed: true })
    }

    fn keyed(&mut self, placed: Placed) -> Step {
        if placed.keyed { placed.step } else { self.shuffle(placed.step) }
    }

    /// Sends the rows through an internal topic, by their key.
    fn shuffle(&mut self, step: Step) -> Step {
        let topic = format!("{}-{}-repartition", self.prefix, self.parts.len());
        let relation = step.relation().clone();
        let columns = |fields: &[Field], namespace: Namespace| -> Vec<Column> {
            fields
                .iter()
                .map(|field| Column {
                    name: field.name.clone(),
                    ty: field.ty.clone(),
                    namespace: namespace.clone(),
                })
                .collect()
        };
        let columns =
            [columns(&relation.key, Namespace::Key), columns(&relation.value, Namespace::Value)].concat();
        self.parts.push(SubPlan {
            root: step,
            sink: Sink {
                relation: relation.clone(),
                target: SinkTarget::Repartition { topic: topic.clone() },
            },
        });
        Step::Source(Source {
            name: topic.clone(),
            kind: SourceKind::Stream,
            topic,
            // Internal topics carry Arrow's own encoding; these are not looked at.
            key_format: FormatInfo::new("JSON"),
            value_format: FormatInfo::new("JSON"),
            wanted: (0..columns.len()).collect(),
            columns,
            relation,
            timestamp: None,
            window: None,
        })
    }
}
