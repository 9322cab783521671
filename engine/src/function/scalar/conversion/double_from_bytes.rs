//! DOUBLE_FROM_BYTES.

use arrow::array::ArrayRef;
use arrow::datatypes::Float64Type;

use super::bytes::numbers;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static DOUBLE_FROM_BYTES: ScalarFunction = ScalarFunction {
    name: "DOUBLE_FROM_BYTES",
    category: Category::Conversion,
    description: "Reads a DOUBLE from bytes.",
    variants: &[
        Variant {
            signature: "(value BYTES) -> DOUBLE",
            description: "The number that 8 bytes make, the most significant first.",
            returns: Returns::Declared,
            call: read,
        },
        Variant {
            signature: "(value BYTES, byteOrder STRING) -> DOUBLE",
            description: "The number that 8 bytes make in the byte order: 'BIG_ENDIAN' or 'LITTLE_ENDIAN'.",
            returns: Returns::Declared,
            call: read,
        },
    ],
    examples: &[Example { call: "DOUBLE_FROM_BYTES(TO_BYTES('3FF8000000000000', 'hex'))", result: "1.5" }],
};

fn read(call: &Call<'_>) -> Result<ArrayRef> {
    numbers::<Float64Type, 8>(call, "DOUBLE_FROM_BYTES", f64::from_be_bytes)
}
