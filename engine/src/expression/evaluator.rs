//! What operators hold: compiled expressions over the batches of one relation.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::buffer::BooleanBuffer;

use super::compile::compile;
use super::logic::truth;
use super::node::{Frame, Node, Value, null_at};
use super::typed::Expr;
use crate::change::{ChangeBatch, Relation};
use crate::error::{Error, Result};
use crate::function::failure::{self, Failure};
use crate::operator::{ProcessingLog, RowFailure};
use crate::schema::SqlType;

/// A compiled expression.
pub struct Evaluator {
    node: Node,
    ty: SqlType,
    /// The expression as text, for the processing log.
    text: String,
}

impl Evaluator {
    pub(super) fn new(node: Node, ty: SqlType, text: String) -> Self {
        Self { node, ty, text }
    }

    pub fn ty(&self) -> &SqlType {
        &self.ty
    }

    /// One value per row. A row that the expression fails for is NULL and told to the log.
    pub fn evaluate(&self, batch: &ChangeBatch, log: &dyn ProcessingLog) -> Result<ArrayRef> {
        self.evaluate_columns(&batch.columns, batch.rows(), log)
    }

    /// As [`Evaluator::evaluate`], over columns in the relation's order.
    pub fn evaluate_columns(
        &self,
        columns: &[ArrayRef],
        rows: usize,
        log: &dyn ProcessingLog,
    ) -> Result<ArrayRef> {
        let (array, failures) = self.evaluate_collecting(columns, rows)?;
        for failure in failures {
            log.failed(RowFailure { operation: "expression", reason: self.reason(failure), position: None });
        }
        Ok(array)
    }

    /// One value per row and the rows that failed, which are NULL, each once and in order.
    pub fn evaluate_collecting(&self, columns: &[ArrayRef], rows: usize) -> Result<(ArrayRef, Vec<Failure>)> {
        let frame = Frame { columns, parameters: &[], rows };
        let (value, mut failures) = failure::collect(|| self.node.evaluate(frame));
        let value = value?;
        if failures.is_empty() {
            return Ok((value.into_column(rows)?, failures));
        }
        // Of a row's failures one is told, rather one that takes the whole answer.
        failures.sort_by_key(|failure| (failure.row, failure.partial));
        failures.dedup_by_key(|failure| failure.row);
        // A constant's failure, noted once, is every row's.
        if value.is_constant() {
            let failure = failures.swap_remove(0);
            let array =
                if failure.partial { value.into_column(rows)? } else { super::node::nulls(&self.ty, rows) };
            return Ok((array, (0..rows).map(|row| Failure { row, ..failure.clone() }).collect()));
        }
        let whole = failures.iter().filter(|failure| !failure.partial).map(|failure| failure.row);
        Ok((null_at(value.array(), whole)?, failures))
    }

    fn reason(&self, failure: Failure) -> String {
        format!("Error computing expression {}: {}", self.text, failure.reason)
    }
}

/// A compiled condition: rows that it fails for, and NULL, count as false.
pub struct Predicate {
    evaluator: Evaluator,
}

impl Predicate {
    pub fn compile(expr: &Expr, relation: &Relation) -> Result<Self> {
        if expr.ty != SqlType::Boolean {
            return Err(Error::internal(format!("a condition is {}, not BOOLEAN", expr.ty)));
        }
        Ok(Self { evaluator: compile(expr, relation)? })
    }

    pub fn evaluate(&self, batch: &ChangeBatch, log: &dyn ProcessingLog) -> Result<BooleanArray> {
        let rows = batch.rows();
        let array = self.evaluator.evaluate(batch, log)?;
        Ok(BooleanArray::new(truth(&Value::Column(array), rows)?, None))
    }

    /// As [`Predicate::evaluate`], over columns in the relation's order.
    pub fn evaluate_columns(
        &self,
        columns: &[ArrayRef],
        rows: usize,
        log: &dyn ProcessingLog,
    ) -> Result<BooleanBuffer> {
        truth(&Value::Column(self.evaluator.evaluate_columns(columns, rows, log)?), rows)
    }
}

/// Evaluates each expression over the batch.
pub fn evaluate_all(
    evaluators: &[Evaluator],
    batch: &ChangeBatch,
    log: &dyn ProcessingLog,
) -> Result<Vec<ArrayRef>> {
    evaluators.iter().map(|evaluator| evaluator.evaluate(batch, log)).collect()
}
