//! INT_FROM_BYTES.

use arrow::array::ArrayRef;
use arrow::datatypes::Int32Type;

use super::bytes::numbers;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static INT_FROM_BYTES: ScalarFunction = ScalarFunction {
    name: "INT_FROM_BYTES",
    category: Category::Conversion,
    description: "Reads an INT from bytes.",
    variants: &[
        Variant {
            signature: "(value BYTES) -> INT",
            description: "The number that 4 bytes make, the most significant first.",
            returns: Returns::Declared,
            call: read,
        },
        Variant {
            signature: "(value BYTES, byteOrder STRING) -> INT",
            description: "The number that 4 bytes make in the byte order: 'BIG_ENDIAN' or 'LITTLE_ENDIAN'.",
            returns: Returns::Declared,
            call: read,
        },
    ],
    examples: &[Example { call: "INT_FROM_BYTES(TO_BYTES('000007E5', 'hex'))", result: "2021" }],
};

fn read(call: &Call<'_>) -> Result<ArrayRef> {
    numbers::<Int32Type, 4>(call, "INT_FROM_BYTES", i32::from_be_bytes)
}
