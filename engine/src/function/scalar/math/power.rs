//! POWER.

use arrow::array::ArrayRef;

use super::doubles::binary;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static POWER: ScalarFunction = ScalarFunction {
    name: "POWER",
    category: Category::Math,
    description: "Raises a number to a power.",
    variants: &[
        variant("(base INT, exponent INT) -> DOUBLE"),
        variant("(base BIGINT, exponent BIGINT) -> DOUBLE"),
        variant("(base DOUBLE, exponent DOUBLE) -> DOUBLE"),
    ],
    examples: &[Example { call: "POWER(2, 10)", result: "1024.0" }],
};

const fn variant(signature: &'static str) -> Variant {
    Variant {
        signature,
        description: "The base to the power of the exponent.",
        returns: Returns::Declared,
        call: power,
    }
}

fn power(call: &Call<'_>) -> Result<ArrayRef> {
    binary(call, |base, exponent| {
        // Java's pow knows no answer where C's says 1.
        if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
            f64::NAN
        } else {
            base.powf(exponent)
        }
    })
}
