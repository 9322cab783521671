//! JSON_CONCAT.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use serde_json::{Map, Value};

use super::text;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static JSON_CONCAT: ScalarFunction = ScalarFunction {
    name: "JSON_CONCAT",
    category: Category::Json,
    description: "Puts JSON values together.",
    variants: &[Variant {
        signature: "(jsonStrings STRING…) -> STRING",
        description: "Objects become one object, in which later fields take the place of earlier ones; as soon as \
                      there is anything else, all become one array. NULL when an argument is NULL or empty.",
        returns: Returns::Declared,
        call: json_concat,
    }],
    examples: &[
        Example { call: "JSON_CONCAT('{\"a\": 1}', '{\"b\": 2}')", result: "\"{\\\"a\\\":1,\\\"b\\\":2}\"" },
        Example { call: "JSON_CONCAT('[1, 2]', '3')", result: "\"[1,2,3]\"" },
        Example { call: "JSON_CONCAT('[1]', NULL)", result: "null" },
    ],
};

fn json_concat(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = (0..call.len()).map(|index| call.values::<StringArray>(index)).collect::<Result<Vec<_>>>()?;
    let joined = (0..call.rows).map(|row| {
        let values: Vec<Value> =
            texts.iter().map(|texts| text::value(call, texts, row)).collect::<Option<_>>()?;
        join(values).map(|value| value.to_string())
    });
    Ok(Arc::new(joined.collect::<StringArray>()))
}

fn join(values: Vec<Value>) -> Option<Value> {
    if values.is_empty() {
        return None;
    }
    if values.iter().all(Value::is_object) {
        let mut joined = Map::new();
        for value in values {
            if let Value::Object(fields) = value {
                joined.extend(fields);
            }
        }
        return Some(Value::Object(joined));
    }
    let mut joined = Vec::new();
    for value in values {
        match value {
            Value::Array(elements) => joined.extend(elements),
            other => joined.push(other),
        }
    }
    Some(Value::Array(joined))
}
