//! COUNT.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Int64Type};

use super::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
use crate::error::Result;
use crate::function::{Example, Returns};

pub(super) static COUNT: AggregateFunction = AggregateFunction {
    name: "COUNT",
    description: "Counts rows.",
    nested_state: false,
    variants: &[
        AggregateVariant {
            signature: "() -> BIGINT",
            description: "COUNT(*): how many rows there are.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: new,
        },
        AggregateVariant {
            signature: "(value ANY) -> BIGINT",
            description: "How many rows have a value that is not NULL.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: new,
        },
    ],
    examples: &[Example { call: "COUNT(*)", result: "3" }],
};

fn new(_: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(Count::default()))
}

#[derive(Default)]
struct Count {
    counts: Vec<i64>,
}

impl Count {
    fn add(&mut self, slots: &[u32], args: &[ArrayRef], by: i64) {
        match args.first().and_then(|array| array.logical_nulls()) {
            None => slots.iter().for_each(|slot| self.counts[*slot as usize] += by),
            Some(nulls) => {
                for (row, slot) in slots.iter().enumerate() {
                    self.counts[*slot as usize] += if nulls.is_valid(row) { by } else { 0 };
                }
            }
        }
    }
}

impl Accumulator for Count {
    fn grow(&mut self, slots: usize) {
        self.counts.resize(slots, 0);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, 1);
        Ok(())
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, -1);
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        self.counts[into as usize] += self.counts[from as usize];
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(slots.iter().map(|slot| self.counts[*slot as usize]).collect::<Int64Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let counts = state[0].as_primitive::<Int64Type>();
        slots.iter().zip(counts.values()).for_each(|(slot, count)| self.counts[*slot as usize] = *count);
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.counts[*slot as usize] = 0);
    }
}
