//! The aggregates of one GROUP BY, taken together: their arguments, their answers, their state as columns.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use crate::change::{ChangeBatch, Relation};
use crate::error::{Error, Result};
use crate::expression::{Evaluator, compile};
use crate::function::{Accumulator, AggregateArgs, aggregate, failure};
use crate::operator::{Context, ProcessingLog, RowFailure};
use crate::plan::AggregateCall;
use crate::schema::SqlType;

/// The arguments of each call, as columns.
pub type Arguments = Vec<Vec<ArrayRef>>;

pub struct Accumulators {
    calls: Vec<Call>,
    slots: usize,
}

struct Call {
    accumulator: Box<dyn Accumulator>,
    args: Vec<Evaluator>,
    /// How many of the state columns are this call's.
    state_columns: usize,
}

/// Constants are literals: nothing in them can fail for a row.
struct NoLog;

impl ProcessingLog for NoLog {
    fn failed(&self, _: RowFailure) {}
}

impl Accumulators {
    /// `input` is the relation that the arguments are over.
    pub fn compile(calls: &[AggregateCall], input: &Relation) -> Result<Self> {
        let calls = calls.iter().map(|call| Call::compile(call, input)).collect::<Result<_>>()?;
        Ok(Self { calls, slots: 0 })
    }

    pub fn arguments(&self, batch: &ChangeBatch, log: &dyn ProcessingLog) -> Result<Arguments> {
        self.calls.iter().map(|call| call.args.iter().map(|arg| arg.evaluate(batch, log)).collect()).collect()
    }

    /// Makes room for slots below `slots`.
    pub fn grow(&mut self, slots: usize) {
        if slots > self.slots {
            self.slots = slots;
            self.calls.iter_mut().for_each(|call| call.accumulator.grow(slots));
        }
    }

    /// Adds the rows, or takes them out again.
    pub fn update(
        &mut self,
        slots: &[u32],
        arguments: &Arguments,
        retract: bool,
        context: &mut Context<'_>,
    ) -> Result<()> {
        if slots.is_empty() {
            return Ok(());
        }
        for (call, args) in self.calls.iter_mut().zip(arguments) {
            let (done, failures) = failure::collect(|| match retract {
                false => call.accumulator.update(slots, args),
                true => call.accumulator.retract(slots, args),
            });
            done?;
            context.metrics.failed_rows += failures.len() as u64;
            for failure in failures {
                let (operation, reason) = ("aggregate", failure.reason);
                context.log.failed(RowFailure { operation, reason, position: None });
            }
        }
        Ok(())
    }

    /// Adds the groups in `from` to the group `into`, the earlier first.
    pub fn merge(&mut self, from: &[u32], into: u32) -> Result<()> {
        for call in &mut self.calls {
            from.iter().try_for_each(|from| call.accumulator.merge(*from, into))?;
        }
        Ok(())
    }

    /// One column for each call.
    pub fn evaluate(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        self.calls.iter().map(|call| call.accumulator.evaluate(slots)).collect()
    }

    /// Types of the columns that [`Accumulators::save`] gives.
    pub fn state_types(&self) -> Vec<DataType> {
        self.calls.iter().flat_map(|call| call.accumulator.state_types()).collect()
    }

    pub fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let states =
            self.calls.iter().map(|call| call.accumulator.save(slots)).collect::<Result<Vec<_>>>()?;
        Ok(states.into_iter().flatten().collect())
    }

    pub fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let mut rest = state;
        for call in &mut self.calls {
            let (own, others) = rest
                .split_at_checked(call.state_columns)
                .ok_or_else(|| Error::internal("the state of a group has too few columns"))?;
            call.accumulator.restore(slots, own)?;
            rest = others;
        }
        Ok(())
    }

    /// Empties the slots.
    pub fn reset(&mut self, slots: &[u32]) {
        if !slots.is_empty() {
            self.calls.iter_mut().for_each(|call| call.accumulator.reset(slots));
        }
    }
}

impl Call {
    fn compile(call: &AggregateCall, input: &Relation) -> Result<Self> {
        let variant = aggregate::find(&call.function)
            .and_then(|function| function.variants.get(call.variant))
            .ok_or_else(|| {
                Error::internal(format!("there is no variant {} of {}", call.variant, call.function))
            })?;
        let constants = call
            .constants
            .iter()
            .map(|expr| {
                let value = compile(expr, &Relation::default())?.evaluate_columns(&[], 1, &NoLog)?;
                Ok(ScalarValue::try_from_array(&value, 0)?)
            })
            .collect::<Result<Vec<_>>>()?;
        let types: Vec<SqlType> = call.args.iter().map(|arg| arg.ty.clone()).collect();
        let args = AggregateArgs { types: &types, constants: &constants, returns: &call.returns };
        let accumulator = (variant.accumulator)(&args)?;
        let state_columns = accumulator.state_types().len();
        let args = call.args.iter().map(|arg| compile(arg, input)).collect::<Result<_>>()?;
        Ok(Self { accumulator, args, state_columns })
    }
}
