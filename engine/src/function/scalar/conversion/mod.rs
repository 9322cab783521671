//! Functions from bytes to numbers.

mod bigint_from_bytes;
mod bytes;
mod double_from_bytes;
mod int_from_bytes;

use super::ScalarFunction;

pub(super) const FUNCTIONS: &[&ScalarFunction] = &[
    &bigint_from_bytes::BIGINT_FROM_BYTES,
    &double_from_bytes::DOUBLE_FROM_BYTES,
    &int_from_bytes::INT_FROM_BYTES,
];
