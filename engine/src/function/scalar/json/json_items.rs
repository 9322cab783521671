//! JSON_ITEMS.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListBuilder, StringArray, StringBuilder};
use serde_json::Value;

use super::text;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static JSON_ITEMS: ScalarFunction = ScalarFunction {
    name: "JSON_ITEMS",
    category: Category::Json,
    description: "The elements of a JSON array, each as JSON text.",
    variants: &[Variant {
        signature: "(jsonItems STRING) -> ARRAY<STRING>",
        description: "The elements in their order; NULL for NULL. It is an error when the text is no JSON array.",
        returns: Returns::Declared,
        call: json_items,
    }],
    examples: &[
        Example { call: "JSON_ITEMS('[{\"a\": 1}, 2]')", result: "[\"{\\\"a\\\":1}\", \"2\"]" },
        Example { call: "JSON_ITEMS(NULL)", result: "null" },
    ],
};

fn json_items(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let mut out = ListBuilder::new(StringBuilder::new());
    for row in 0..call.rows {
        match text::value(call, &texts, row) {
            Some(Value::Array(elements)) => {
                elements.iter().for_each(|element| out.values().append_value(element.to_string()));
                out.append(true);
            }
            Some(_) => {
                call.fail(row, "JSON_ITEMS takes the text of a JSON array");
                out.append_null();
            }
            None => out.append_null(),
        }
    }
    Ok(Arc::new(out.finish()))
}
