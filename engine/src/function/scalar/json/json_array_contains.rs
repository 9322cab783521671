//! JSON_ARRAY_CONTAINS.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use serde_json::Value;

use super::text;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static JSON_ARRAY_CONTAINS: ScalarFunction = ScalarFunction {
    name: "JSON_ARRAY_CONTAINS",
    category: Category::Json,
    description: "Whether a JSON array has an element.",
    variants: &[Variant {
        signature: "(jsonArray STRING, val T) -> BOOLEAN",
        description: "True when an element has the value and the kind of val: 1 is neither 1.0 nor \"1\". False when \
                      the text is no JSON array; NULL for NULL.",
        returns: Returns::Declared,
        call: json_array_contains,
    }],
    examples: &[
        Example { call: "JSON_ARRAY_CONTAINS('[1, 2]', 2)", result: "true" },
        Example { call: "JSON_ARRAY_CONTAINS('[1, 2]', '2')", result: "false" },
        Example { call: "JSON_ARRAY_CONTAINS('[1, null]', NULL)", result: "true" },
        Example { call: "JSON_ARRAY_CONTAINS(CAST(NULL AS STRING), 2)", result: "null" },
    ],
};

fn json_array_contains(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let (value, constant) = call.column(1)?;
    let found = (0..call.rows).map(|row| {
        if texts.is_null(row) {
            return None;
        }
        let wanted = wanted(value, if constant { 0 } else { row });
        match text::parse(texts.array.value(texts.index(row))) {
            Ok(Some(Value::Array(elements))) => Some(elements.iter().any(|element| equal(element, &wanted))),
            _ => Some(false),
        }
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

enum Wanted<'a> {
    Null,
    Boolean(bool),
    Whole(i64),
    Double(f64),
    Text(&'a str),
    /// No JSON value is one.
    Other,
}

fn wanted(array: &ArrayRef, index: usize) -> Wanted<'_> {
    if array.is_null(index) {
        return Wanted::Null;
    }
    match array.data_type() {
        DataType::Boolean => Wanted::Boolean(array.as_boolean().value(index)),
        DataType::Int32 => Wanted::Whole(array.as_primitive::<Int32Type>().value(index).into()),
        DataType::Int64 => Wanted::Whole(array.as_primitive::<Int64Type>().value(index)),
        DataType::Float64 => Wanted::Double(array.as_primitive::<Float64Type>().value(index)),
        DataType::Utf8 => Wanted::Text(array.as_string::<i32>().value(index)),
        _ => Wanted::Other,
    }
}

fn equal(element: &Value, wanted: &Wanted<'_>) -> bool {
    match (element, wanted) {
        (Value::Null, Wanted::Null) => true,
        (Value::Bool(element), Wanted::Boolean(wanted)) => element == wanted,
        (Value::String(element), Wanted::Text(wanted)) => element == wanted,
        (Value::Number(element), Wanted::Whole(wanted)) => element.as_str().parse() == Ok(*wanted),
        (Value::Number(element), Wanted::Double(wanted)) => {
            let text = element.as_str();
            text.contains(['.', 'e', 'E']) && text.parse() == Ok(*wanted)
        }
        _ => false,
    }
}
