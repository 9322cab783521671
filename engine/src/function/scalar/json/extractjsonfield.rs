//! EXTRACTJSONFIELD.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, StringBuilder};

use super::{path, text};
use crate::error::{Error, Result};
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static EXTRACTJSONFIELD: ScalarFunction = ScalarFunction {
    name: "EXTRACTJSONFIELD",
    category: Category::Json,
    description: "What stands at a path in JSON text.",
    variants: &[Variant {
        signature: "(input STRING, path STRING) -> STRING",
        description: "A string without its quotes, everything else as JSON text; NULL when there is nothing at the \
                      path. Paths are made of .name, [\"name\"] and [position] behind a $.",
        returns: Returns::Declared,
        call: extract,
    }],
    examples: &[
        Example { call: "EXTRACTJSONFIELD('{\"a\": [1, {\"b\": \"c\"}]}', '$.a[1].b')", result: "\"c\"" },
        Example { call: "EXTRACTJSONFIELD('{\"a\": [1, 2]}', '$.a')", result: "\"[1,2]\"" },
        Example { call: "EXTRACTJSONFIELD('{}', '$.a')", result: "null" },
        Example { call: "EXTRACTJSONFIELD(NULL, '$.a')", result: "null" },
    ],
};

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let (inputs, paths) = (call.values::<StringArray>(0)?, call.values::<StringArray>(1)?);
    let mut out = StringBuilder::new();
    // A path is nearly always a constant, and otherwise often the same as in the row before.
    let mut tokens: (Option<&str>, std::result::Result<Vec<String>, String>) = (None, Ok(Vec::new()));
    for row in 0..call.rows {
        if inputs.is_null(row) || paths.is_null(row) {
            out.append_null();
            continue;
        }
        let path = paths.array.value(paths.index(row));
        if tokens.0 != Some(path) {
            tokens = (Some(path), path::parse(path));
        }
        let found = match &tokens.1 {
            Ok(tokens) => find(inputs.array.value(inputs.index(row)), tokens),
            Err(reason) => Err(reason.clone()),
        };
        match found {
            Ok(Some(json)) => append(&mut out, json)?,
            Ok(None) => out.append_null(),
            Err(reason) => {
                call.fail(row, reason);
                out.append_null();
            }
        }
    }
    Ok(Arc::new(out.finish()))
}

/// The JSON text at a path. Only what leads there is read.
fn find<'a>(json: &'a str, tokens: &[String]) -> std::result::Result<Option<&'a str>, String> {
    let mut json = json.trim_start();
    if json.is_empty() {
        return Ok(None);
    }
    for token in tokens {
        let found = match json.as_bytes().first() {
            Some(b'{') => sonic_rs::get(json, [token.as_str()]),
            Some(b'[') => match token.parse::<usize>() {
                Ok(position) => sonic_rs::get(json, [position]),
                Err(_) => return Ok(None),
            },
            _ => return text::parse(json).map(|_| None),
        };
        json = match found {
            Ok(value) => match value.as_raw_cow() {
                std::borrow::Cow::Borrowed(raw) => raw,
                std::borrow::Cow::Owned(_) => return Err("a part of a JSON text was copied".into()),
            },
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(format!("invalid JSON: {error}")),
        };
    }
    Ok(Some(json))
}

fn append(out: &mut StringBuilder, json: &str) -> Result<()> {
    let unescaped = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match unescaped {
        Some(plain) if memchr::memchr(b'\\', plain.as_bytes()).is_none() => out.append_value(plain),
        _ if json.starts_with(|c: char| c.is_ascii_digit() || c == '-') => out.append_value(json.trim_end()),
        _ => match text::parse(json) {
            Ok(Some(value)) => {
                out.write_str(&text::unquoted(&value))
                    .map_err(|_| Error::internal("a builder refuses text"))?;
                out.append_value("");
            }
            _ => out.append_null(),
        },
    }
    Ok(())
}
