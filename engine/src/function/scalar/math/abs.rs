//! ABS.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, PrimitiveArray};
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int32Type, Int64Type};

use super::decimals::{self, DecimalOp};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};
use crate::number::Unscaled;

pub(super) static ABS: ScalarFunction = ScalarFunction {
    name: "ABS",
    category: Category::Math,
    description: "The absolute value of a number.",
    variants: &[
        variant("(val INT) -> INT", |call| apply::<Int32Type>(call, i32::wrapping_abs)),
        variant("(val BIGINT) -> BIGINT", |call| apply::<Int64Type>(call, i64::wrapping_abs)),
        variant("(val DOUBLE) -> DOUBLE", |call| apply::<Float64Type>(call, f64::abs)),
        Variant {
            signature: "(val DECIMAL) -> DECIMAL",
            description: "The number without its sign.",
            returns: Returns::Computed(super::same_type),
            call: |call| decimals::map(call, &Abs),
        },
    ],
    examples: &[Example { call: "ABS(-3)", result: "3" }, Example { call: "ABS(-1.50)", result: "1.50" }],
};

const fn variant(signature: &'static str, call: fn(&Call<'_>) -> Result<ArrayRef>) -> Variant {
    Variant { signature, description: "The number without its sign.", returns: Returns::Declared, call }
}

fn apply<T: ArrowPrimitiveType>(call: &Call<'_>, op: fn(T::Native) -> T::Native) -> Result<ArrayRef> {
    let values = call.values::<PrimitiveArray<T>>(0)?;
    if !values.is_constant() {
        return Ok(Arc::new(values.array.unary::<_, T>(op)));
    }
    let answer = values.array.is_valid(0).then(|| op(values.array.value(0)));
    Ok(Arc::new(rows::primitives::<T>(call.rows, |_| answer)))
}

struct Abs;

impl DecimalOp for Abs {
    fn apply<N: Unscaled>(&self, _: usize, unscaled: N, _: u16) -> Option<N> {
        Some(if unscaled < N::ZERO { unscaled.neg_wrapping() } else { unscaled })
    }
}
