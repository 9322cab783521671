//! LATEST_BY_OFFSET.

use super::AggregateFunction;
use super::by_offset::variants;
use crate::function::Example;

pub(super) static LATEST_BY_OFFSET: AggregateFunction = AggregateFunction {
    name: "LATEST_BY_OFFSET",
    description: "The values that came last, in the order in which the rows arrived.",
    nested_state: true,
    variants: &const { variants::<true>() },
    examples: &[Example { call: "LATEST_BY_OFFSET(name, 2)", result: "[\"b\", \"c\"]" }],
};
