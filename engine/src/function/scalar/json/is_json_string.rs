//! IS_JSON_STRING.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static IS_JSON_STRING: ScalarFunction = ScalarFunction {
    name: "IS_JSON_STRING",
    category: Category::Json,
    description: "Whether a text is JSON.",
    variants: &[Variant {
        signature: "(input STRING) -> BOOLEAN",
        description: "True when the text begins with a JSON value; false for NULL and for an empty text.",
        returns: Returns::Declared,
        call: is_json_string,
    }],
    examples: &[
        Example { call: "IS_JSON_STRING('[1, 2]')", result: "true" },
        Example { call: "IS_JSON_STRING('abc')", result: "false" },
        Example { call: "IS_JSON_STRING(NULL)", result: "false" },
    ],
};

fn is_json_string(call: &Call<'_>) -> Result<ArrayRef> {
    let inputs = call.values::<StringArray>(0)?;
    let verdicts = (0..call.rows).map(|row| {
        !inputs.is_null(row)
            && serde_json::Deserializer::from_str(inputs.array.value(inputs.index(row)))
                .into_iter::<serde::de::IgnoredAny>()
                .next()
                .is_some_and(|value| value.is_ok())
    });
    Ok(Arc::new(BooleanArray::from(verdicts.collect::<Vec<_>>())))
}
