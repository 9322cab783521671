//! UUID.

use std::fmt::Write;

use arrow::array::{ArrayRef, BinaryArray, StringBuilder};
use rand::Rng;

use super::encoding::{LOWER, write_hex};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static UUID: ScalarFunction = ScalarFunction {
    name: "UUID",
    category: Category::String,
    description: "A universally unique identifier (RFC 9562).",
    variants: &[
        Variant {
            signature: "() -> STRING",
            description: "A random identifier (version 4), another one for each row.",
            returns: Returns::Declared,
            call: random,
        },
        Variant {
            signature: "(bytes BYTES) -> STRING",
            description: "The identifier that 16 bytes make.",
            returns: Returns::Declared,
            call: from_bytes,
        },
    ],
    examples: &[Example {
        call: "UUID(TO_BYTES('0123456789abcdef0123456789abcdef', 'hex'))",
        result: "\"01234567-89ab-cdef-0123-456789abcdef\"",
    }],
};

fn write(bytes: &[u8; 16], out: &mut StringBuilder) -> Option<()> {
    let mut from = 0;
    for to in [4, 6, 8, 10, 16] {
        if from > 0 {
            out.write_char('-').ok()?;
        }
        write_hex(&bytes[from..to], LOWER, out).ok()?;
        from = to;
    }
    Some(())
}

fn random(call: &Call<'_>) -> Result<ArrayRef> {
    let mut random = rand::rng();
    Ok(rows::strings(call.rows, call.rows * 36, |_, out| {
        let mut bytes: [u8; 16] = random.random();
        // Version 4 of variant 1.
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        write(&bytes, out)
    }))
}

fn from_bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.values::<BinaryArray>(0)?;
    Ok(rows::strings(call.rows, call.rows * 36, |row, out| {
        let bytes = values.get(row)?;
        match <&[u8; 16]>::try_from(bytes) {
            Ok(bytes) => write(bytes, out),
            Err(_) => {
                call.fail(row, format!("UUID takes 16 bytes, not {}", bytes.len()));
                None
            }
        }
    }))
}
