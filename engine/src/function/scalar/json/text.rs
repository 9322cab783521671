//! JSON text and the values in it.

use arrow::array::StringArray;
use serde_json::Value;

use crate::function::Call;
use crate::function::args::Values;

/// The first value of a text; none when there is nothing but white space.
pub(super) fn parse(text: &str) -> Result<Option<Value>, String> {
    serde_json::Deserializer::from_str(text)
        .into_iter::<Value>()
        .next()
        .transpose()
        .map_err(|error| format!("invalid JSON: {error}"))
}

/// The value in the text of a row; none for NULL and for an empty text. The row fails when it is no JSON.
pub(super) fn value(call: &Call<'_>, texts: &Values<'_, StringArray>, row: usize) -> Option<Value> {
    if texts.is_null(row) {
        return None;
    }
    parse(texts.array.value(texts.index(row))).unwrap_or_else(|reason| {
        call.fail(row, reason);
        None
    })
}

/// A string as it is, everything else as JSON text.
pub(super) fn unquoted(value: &Value) -> std::borrow::Cow<'_, str> {
    match value {
        Value::String(text) => text.as_str().into(),
        other => other.to_string().into(),
    }
}
