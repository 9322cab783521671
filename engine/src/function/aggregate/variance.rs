//! What STDDEV_SAMP and STDDEV_SAMPLE share: the sum of squared distances from the mean, kept up as rows come and go by
//! the formula of Youngs and Cramer (1971), which needs no second pass and does not cancel.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, Float64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};

use super::Accumulator;
use super::column::{ToDouble, each_value, gather, primitive};
use crate::error::Result;

/// Over values of type `T`, with sums of type `S`.
pub(super) struct Variance<T, S: ArrowPrimitiveType> {
    sums: Vec<S::Native>,
    counts: Vec<i64>,
    squares: Vec<f64>,
    /// What becomes of the variance.
    finish: fn(f64) -> f64,
    values: std::marker::PhantomData<fn() -> T>,
}

impl<T, S: ArrowPrimitiveType> Variance<T, S> {
    pub(super) fn new(finish: fn(f64) -> f64) -> Self {
        Self {
            sums: Vec::new(),
            counts: Vec::new(),
            squares: Vec::new(),
            finish,
            values: std::marker::PhantomData,
        }
    }
}

/// What a value adds to the squares of a group of `count` values, itself included, with this sum.
#[inline]
fn square<N: ArrowNativeTypeOp + ToDouble + CountOf>(value: N, sum: N, count: i64) -> f64 {
    let distance = value.mul_wrapping(N::count_of(count)).sub_wrapping(sum).to_double();
    distance * distance / (count as f64 * (count - 1) as f64)
}

/// A count as a number of the sum's type.
pub(super) trait CountOf {
    fn count_of(count: i64) -> Self;
}

impl CountOf for i64 {
    fn count_of(count: i64) -> Self {
        count
    }
}

impl CountOf for f64 {
    fn count_of(count: i64) -> Self {
        count as f64
    }
}

impl<T, S> Accumulator for Variance<T, S>
where
    T: ArrowPrimitiveType,
    S: ArrowPrimitiveType,
    S::Native: ArrowNativeTypeOp + From<T::Native> + ToDouble + CountOf,
{
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, S::Native::ZERO);
        self.counts.resize(slots, 0);
        self.squares.resize(slots, 0.0);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        each_value(slots, primitive::<T>(&args[0])?, |slot, value| {
            let value = S::Native::from(value);
            self.sums[slot] = self.sums[slot].add_wrapping(value);
            self.counts[slot] += 1;
            if self.counts[slot] > 1 {
                self.squares[slot] += square(value, self.sums[slot], self.counts[slot]);
            }
        });
        Ok(())
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        each_value(slots, primitive::<T>(&args[0])?, |slot, value| {
            let value = S::Native::from(value);
            // Rounding must not leave less than nothing, whose root is no number.
            self.squares[slot] = match self.counts[slot] {
                ..3 => 0.0,
                count => (self.squares[slot] - square(value, self.sums[slot], count)).max(0.0),
            };
            self.sums[slot] = self.sums[slot].sub_wrapping(value);
            self.counts[slot] -= 1;
        });
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let (from, into) = (from as usize, into as usize);
        let (from_count, into_count) = (self.counts[from] as f64, self.counts[into] as f64);
        if from_count > 0.0 && into_count > 0.0 {
            let apart = self.sums[from].to_double() / from_count - self.sums[into].to_double() / into_count;
            self.squares[into] += apart * apart * from_count * into_count / (from_count + into_count);
        }
        self.squares[into] += self.squares[from];
        self.sums[into] = self.sums[into].add_wrapping(self.sums[from]);
        self.counts[into] += self.counts[from];
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let results = slots.iter().map(|slot| match self.counts[*slot as usize] {
            ..2 => 0.0,
            count => (self.finish)(self.squares[*slot as usize] / (count - 1) as f64),
        });
        Ok(Arc::new(results.collect::<Float64Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![S::DATA_TYPE, DataType::Int64, DataType::Float64]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            gather::<S>(&self.sums, slots, &S::DATA_TYPE),
            gather::<Int64Type>(&self.counts, slots, &DataType::Int64),
            gather::<Float64Type>(&self.squares, slots, &DataType::Float64),
        ])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        each_value(slots, primitive::<S>(&state[0])?, |slot, sum| self.sums[slot] = sum);
        each_value(slots, primitive::<Int64Type>(&state[1])?, |slot, count| self.counts[slot] = count);
        each_value(slots, primitive::<Float64Type>(&state[2])?, |slot, squares| self.squares[slot] = squares);
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        for slot in slots {
            self.sums[*slot as usize] = S::Native::ZERO;
            self.counts[*slot as usize] = 0;
            self.squares[*slot as usize] = 0.0;
        }
    }
}
