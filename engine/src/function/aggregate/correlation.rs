//! CORRELATION.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Float64Type};

use super::column::primitive;
use super::{Accumulator, AggregateFunction, AggregateVariant};
use crate::error::Result;
use crate::function::{Example, Returns};

pub(super) static CORRELATION: AggregateFunction = AggregateFunction {
    name: "CORRELATION",
    description: "Pearson's correlation of two columns.",
    nested_state: true,
    variants: &[AggregateVariant {
        signature: "(x DOUBLE, y DOUBLE) -> DOUBLE",
        description: "Between -1 and 1; NaN where it is not defined. Pairs with a NULL are left out.",
        retractable: true,
        returns: Returns::Declared,
        accumulator: |_| Ok(Box::new(Correlation::default())),
    }],
    examples: &[Example { call: "CORRELATION(x, y)", result: "1.0" }],
};

#[derive(Default)]
struct Correlation {
    /// Per group: how many pairs, and the sums of x, y, x², y² and xy.
    sums: Vec<[f64; 6]>,
}

impl Correlation {
    fn add(&mut self, slots: &[u32], args: &[ArrayRef], sign: f64) -> Result<()> {
        let (x, y) = (primitive::<Float64Type>(&args[0])?, primitive::<Float64Type>(&args[1])?);
        let nulls = NullBuffer::union(x.nulls(), y.nulls());
        for (row, slot) in slots.iter().enumerate() {
            if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
                let (x, y) = (x.value(row), y.value(row));
                let sums = &mut self.sums[*slot as usize];
                let pair = [1.0, x, y, x * x, y * y, x * y];
                sums.iter_mut().zip(pair).for_each(|(sum, value)| *sum += sign * value);
            }
        }
        Ok(())
    }
}

impl Accumulator for Correlation {
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, [0.0; 6]);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, 1.0)
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, -1.0)
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let from = self.sums[from as usize];
        self.sums[into as usize].iter_mut().zip(from).for_each(|(sum, value)| *sum += value);
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let results = slots.iter().map(|slot| {
            let [n, x, y, xx, yy, xy] = self.sums[*slot as usize];
            (n * xy - x * y) / ((n * xx - x * x).sqrt() * (n * yy - y * y).sqrt())
        });
        Ok(Arc::new(results.collect::<Float64Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Float64; 6]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let column = |index: usize| {
            let values = slots.iter().map(|slot| self.sums[*slot as usize][index]);
            Arc::new(values.collect::<Float64Array>()) as ArrayRef
        };
        Ok((0..6).map(column).collect())
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        for (index, column) in state.iter().enumerate() {
            let values = primitive::<Float64Type>(column)?.values();
            slots.iter().zip(values).for_each(|(slot, value)| self.sums[*slot as usize][index] = *value);
        }
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.sums[*slot as usize] = [0.0; 6]);
    }
}
