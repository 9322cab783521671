//! Functions on strings.

mod ucase;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[&ucase::UCASE];
