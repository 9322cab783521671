//! JSON_RECORDS.

use std::sync::Arc;

use arrow::array::{ArrayRef, NullBufferBuilder, StringArray, StringBuilder};
use serde_json::Value;

use super::text;
use crate::error::Result;
use crate::function::scalar::map::entry::maps;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static JSON_RECORDS: ScalarFunction = ScalarFunction {
    name: "JSON_RECORDS",
    category: Category::Json,
    description: "The fields of a JSON object as a map.",
    variants: &[Variant {
        signature: "(jsonObj STRING) -> MAP<STRING, STRING>",
        description: "Names and values, strings without their quotes and everything else as JSON text; NULL for NULL \
                      and for JSON that is no object.",
        returns: Returns::Declared,
        call: json_records,
    }],
    examples: &[
        Example {
            call: "JSON_RECORDS('{\"a\": \"x\", \"b\": [1, 2]}')",
            result: "{\"a\": \"x\", \"b\": \"[1,2]\"}",
        },
        Example { call: "JSON_RECORDS(NULL)", result: "null" },
    ],
};

fn json_records(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.values::<StringArray>(0)?;
    let (mut keys, mut values) = (StringBuilder::new(), StringBuilder::new());
    let mut lengths = Vec::with_capacity(call.rows);
    let mut nulls = NullBufferBuilder::new(call.rows);
    for row in 0..call.rows {
        let fields = match text::value(call, &texts, row) {
            Some(Value::Object(fields)) => fields,
            _ => {
                lengths.push(0);
                nulls.append_null();
                continue;
            }
        };
        for (name, value) in &fields {
            keys.append_value(name);
            values.append_value(text::unquoted(value));
        }
        lengths.push(fields.len());
        nulls.append_non_null();
    }
    maps(call.returns, Arc::new(keys.finish()), Arc::new(values.finish()), lengths, nulls.finish())
}
