//! WHERE and HAVING.

use std::sync::Arc;

use arrow::array::{BooleanArray, UInt32Array};
use arrow::compute::take;

use super::{Context, Operator, tombstone};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::Result;
use crate::expression::{Expr, Predicate};

/// Lets rows of a stream through for which the predicate is true. Records without a value are not let through.
pub struct StreamFilter {
    predicate: Predicate,
}

impl StreamFilter {
    pub fn new(predicate: &Expr, input: &Relation) -> Result<Self> {
        Ok(Self { predicate: Predicate::compile(predicate, input)? })
    }
}

impl Operator for StreamFilter {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let mut mask = self.predicate.evaluate(&batch, context.log)?;
        if let Some(ops) = batch.ops.as_ref().filter(|ops| ops.contains(&Op::Tombstone)) {
            mask = (0..batch.rows()).map(|row| Some(ops[row] != Op::Tombstone && mask.value(row))).collect();
        }
        match mask.true_count() {
            0 => {}
            all if all == batch.rows() => out.push(batch),
            _ => out.push(batch.filter(&mask)?),
        }
        Ok(())
    }
}

/// Lets rows of a table through, and tells a delete of a row that was let through and no longer is.
///
/// When the input does not tell the row before, it is not known what was let through: then each row that is not
/// becomes a tombstone, as in a `KTable` that does not send old values.
pub struct TableFilter {
    predicate: Predicate,
    relation: Relation,
    before_is_told: bool,
}

impl TableFilter {
    pub fn new(predicate: &Expr, input: &Relation, before_is_told: bool) -> Result<Self> {
        let predicate = Predicate::compile(predicate, input)?;
        Ok(Self { predicate, relation: input.clone(), before_is_told })
    }

    /// What comes of a row: which row, with what operation, at the time of which row.
    fn changes(&self, batch: &ChangeBatch, mask: &BooleanArray) -> (Vec<u32>, Vec<Op>, Vec<u32>) {
        let (mut rows, mut ops, mut times) = (vec![], vec![], vec![]);
        let mut push = |row: usize, op, time: usize| {
            rows.push(row as u32);
            ops.push(op);
            times.push(time as u32);
        };
        let count = batch.rows();
        let mut row = 0;
        while row < count {
            let passes = mask.value(row);
            match batch.op(row) {
                Op::UpdateBefore if row + 1 < count && batch.op(row + 1) == Op::UpdateAfter => {
                    match (passes, mask.value(row + 1)) {
                        (true, true) => {
                            push(row, Op::UpdateBefore, row);
                            push(row + 1, Op::UpdateAfter, row + 1);
                        }
                        (true, false) => push(row, Op::Delete, row + 1),
                        (false, true) => push(row + 1, Op::Insert, row + 1),
                        (false, false) => {}
                    }
                    row += 1;
                }
                Op::Tombstone if !self.before_is_told => push(row, Op::Tombstone, row),
                Op::Tombstone => {}
                op if passes => push(row, op, row),
                Op::Insert if !self.before_is_told => push(row, Op::Tombstone, row),
                _ => {}
            }
            row += 1;
        }
        (rows, ops, times)
    }
}

impl Operator for TableFilter {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let mask = self.predicate.evaluate(&batch, context.log)?;
        if batch.ops.is_none() && mask.true_count() == batch.rows() {
            out.push(batch);
            return Ok(());
        }
        let (rows, ops, times) = self.changes(&batch, &mask);
        if rows.is_empty() {
            return Ok(());
        }
        let moved = rows != times;
        let mut changes = batch.take(&UInt32Array::from(rows))?;
        let rowtime = self.relation.rowtime();
        if moved {
            changes.columns[rowtime] = take(&batch.columns[rowtime], &UInt32Array::from(times), None)?;
        }
        tombstone::clear(&mut changes.columns[self.relation.key.len()..rowtime], &ops)?;
        changes.ops = Some(Arc::from(ops));
        out.push(changes);
        Ok(())
    }
}
