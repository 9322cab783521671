//! Functions that take lambdas. A body is evaluated over the elements of all arrays of a batch at once.

mod filter;
mod flat;
mod reduce;
mod transform;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[&filter::FILTER, &reduce::REDUCE, &transform::TRANSFORM];
