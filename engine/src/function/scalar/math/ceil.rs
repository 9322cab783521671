//! CEIL.

use arrow::array::ArrayRef;

use super::decimals::{self, DecimalOp};
use super::doubles::unary;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};
use crate::number::{Rounding, Unscaled, round_decimal};

pub(super) static CEIL: ScalarFunction = ScalarFunction {
    name: "CEIL",
    category: Category::Math,
    description: "Rounds a number up to a whole one.",
    variants: &[
        variant("(val INT) -> INT", Returns::Declared, super::unchanged),
        variant("(val BIGINT) -> BIGINT", Returns::Declared, super::unchanged),
        variant("(val DOUBLE) -> DOUBLE", Returns::Declared, |call| unary(call, f64::ceil)),
        variant("(val DECIMAL) -> DECIMAL", Returns::Computed(super::same_type), |call| {
            decimals::map(call, &Whole)
        }),
    ],
    examples: &[
        Example { call: "CEIL(2.3e0)", result: "3.0" },
        Example { call: "CEIL(1.25)", result: "2.00" },
    ],
};

const fn variant(
    signature: &'static str,
    returns: Returns,
    call: fn(&Call<'_>) -> Result<ArrayRef>,
) -> Variant {
    Variant { signature, description: "The smallest whole number that is not less.", returns, call }
}

struct Whole;

impl DecimalOp for Whole {
    fn apply<N: Unscaled>(&self, _: usize, unscaled: N, scale: u16) -> Option<N> {
        round_decimal(unscaled, scale, 0, Rounding::Up)
    }
}
