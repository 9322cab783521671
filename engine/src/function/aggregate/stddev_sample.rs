//! STDDEV_SAMPLE.

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};

use super::variance::Variance;
use super::{AggregateFunction, AggregateVariant};
use crate::function::{Example, Returns};

const DESCRIPTION: &str =
    "The sample standard deviation of the values that are not NULL, 0.0 for fewer than two.";

pub(super) static STDDEV_SAMPLE: AggregateFunction = AggregateFunction {
    name: "STDDEV_SAMPLE",
    description: "The sample standard deviation of the values.",
    nested_state: true,
    variants: &[
        AggregateVariant {
            signature: "(value INT) -> DOUBLE",
            description: DESCRIPTION,
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Variance::<Int32Type, Int64Type>::new(f64::sqrt))),
        },
        AggregateVariant {
            signature: "(value BIGINT) -> DOUBLE",
            description: DESCRIPTION,
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Variance::<Int64Type, Int64Type>::new(f64::sqrt))),
        },
        AggregateVariant {
            signature: "(value DOUBLE) -> DOUBLE",
            description: DESCRIPTION,
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Variance::<Float64Type, Float64Type>::new(f64::sqrt))),
        },
    ],
    examples: &[Example { call: "STDDEV_SAMPLE(amount)", result: "2.0" }],
};
