//! FLOOR.

use arrow::array::ArrayRef;

use super::decimals::{self, DecimalOp};
use super::doubles::unary;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};
use crate::number::{Rounding, Unscaled, round_decimal};

pub(super) static FLOOR: ScalarFunction = ScalarFunction {
    name: "FLOOR",
    category: Category::Math,
    description: "Rounds a number down to a whole one.",
    variants: &[
        variant("(val INT) -> INT", Returns::Declared, super::unchanged),
        variant("(val BIGINT) -> BIGINT", Returns::Declared, super::unchanged),
        variant("(val DOUBLE) -> DOUBLE", Returns::Declared, |call| unary(call, f64::floor)),
        variant("(val DECIMAL) -> DECIMAL", Returns::Computed(super::same_type), |call| {
            decimals::map(call, &Whole)
        }),
    ],
    examples: &[
        Example { call: "FLOOR(2.3e0)", result: "2.0" },
        Example { call: "FLOOR(1.25)", result: "1.00" },
    ],
};

const fn variant(
    signature: &'static str,
    returns: Returns,
    call: fn(&Call<'_>) -> Result<ArrayRef>,
) -> Variant {
    Variant { signature, description: "The largest whole number that is not more.", returns, call }
}

struct Whole;

impl DecimalOp for Whole {
    fn apply<N: Unscaled>(&self, _: usize, unscaled: N, scale: u16) -> Option<N> {
        round_decimal(unscaled, scale, 0, Rounding::Down)
    }
}
