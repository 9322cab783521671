//! SELECT's expressions, and PARTITION BY.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array};
use arrow::compute::nullif;

use super::{Context, Operator, tombstone};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};
use crate::expression::{Evaluator, Expr, ExprKind, compile, evaluate_all};

/// New columns from old.
///
/// A record without a value stays one. Its new key is what the expressions say when they read the old key only, and NULL
/// when they read the value that is not there.
pub struct Project {
    key: Vec<Evaluator>,
    value: Vec<Evaluator>,
    /// Whether a key expression reads more than the key.
    key_reads_value: Vec<bool>,
    rekey: bool,
    input: Relation,
    /// Indices of the pseudo columns that pass through.
    pass: Vec<usize>,
}

impl Project {
    pub fn new(
        input: &Relation,
        key: &[Expr],
        value: &[Expr],
        relation: &Relation,
        rekey: bool,
    ) -> Result<Self> {
        let compile_all =
            |exprs: &[Expr]| exprs.iter().map(|expr| compile(expr, input)).collect::<Result<Vec<_>>>();
        let mut pass = vec![input.rowtime()];
        let missing = || Error::internal("a projection gives pseudo columns that its input does not have");
        if relation.windowed {
            let start = input.window_start().ok_or_else(missing)?;
            pass.extend([start, start + 1]);
        }
        if relation.positioned {
            let partition = input.row_partition().ok_or_else(missing)?;
            pass.extend([partition, partition + 1]);
        }
        Ok(Self {
            key: compile_all(key)?,
            value: compile_all(value)?,
            key_reads_value: key.iter().map(|expr| reads_value(expr, input)).collect(),
            rekey,
            input: input.clone(),
            pass,
        })
    }
}

fn reads_value(expr: &Expr, input: &Relation) -> bool {
    let value = input.key.len()..input.rowtime();
    let mut reads = false;
    expr.visit(&mut |inner| reads |= matches!(inner.kind, ExprKind::Column(index) if value.contains(&index)));
    reads
}

/// The times of rows that go to other keys: the row before is taken from its key when the row after comes.
fn times_of_changes(times: &Int64Array, ops: &[Op]) -> ArrayRef {
    let at = |row: usize| match ops[row..] {
        [Op::UpdateBefore, Op::UpdateAfter, ..] => times.value(row + 1),
        _ => times.value(row),
    };
    Arc::new(Int64Array::from_iter_values((0..times.len()).map(at)))
}

impl Operator for Project {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut columns = evaluate_all(&self.key, &batch, context.log)?;
        let mut values = evaluate_all(&self.value, &batch, context.log)?;
        let mut pass: Vec<ArrayRef> = self.pass.iter().map(|index| batch.columns[*index].clone()).collect();
        if let Some(ops) = &batch.ops {
            tombstone::clear(&mut values, ops)?;
            if self.rekey && ops.contains(&Op::Tombstone) {
                let mask: BooleanArray = ops.iter().map(|op| Some(*op == Op::Tombstone)).collect();
                for (key, _) in columns.iter_mut().zip(&self.key_reads_value).filter(|(_, reads)| **reads) {
                    *key = nullif(key, &mask)?;
                }
            }
            if self.rekey && ops.contains(&Op::UpdateBefore) {
                pass[0] = times_of_changes(batch.timestamps(&self.input)?, ops);
            }
        }
        columns.extend(values);
        columns.extend(pass);
        out.push(ChangeBatch { columns, ops: batch.ops, headers: batch.headers });
        Ok(())
    }
}
