//! Table functions: each row becomes as many rows as its longest result has items; shorter results give NULL.

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array, UInt32Builder};
use arrow::compute::take;

use super::{Context, Operator, RowFailure};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};
use crate::expression::{Evaluator, Expr, ExprKind, compile};
use crate::function::{Arg, Call, TableVariant, failure, table};
use crate::schema::SqlType;

/// Rows from rows. A record without a value gives none; a row that a function fails for gives none of that function's.
pub struct FlatMap {
    functions: Vec<Function>,
    /// Where the results go: behind the value columns of the input.
    rowtime: usize,
}

struct Function {
    name: String,
    variant: &'static TableVariant,
    args: Vec<Evaluator>,
    types: Vec<SqlType>,
    returns: SqlType,
}

impl FlatMap {
    pub fn new(input: &Relation, calls: &[Expr]) -> Result<Self> {
        let functions = calls
            .iter()
            .map(|call| {
                let ExprKind::Call { function, variant, args } = &call.kind else {
                    return Err(Error::internal("a table function is not a call"));
                };
                let variant = table::find(function)
                    .and_then(|found| found.variants.get(*variant))
                    .ok_or_else(|| Error::internal(format!("no table function {function}")))?;
                Ok(Function {
                    name: function.clone(),
                    variant,
                    args: args.iter().map(|arg| compile(arg, input)).collect::<Result<_>>()?,
                    types: args.iter().map(|arg| arg.ty.clone()).collect(),
                    returns: call.ty.clone(),
                })
            })
            .collect::<Result<_>>()?;
        Ok(Self { functions, rowtime: input.rowtime() })
    }
}

impl Function {
    fn evaluate(&self, batch: &ChangeBatch, context: &Context<'_>) -> Result<ListArray> {
        let args = self
            .args
            .iter()
            .map(|arg| Ok(Arg::Column { array: arg.evaluate(batch, context.log)?, constant: false }))
            .collect::<Result<Vec<_>>>()?;
        let call = Call { args: &args, types: &self.types, rows: batch.rows(), returns: &self.returns };
        let (lists, failures) = failure::collect(|| (self.variant.call)(&call));
        for failure in failures {
            let reason = format!("Table function {} threw an exception: {}", self.name, failure.reason);
            context.log.failed(RowFailure { operation: "table function", reason, position: None });
        }
        let lists = lists?;
        lists.as_list_opt::<i32>().cloned().ok_or_else(|| Error::internal("a table function gave no lists"))
    }
}

impl Operator for FlatMap {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let lists = self
            .functions
            .iter()
            .map(|function| function.evaluate(&batch, context))
            .collect::<Result<Vec<_>>>()?;
        let length = |list: &ListArray, row: usize| {
            if list.is_null(row) { 0 } else { list.value_length(row) as usize }
        };
        // For each row that comes out: the row that it comes from, and in each list the item.
        let mut origins: Vec<u32> = Vec::with_capacity(batch.rows());
        let mut items: Vec<UInt32Builder> = lists.iter().map(|_| UInt32Builder::new()).collect();
        for row in (0..batch.rows()).filter(|row| batch.op(*row) != Op::Tombstone) {
            let rows = lists.iter().map(|list| length(list, row)).max().unwrap_or(0);
            origins.extend(std::iter::repeat_n(row as u32, rows));
            for (list, items) in lists.iter().zip(&mut items) {
                let (from, count) = (list.value_offsets()[row] as usize, length(list, row));
                for item in 0..rows {
                    items.append_option((item < count).then_some((from + item) as u32));
                }
            }
        }
        if origins.is_empty() {
            return Ok(());
        }
        let mut given = batch.take(&UInt32Array::from(origins))?;
        let columns = lists
            .iter()
            .zip(&mut items)
            .map(|(list, items)| Ok(take(list.values(), &items.finish(), None)?))
            .collect::<Result<Vec<ArrayRef>>>()?;
        given.columns.splice(self.rowtime..self.rowtime, columns);
        out.push(given);
        Ok(())
    }
}
