//! RANDOM.

use std::sync::Arc;

use arrow::array::Float64Array;
use rand::Rng;

use crate::function::{Category, Returns, ScalarFunction, Variant};

pub(super) static RANDOM: ScalarFunction = ScalarFunction {
    name: "RANDOM",
    category: Category::Math,
    description: "A random number.",
    variants: &[Variant {
        signature: "() -> DOUBLE",
        description: "A number from 0 up to but not including 1, another one for each row.",
        returns: Returns::Declared,
        call: |call| {
            let mut random = rand::rng();
            Ok(Arc::new((0..call.rows).map(|_| random.random::<f64>()).collect::<Float64Array>()))
        },
    }],
    examples: &[],
};
