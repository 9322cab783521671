//! ATAN2.

use arrow::array::ArrayRef;

use super::doubles::binary;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ATAN2: ScalarFunction = ScalarFunction {
    name: "ATAN2",
    category: Category::Math,
    description: "The angle of a point, as polar coordinates have it.",
    variants: &[
        variant("(y INT, x INT) -> DOUBLE"),
        variant("(y BIGINT, x BIGINT) -> DOUBLE"),
        variant("(y DOUBLE, x DOUBLE) -> DOUBLE"),
    ],
    examples: &[Example { call: "ATAN2(0, 1)", result: "0.0" }],
};

const fn variant(signature: &'static str) -> Variant {
    Variant {
        signature,
        description: "The angle in radians, from -pi to pi, between the x axis and the line to (x, y).",
        returns: Returns::Declared,
        call: atan2,
    }
}

fn atan2(call: &Call<'_>) -> Result<ArrayRef> {
    binary(call, f64::atan2)
}
