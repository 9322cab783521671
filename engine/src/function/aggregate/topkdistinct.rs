//! TOPKDISTINCT.

use super::top::Top;
use super::{AggregateFunction, AggregateVariant};
use crate::function::{Example, Returns};

pub(super) static TOPKDISTINCT: AggregateFunction = AggregateFunction {
    name: "TOPKDISTINCT",
    description: "The greatest different values, in descending order.",
    nested_state: true,
    variants: &[
        variant("(value INT; k INT) -> ARRAY<INT>"),
        variant("(value BIGINT; k INT) -> ARRAY<BIGINT>"),
        variant("(value DOUBLE; k INT) -> ARRAY<DOUBLE>"),
        variant("(value STRING; k INT) -> ARRAY<STRING>"),
        variant("(value DECIMAL; k INT) -> ARRAY<DECIMAL>"),
        variant("(value DATE; k INT) -> ARRAY<DATE>"),
        variant("(value TIME; k INT) -> ARRAY<TIME>"),
        variant("(value TIMESTAMP; k INT) -> ARRAY<TIMESTAMP>"),
        variant("(value BYTES; k INT) -> ARRAY<BYTES>"),
    ],
    examples: &[Example { call: "TOPKDISTINCT(amount, 2)", result: "[9, 7]" }],
};

const fn variant(signature: &'static str) -> AggregateVariant {
    AggregateVariant {
        signature,
        description: "The k greatest different values; NULLs are left out.",
        retractable: false,
        returns: Returns::Declared,
        accumulator: Top::<true>::accumulator,
    }
}
