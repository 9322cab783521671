//! SUM.

use arrow::array::{ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType};
use arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, DecimalType, Float64Type, Int32Type, Int64Type,
};

use super::column::{each_value, gather, primitive};
use super::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
use crate::error::{Error, Result};
use crate::function::{Example, Returns, failure};
use crate::schema::SqlType;

pub(super) static SUM: AggregateFunction = AggregateFunction {
    name: "SUM",
    description: "Adds the values up.",
    nested_state: false,
    variants: &[
        AggregateVariant {
            signature: "(value INT) -> INT",
            description: "The sum of the values that are not NULL, 0 when there is none; it wraps around.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Sum::<Int32Type>::default())),
        },
        AggregateVariant {
            signature: "(value BIGINT) -> BIGINT",
            description: "The sum of the values that are not NULL, 0 when there is none; it wraps around.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Sum::<Int64Type>::default())),
        },
        AggregateVariant {
            signature: "(value DOUBLE) -> DOUBLE",
            description: "The sum of the values that are not NULL, 0 when there is none.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Sum::<Float64Type>::default())),
        },
        AggregateVariant {
            signature: "(value DECIMAL) -> DECIMAL",
            description: "The sum of the values that are not NULL, 0 when there is none. A value that would make it \
                          longer than the type allows is left out and logged.",
            retractable: true,
            returns: Returns::Declared,
            accumulator: decimal,
        },
    ],
    examples: &[Example { call: "SUM(amount)", result: "42" }],
};

struct Sum<T: ArrowPrimitiveType> {
    sums: Vec<T::Native>,
}

impl<T: ArrowPrimitiveType> Default for Sum<T> {
    fn default() -> Self {
        Self { sums: Vec::new() }
    }
}

impl<T: ArrowPrimitiveType> Accumulator for Sum<T>
where
    T::Native: ArrowNativeTypeOp,
{
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, T::Native::ZERO);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let sums = &mut self.sums;
        each_value(slots, primitive::<T>(&args[0])?, |slot, value| {
            sums[slot] = sums[slot].add_wrapping(value)
        });
        Ok(())
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let sums = &mut self.sums;
        each_value(slots, primitive::<T>(&args[0])?, |slot, value| {
            sums[slot] = sums[slot].sub_wrapping(value)
        });
        Ok(())
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

fn decimal(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    let SqlType::Decimal { precision, .. } = args.returns else {
        return Err(Error::internal("SUM of decimals gives a decimal"));
    };
    let ty = args.returns.to_arrow();
    Ok(match ty {
        DataType::Decimal128(..) => Box::new(DecimalSum::<Decimal128Type>::new(ty, *precision)?),
        _ => Box::new(DecimalSum::<Decimal256Type>::new(ty, *precision)?),
    })
}

struct DecimalSum<T: DecimalType> {
    sums: Vec<T::Native>,
    ty: DataType,
    /// The smallest magnitude that has a digit too many.
    bound: T::Native,
}

impl<T: DecimalType> DecimalSum<T>
where
    T::Native: ArrowNativeTypeOp,
{
    fn new(ty: DataType, precision: u16) -> Result<Self> {
        let ten = <T::Native as arrow::datatypes::ArrowNativeType>::usize_as(10);
        Ok(Self { sums: Vec::new(), ty, bound: ten.pow_checked(u32::from(precision))? })
    }

    fn fits(&self, sum: T::Native) -> bool {
        sum.is_lt(self.bound) && sum.is_gt(self.bound.neg_wrapping())
    }

    /// Replaces the sums by what `change` makes of them; rows that would break the bound are noted.
    fn apply(
        &mut self,
        slots: &[u32],
        args: &[ArrayRef],
        change: impl Fn(T::Native, T::Native) -> T::Native,
    ) -> Result<()> {
        let array = primitive::<T>(&args[0])?;
        let mut row_of_value = (0..slots.len()).filter(|row| arrow::array::Array::is_valid(array, *row));
        let mut sums = std::mem::take(&mut self.sums);
        each_value(slots, array, |slot, value| {
            let row = row_of_value.next();
            let sum = change(sums[slot], value);
            if self.fits(sum) {
                sums[slot] = sum;
            } else {
                failure::note(
                    row.unwrap_or(0),
                    "Numeric field overflow: the sum has more digits than its type",
                );
            }
        });
        self.sums = sums;
        Ok(())
    }
}

impl<T: DecimalType> Accumulator for DecimalSum<T>
where
    T::Native: ArrowNativeTypeOp,
{
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, T::Native::ZERO);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.apply(slots, args, |sum, value| sum.add_wrapping(value))
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.apply(slots, args, |sum, value| sum.sub_wrapping(value))
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let sum = self.sums[into as usize].add_wrapping(self.sums[from as usize]);
        if self.fits(sum) {
            self.sums[into as usize] = sum;
        } else {
            failure::note(0, "Numeric field overflow: the sum of two sessions has more digits than its type");
        }
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(gather::<T>(&self.sums, slots, &self.ty))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.ty.clone()]
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
