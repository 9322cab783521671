//! SUM_LIST.

use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};

use super::column::{each_value, gather, list, primitive};
use super::{Accumulator, AggregateFunction, AggregateVariant};
use crate::error::Result;
use crate::function::{Example, Returns};

pub(super) static SUM_LIST: AggregateFunction = AggregateFunction {
    name: "SUM_LIST",
    description: "Adds up what stands in arrays.",
    nested_state: false,
    variants: &[
        AggregateVariant {
            signature: "(value ARRAY<INT>) -> INT",
            description: "The sum of all elements; NULL arrays and elements count as 0.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(SumList::<Int32Type>::default())),
        },
        AggregateVariant {
            signature: "(value ARRAY<BIGINT>) -> BIGINT",
            description: "The sum of all elements; NULL arrays and elements count as 0.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(SumList::<Int64Type>::default())),
        },
        AggregateVariant {
            signature: "(value ARRAY<DOUBLE>) -> DOUBLE",
            description: "The sum of all elements; NULL arrays and elements count as 0.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(SumList::<Float64Type>::default())),
        },
    ],
    examples: &[Example { call: "SUM_LIST(amounts)", result: "6" }],
};

struct SumList<T: ArrowPrimitiveType> {
    sums: Vec<T::Native>,
}

impl<T: ArrowPrimitiveType> Default for SumList<T> {
    fn default() -> Self {
        Self { sums: Vec::new() }
    }
}

impl<T: ArrowPrimitiveType> SumList<T> {
    /// Folds the elements of each row's array into the row's slot.
    fn fold(
        &mut self,
        slots: &[u32],
        args: &[ArrayRef],
        fold: impl Fn(T::Native, T::Native) -> T::Native,
    ) -> Result<()> {
        let lists = list(&args[0])?;
        let items = primitive::<T>(lists.values())?;
        for ((row, slot), bounds) in slots.iter().enumerate().zip(lists.value_offsets().windows(2)) {
            if lists.is_valid(row) {
                let sum = &mut self.sums[*slot as usize];
                for item in bounds[0] as usize..bounds[1] as usize {
                    if items.is_valid(item) {
                        *sum = fold(*sum, items.value(item));
                    }
                }
            }
        }
        Ok(())
    }
}

impl<T: ArrowPrimitiveType> Accumulator for SumList<T>
where
    T::Native: ArrowNativeTypeOp,
{
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, T::Native::ZERO);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.fold(slots, args, |sum, item| sum.add_wrapping(item))
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.fold(slots, args, |sum, item| sum.sub_wrapping(item))
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        self.sums[into as usize] = self.sums[into as usize].add_wrapping(self.sums[from as usize]);
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(gather::<T>(&self.sums, slots, &T::DATA_TYPE))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![T::DATA_TYPE]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        each_value(slots, primitive::<T>(&state[0])?, |slot, value| self.sums[slot] = value);
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.sums[*slot as usize] = T::Native::ZERO);
    }
}
