//! BIGINT_FROM_BYTES.

use arrow::array::ArrayRef;
use arrow::datatypes::Int64Type;

use super::bytes::numbers;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static BIGINT_FROM_BYTES: ScalarFunction = ScalarFunction {
    name: "BIGINT_FROM_BYTES",
    category: Category::Conversion,
    description: "Reads a BIGINT from bytes.",
    variants: &[
        Variant {
            signature: "(value BYTES) -> BIGINT",
            description: "The number that 8 bytes make, the most significant first.",
            returns: Returns::Declared,
            call: read,
        },
        Variant {
            signature: "(value BYTES, byteOrder STRING) -> BIGINT",
            description: "The number that 8 bytes make in the byte order: 'BIG_ENDIAN' or 'LITTLE_ENDIAN'.",
            returns: Returns::Declared,
            call: read,
        },
    ],
    examples: &[Example { call: "BIGINT_FROM_BYTES(TO_BYTES('0000000000000005', 'hex'))", result: "5" }],
};

fn read(call: &Call<'_>) -> Result<ArrayRef> {
    numbers::<Int64Type, 8>(call, "BIGINT_FROM_BYTES", i64::from_be_bytes)
}
