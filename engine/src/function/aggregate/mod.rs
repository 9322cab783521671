//! Aggregate functions: one value out for each group of rows in.
//!
//! Groups are addressed by slots: small integers that the aggregation operator gives to the groups it has in memory.
//! An accumulator is a set of columns indexed by slot, so that a batch is folded in without a call per row.

use std::sync::OnceLock;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use super::signature::{self, ArgType, Binding, Signature};
use super::{Example, Returns};
use crate::error::{Error, Result};
use crate::schema::SqlType;

mod attr;
mod avg;
mod by_offset;
mod collect_list;
mod collect_set;
mod column;
mod correlation;
mod count;
mod count_distinct;
mod earliest_by_offset;
mod extreme;
mod hash;
mod histogram;
mod latest_by_offset;
mod max;
mod min;
mod stddev_samp;
mod stddev_sample;
mod sum;
mod sum_list;
mod tally;
mod top;
mod topk;
mod topkdistinct;
mod value_list;
mod variance;

#[cfg(test)]
mod laws;

/// An aggregate function.
pub struct AggregateFunction {
    pub name: &'static str,
    pub description: &'static str,
    /// Whether ksqlDB keeps an ARRAY, MAP or STRUCT between rows, which it refuses where the value format has none.
    pub nested_state: bool,
    pub variants: &'static [AggregateVariant],
    pub examples: &'static [Example],
}

impl AggregateFunction {
    /// The signatures of the variants, in their order.
    pub fn signatures(&self) -> Result<Vec<Signature>> {
        signature::parse_all(self.name, self.variants.iter().map(|variant| variant.signature))
    }

    /// Chooses the variant for these arguments, columns and constants together.
    pub fn resolve(&self, args: &[ArgType]) -> Result<Binding> {
        let no_lambdas = &mut |_: usize, _: &[SqlType]| Err(Error::internal("an aggregate takes no lambda"));
        let mut binding = signature::resolve(self.name, &self.signatures()?, args, no_lambdas)?;
        if let Returns::Computed(returns) = self.variants[binding.variant].returns {
            binding.returns = returns(&binding.args)?;
        }
        Ok(binding)
    }
}

/// One of the parameter lists that an aggregate takes.
pub struct AggregateVariant {
    /// As a scalar function's; constants that set the function up follow a semicolon: `(value T; k INT) -> ARRAY<T>`.
    pub signature: &'static str,
    pub description: &'static str,
    /// Whether rows can be taken out again, as the aggregation of a table needs.
    pub retractable: bool,
    /// The type of the answer where the signature cannot say it.
    pub returns: Returns,
    pub accumulator: fn(&AggregateArgs<'_>) -> Result<Box<dyn Accumulator>>,
}

/// What an accumulator is made from.
pub struct AggregateArgs<'a> {
    /// Types of the arguments before the semicolon.
    pub types: &'a [SqlType],
    /// The constants after it.
    pub constants: &'a [ScalarValue],
    /// The type of the answer.
    pub returns: &'a SqlType,
}

/// The state of one aggregate for many groups.
pub trait Accumulator: Send {
    /// Makes room for `slots` groups in all; the new ones are empty.
    fn grow(&mut self, slots: usize);

    /// Adds row `i` of the arguments to group `slots[i]`, in the order of the rows.
    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()>;

    /// Takes rows out again that were added before.
    fn retract(&mut self, _slots: &[u32], _args: &[ArrayRef]) -> Result<()> {
        Err(Error::internal("an aggregate that cannot take rows out was asked to"))
    }

    /// Adds all that group `from` holds to group `into`, as when sessions grow together. `into` is the earlier session;
    /// what `from` holds afterwards means nothing until it is reset. Functions that ask for the order of arrival (LATEST,
    /// EARLIEST) keep it in their state, so that they are right for sessions that arrived in another order.
    fn merge(&mut self, from: u32, into: u32) -> Result<()>;

    /// The answers of these groups, in the type that the function returns.
    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef>;

    /// The Arrow types of what [`Accumulator::save`] gives.
    fn state_types(&self) -> Vec<DataType>;

    /// All that is known of these groups, as columns for the store.
    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>>;

    /// Sets these groups to what [`Accumulator::save`] gave.
    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()>;

    /// Empties these groups, so that their slots can serve others.
    fn reset(&mut self, slots: &[u32]);
}

/// All aggregate functions.
pub const FUNCTIONS: &[&AggregateFunction] = &[
    &attr::ATTR,
    &avg::AVG,
    &collect_list::COLLECT_LIST,
    &collect_set::COLLECT_SET,
    &correlation::CORRELATION,
    &count::COUNT,
    &count_distinct::COUNT_DISTINCT,
    &earliest_by_offset::EARLIEST_BY_OFFSET,
    &histogram::HISTOGRAM,
    &latest_by_offset::LATEST_BY_OFFSET,
    &max::MAX,
    &min::MIN,
    &stddev_samp::STDDEV_SAMP,
    &stddev_sample::STDDEV_SAMPLE,
    &sum::SUM,
    &sum_list::SUM_LIST,
    &topk::TOPK,
    &topkdistinct::TOPKDISTINCT,
];

/// Functions that are not built in.
static EXTRA: OnceLock<Vec<&'static AggregateFunction>> = OnceLock::new();

/// Adds functions to those that are built in: once in a process, before its first engine opens. Later calls do nothing.
pub fn register(functions: Vec<&'static AggregateFunction>) {
    let _ = EXTRA.set(functions);
}

/// The function of a name (upper case).
pub fn find(name: &str) -> Option<&'static AggregateFunction> {
    FUNCTIONS.iter().chain(EXTRA.get().into_iter().flatten()).find(|function| function.name == name).copied()
}
