//! Functions with regular expressions.

mod java;
mod patterns;
mod regexp_extract;
mod regexp_extract_all;
mod regexp_replace;
mod regexp_split_to_array;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &regexp_extract::REGEXP_EXTRACT,
    &regexp_extract_all::REGEXP_EXTRACT_ALL,
    &regexp_replace::REGEXP_REPLACE,
    &regexp_split_to_array::REGEXP_SPLIT_TO_ARRAY,
];
