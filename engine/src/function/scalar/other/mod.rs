//! Functions that fit nowhere else.

mod as_value;
mod geo_distance;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[&as_value::AS_VALUE, &geo_distance::GEO_DISTANCE];
