//! SPLIT.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, BinaryBuilder, ListBuilder, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static SPLIT: ScalarFunction = ScalarFunction {
    name: "SPLIT",
    category: Category::String,
    description: "Splits a string or bytes at a delimiter.",
    variants: &[
        Variant {
            signature: "(string STRING, delimiter STRING) -> ARRAY<STRING>",
            description: "The parts between the delimiters, empty ones too; the characters for an empty delimiter.",
            returns: Returns::Declared,
            call: strings,
        },
        Variant {
            signature: "(bytes BYTES, delimiter BYTES) -> ARRAY<BYTES>",
            description: "The parts between the delimiters, empty ones too; the single bytes for an empty delimiter.",
            returns: Returns::Declared,
            call: bytes,
        },
    ],
    examples: &[
        Example { call: "SPLIT('a$$b.c', '$$')", result: "[\"a\",\"b.c\"]" },
        Example { call: "SPLIT('abc', '')", result: "[\"a\",\"b\",\"c\"]" },
    ],
};

fn strings(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, delimiters) = (call.values::<StringArray>(0)?, call.values::<StringArray>(1)?);
    Ok(rows::string_lists(call.rows, |row, out| {
        let (text, delimiter) = (texts.get(row)?, delimiters.get(row)?);
        if text.is_empty() || !delimiter.is_empty() {
            if delimiter.is_empty() {
                out.append_value(text);
            } else {
                text.split(delimiter).for_each(|part| out.append_value(part));
            }
        } else {
            let mut buffer = [0; 4];
            text.chars().for_each(|letter| out.append_value(letter.encode_utf8(&mut buffer)));
        }
        Some(())
    }))
}

fn bytes(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, delimiters) = (call.values::<BinaryArray>(0)?, call.values::<BinaryArray>(1)?);
    let mut out = ListBuilder::new(BinaryBuilder::new());
    for row in 0..call.rows {
        let (Some(bytes), Some(delimiter)) = (values.get(row), delimiters.get(row)) else {
            out.append(false);
            continue;
        };
        if bytes.is_empty() {
            out.values().append_value(bytes);
        } else if delimiter.is_empty() {
            bytes.chunks(1).for_each(|byte| out.values().append_value(byte));
        } else {
            let mut start = 0;
            for at in memchr::memmem::find_iter(bytes, delimiter) {
                out.values().append_value(&bytes[start..at]);
                start = at + delimiter.len();
            }
            out.values().append_value(&bytes[start..]);
        }
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}
