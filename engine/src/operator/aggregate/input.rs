//! What an aggregation takes from a batch: for each row its group, the arguments and the time.

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;

use super::accumulators::{Accumulators, Arguments};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::Result;
use crate::expression::{Evaluator, Expr, compile, evaluate_all};
use crate::operator::{Context, RowFailure};

/// Evaluates the groups of rows.
pub struct Input {
    groups: Vec<Evaluator>,
    relation: Relation,
    /// Rows may be taken out again.
    table: bool,
}

/// Rows to be folded in.
pub struct Rows {
    /// The group's columns.
    pub keys: Vec<ArrayRef>,
    pub arguments: Arguments,
    pub times: Vec<i64>,
    /// Whether the row is taken out; `None`: none is.
    pub retract: Option<Vec<bool>>,
    /// Rows that have a NULL in their group, to be left out.
    pub nulls: Option<NullBuffer>,
    /// Where each row stands in the batch, `None` if at its own index.
    pub origin: Option<Vec<u32>>,
}

impl Input {
    pub fn compile(group_by: &[Expr], input: &Relation, table: bool) -> Result<Self> {
        let groups = group_by.iter().map(|expr| compile(expr, input)).collect::<Result<_>>()?;
        Ok(Self { groups, relation: input.clone(), table })
    }

    /// The batch without the rows that have no value.
    pub fn with_values(&self, batch: ChangeBatch) -> Result<ChangeBatch> {
        match &batch.ops {
            Some(ops) if ops.contains(&Op::Tombstone) => {
                let mask = ops.iter().map(|op| Some(*op != Op::Tombstone)).collect();
                batch.filter(&mask)
            }
            _ => Ok(batch),
        }
    }

    /// The times of the rows of a stream.
    pub fn times<'a>(&self, batch: &'a ChangeBatch) -> Result<&'a [i64]> {
        Ok(batch.timestamps(&self.relation)?.values())
    }

    /// The rows of a batch that has only rows with values.
    pub fn rows(
        &self,
        batch: &ChangeBatch,
        accumulators: &Accumulators,
        context: &mut Context<'_>,
    ) -> Result<Rows> {
        let keys = evaluate_all(&self.groups, batch, context.log)?;
        let arguments = accumulators.arguments(batch, context.log)?;
        let mut times = batch.timestamps(&self.relation)?.values().to_vec();
        let mut retract = None;
        if let Some(ops) = batch.ops.as_ref().filter(|_| self.table) {
            retract = Some(ops.iter().map(|op| matches!(op, Op::UpdateBefore | Op::Delete)).collect());
            // The row before is taken out when the row after comes, not when it came itself.
            for (row, pair) in ops.windows(2).enumerate() {
                if pair == [Op::UpdateBefore, Op::UpdateAfter] {
                    times[row] = times[row + 1];
                }
            }
        }
        let nulls = keys
            .iter()
            .fold(None, |nulls, key| NullBuffer::union(nulls.as_ref(), key.logical_nulls().as_ref()));
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
        if let Some(nulls) = &nulls {
            context.metrics.failed_rows += nulls.null_count() as u64;
            for row in (0..nulls.len()).filter(|row| nulls.is_null(*row)) {
                let column = keys.iter().position(|key| key.is_null(row)).unwrap_or(0);
                let reason =
                    format!("GROUP BY expression {} is NULL: the row belongs to no group", column + 1);
                context.log.failed(RowFailure { operation: "group by", reason, position: None });
            }
        }
        Ok(Rows { keys, arguments, times, retract, nulls, origin: None })
    }
}

impl Rows {
    /// The rows at these indices, in this order.
    pub fn select(self, rows: Vec<u32>) -> Result<Self> {
        let indices = UInt32Array::from(rows);
        let take_all = |columns: Vec<ArrayRef>| {
            columns.iter().map(|column| Ok(take(column, &indices, None)?)).collect::<Result<Vec<_>>>()
        };
        let at = |row: &u32| *row as usize;
        Ok(Self {
            keys: take_all(self.keys)?,
            arguments: self.arguments.into_iter().map(take_all).collect::<Result<_>>()?,
            times: indices.values().iter().map(|row| self.times[at(row)]).collect(),
            retract: self.retract.map(|all| indices.values().iter().map(|row| all[at(row)]).collect()),
            nulls: None,
            origin: Some(indices.values().to_vec()),
        })
    }

    /// Where a row stands in the batch.
    pub fn origin(&self, row: u32) -> u32 {
        self.origin.as_ref().map_or(row, |origin| origin[row as usize])
    }

    /// The arguments of the rows `[from, from + count)`.
    pub fn arguments_of(&self, from: usize, count: usize) -> Arguments {
        let slice =
            |columns: &Vec<ArrayRef>| columns.iter().map(|column| column.slice(from, count)).collect();
        self.arguments.iter().map(slice).collect()
    }
}
