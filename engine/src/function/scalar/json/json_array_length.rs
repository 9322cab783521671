//! JSON_ARRAY_LENGTH.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, StringArray};
use serde_json::Value;

use super::text;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static JSON_ARRAY_LENGTH: ScalarFunction = ScalarFunction {
    name: "JSON_ARRAY_LENGTH",
    category: Category::Json,
    description: "How many elements a JSON array has.",
    variants: &[Variant {
        signature: "(jsonArray STRING) -> INT",
        description: "The number of elements; NULL for NULL and for JSON that is no array.",
        returns: Returns::Declared,
        call: json_array_length,
    }],
    examples: &[
        Example { call: "JSON_ARRAY_LENGTH('[1, [2, 3]]')", result: "2" },
        Example { call: "JSON_ARRAY_LENGTH('{}')", result: "null" },
        Example { call: "JSON_ARRAY_LENGTH(NULL)", result: "null" },
    ],
};

fn json_array_length(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let lengths = (0..call.rows).map(|row| match text::value(call, &texts, row) {
        Some(Value::Array(elements)) => Some(elements.len() as i32),
        _ => None,
    });
    Ok(Arc::new(lengths.collect::<Int32Array>()))
}
