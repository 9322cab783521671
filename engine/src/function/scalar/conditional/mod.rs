//! Functions that choose among values.

mod coalesce;
mod first;
mod ifnull;
mod nullif;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[&coalesce::COALESCE, &ifnull::IFNULL, &nullif::NULLIF];
