//! EARLIEST_BY_OFFSET.

use super::AggregateFunction;
use super::by_offset::variants;
use crate::function::Example;

pub(super) static EARLIEST_BY_OFFSET: AggregateFunction = AggregateFunction {
    name: "EARLIEST_BY_OFFSET",
    description: "The values that came first, in the order in which the rows arrived.",
    nested_state: true,
    variants: &const { variants::<false>() },
    examples: &[Example { call: "EARLIEST_BY_OFFSET(name, 2)", result: "[\"a\", \"b\"]" }],
};
