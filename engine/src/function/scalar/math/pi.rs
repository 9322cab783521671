//! PI.

use std::sync::Arc;

use arrow::array::Float64Array;

use crate::function::{Category, Example, Returns, ScalarFunction, Variant};

pub(super) static PI: ScalarFunction = ScalarFunction {
    name: "PI",
    category: Category::Math,
    description: "The number pi.",
    variants: &[Variant {
        signature: "() -> DOUBLE",
        description: "The double nearest to pi.",
        returns: Returns::Declared,
        call: |call| Ok(Arc::new(Float64Array::from_value(std::f64::consts::PI, call.rows))),
    }],
    examples: &[Example { call: "PI()", result: "3.141592653589793" }],
};
