//! AVG.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, Float64Array};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};

use super::column::{ToDouble, each_value, gather, primitive};
use super::{Accumulator, AggregateFunction, AggregateVariant};
use crate::error::Result;
use crate::function::{Example, Returns};

pub(super) static AVG: AggregateFunction = AggregateFunction {
    name: "AVG",
    description: "The arithmetic mean of the values.",
    nested_state: true,
    variants: &[
        AggregateVariant {
            signature: "(value INT) -> DOUBLE",
            description: "The mean of the values that are not NULL, 0.0 when there is none.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Avg::<Int32Type, Int64Type>::default())),
        },
        AggregateVariant {
            signature: "(value BIGINT) -> DOUBLE",
            description: "The mean of the values that are not NULL, 0.0 when there is none.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Avg::<Int64Type, Int64Type>::default())),
        },
        AggregateVariant {
            signature: "(value DOUBLE) -> DOUBLE",
            description: "The mean of the values that are not NULL, 0.0 when there is none.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Avg::<Float64Type, Float64Type>::default())),
        },
    ],
    examples: &[Example { call: "AVG(amount)", result: "2.5" }],
};

/// Sums are kept in a wider type than the values, so that INTs do not wrap around.
struct Avg<T, S: ArrowPrimitiveType> {
    sums: Vec<S::Native>,
    counts: Vec<i64>,
    values: std::marker::PhantomData<fn() -> T>,
}

impl<T, S: ArrowPrimitiveType> Default for Avg<T, S> {
    fn default() -> Self {
        Self { sums: Vec::new(), counts: Vec::new(), values: std::marker::PhantomData }
    }
}

impl<T, S> Accumulator for Avg<T, S>
where
    T: ArrowPrimitiveType,
    S: ArrowPrimitiveType,
    S::Native: ArrowNativeTypeOp + From<T::Native> + ToDouble,
{
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, S::Native::ZERO);
        self.counts.resize(slots, 0);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let (sums, counts) = (&mut self.sums, &mut self.counts);
        each_value(slots, primitive::<T>(&args[0])?, |slot, value| {
            sums[slot] = sums[slot].add_wrapping(value.into());
            counts[slot] += 1;
        });
        Ok(())
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let (sums, counts) = (&mut self.sums, &mut self.counts);
        each_value(slots, primitive::<T>(&args[0])?, |slot, value| {
            sums[slot] = sums[slot].sub_wrapping(value.into());
            counts[slot] -= 1;
        });
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let (from, into) = (from as usize, into as usize);
        self.sums[into] = self.sums[into].add_wrapping(self.sums[from]);
        self.counts[into] += self.counts[from];
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let means = slots.iter().map(|slot| match self.counts[*slot as usize] {
            0 => 0.0,
            count => self.sums[*slot as usize].to_double() / count as f64,
        });
        Ok(Arc::new(means.collect::<Float64Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![S::DATA_TYPE, DataType::Int64]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            gather::<S>(&self.sums, slots, &S::DATA_TYPE),
            gather::<Int64Type>(&self.counts, slots, &DataType::Int64),
        ])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        each_value(slots, primitive::<S>(&state[0])?, |slot, sum| self.sums[slot] = sum);
        each_value(slots, primitive::<Int64Type>(&state[1])?, |slot, count| self.counts[slot] = count);
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        for slot in slots {
            self.sums[*slot as usize] = S::Native::ZERO;
            self.counts[*slot as usize] = 0;
        }
    }
}
