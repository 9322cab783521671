//! Functions on arrays.

mod array_concat;
mod array_contains;
mod array_distinct;
mod array_except;
mod array_intersect;
mod array_join;
mod array_length;
mod array_max;
mod array_min;
mod array_remove;
mod array_sort;
mod array_union;
mod extreme;
mod generate_series;
pub(in crate::function) mod pick;
mod slice;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &array_concat::ARRAY_CONCAT,
    &array_contains::ARRAY_CONTAINS,
    &array_distinct::ARRAY_DISTINCT,
    &array_except::ARRAY_EXCEPT,
    &array_intersect::ARRAY_INTERSECT,
    &array_join::ARRAY_JOIN,
    &array_length::ARRAY_LENGTH,
    &array_max::ARRAY_MAX,
    &array_min::ARRAY_MIN,
    &array_remove::ARRAY_REMOVE,
    &array_sort::ARRAY_SORT,
    &array_union::ARRAY_UNION,
    &generate_series::GENERATE_SERIES,
    &slice::SLICE,
];
