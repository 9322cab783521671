//! JSON_KEYS.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringArray, StringBuilder};
use serde_json::Value;

use super::text;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static JSON_KEYS: ScalarFunction = ScalarFunction {
    name: "JSON_KEYS",
    category: Category::Json,
    description: "The names of the fields of a JSON object.",
    variants: &[Variant {
        signature: "(jsonObj STRING) -> ARRAY<STRING>",
        description: "The names in the order of the text; NULL for NULL and for JSON that is no object.",
        returns: Returns::Declared,
        call: json_keys,
    }],
    examples: &[
        Example { call: "JSON_KEYS('{\"a\": 1, \"b\": {\"c\": 2}}')", result: "[\"a\", \"b\"]" },
        Example { call: "JSON_KEYS(NULL)", result: "null" },
    ],
};

fn json_keys(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let mut out = ListBuilder::new(StringBuilder::new());
    for row in 0..call.rows {
        match text::value(call, &texts, row) {
            Some(Value::Object(fields)) => {
                fields.keys().for_each(|name| out.values().append_value(name));
                out.append(true);
            }
            _ => out.append_null(),
        }
    }
    Ok(Arc::new(out.finish()))
}
