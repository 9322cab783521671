//! STDDEV_SAMP.

use arrow::datatypes::{Float64Type, Int32Type, Int64Type};

use super::variance::Variance;
use super::{AggregateFunction, AggregateVariant};
use crate::function::{Example, Returns};

const DESCRIPTION: &str = "The sample variance of the values that are not NULL, 0.0 for fewer than two.";

pub(super) static STDDEV_SAMP: AggregateFunction = AggregateFunction {
    name: "STDDEV_SAMP",
    description: "The sample variance of the values: ksqlDB takes no square root here, and queries count on it. \
                  STDDEV_SAMPLE is the standard deviation.",
    nested_state: true,
    variants: &[
        AggregateVariant {
            signature: "(value INT) -> DOUBLE",
            description: DESCRIPTION,
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Variance::<Int32Type, Int64Type>::new(|variance| variance))),
        },
        AggregateVariant {
            signature: "(value BIGINT) -> DOUBLE",
            description: DESCRIPTION,
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Variance::<Int64Type, Int64Type>::new(|variance| variance))),
        },
        AggregateVariant {
            signature: "(value DOUBLE) -> DOUBLE",
            description: DESCRIPTION,
            retractable: true,
            returns: Returns::Declared,
            accumulator: |_| Ok(Box::new(Variance::<Float64Type, Float64Type>::new(|variance| variance))),
        },
    ],
    examples: &[Example { call: "STDDEV_SAMP(amount)", result: "4.0" }],
};
