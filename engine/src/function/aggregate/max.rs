//! MAX.

use super::extreme::extreme;
use super::{AggregateFunction, AggregateVariant};
use crate::function::{Example, Returns};

pub(super) static MAX: AggregateFunction = AggregateFunction {
    name: "MAX",
    description: "The greatest of the values.",
    nested_state: false,
    variants: &[
        variant("(value INT) -> INT"),
        variant("(value BIGINT) -> BIGINT"),
        variant("(value DOUBLE) -> DOUBLE"),
        variant("(value DECIMAL) -> DECIMAL"),
        variant("(value DATE) -> DATE"),
        variant("(value TIME) -> TIME"),
        variant("(value TIMESTAMP) -> TIMESTAMP"),
        variant("(value STRING) -> STRING"),
        variant("(value BYTES) -> BYTES"),
    ],
    examples: &[Example { call: "MAX(amount)", result: "9" }],
};

const fn variant(signature: &'static str) -> AggregateVariant {
    AggregateVariant {
        signature,
        description: "The greatest of the values that are not NULL; NULL when there is none.",
        retractable: false,
        returns: Returns::Declared,
        accumulator: extreme::<true>,
    }
}
