//! URL_EXTRACT_PARAMETER.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use super::uri::{Uri, decoded};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static URL_EXTRACT_PARAMETER: ScalarFunction = ScalarFunction {
    name: "URL_EXTRACT_PARAMETER",
    category: Category::Url,
    description: "Takes a parameter out of the query of a URL.",
    variants: &[Variant {
        signature: "(input STRING, paramToFind STRING) -> STRING",
        description: "The parameter's value: empty where it has none, NULL where there is no such parameter.",
        returns: Returns::Declared,
        call: extract,
    }],
    examples: &[
        Example { call: "URL_EXTRACT_PARAMETER('http://x.org/?a=1&b=2', 'b')", result: "\"2\"" },
        Example { call: "URL_EXTRACT_PARAMETER('http://x.org/?a=1&b', 'b')", result: "\"\"" },
        Example { call: "URL_EXTRACT_PARAMETER('http://x.org/?a=1', 'b')", result: "null" },
    ],
};

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let (input, names) = (call.values::<StringArray>(0)?, call.values::<StringArray>(1)?);
    Ok(rows::strings(call.rows, 0, |row, out| {
        let (text, name) = (input.get(row)?, names.get(row)?);
        let query = decoded(call.check(row, Uri::parse(text))?.query?);
        let value = query.split('&').find_map(|parameter| match parameter.split_once('=') {
            Some((key, value)) => (key == name).then_some(value),
            None => (parameter == name).then_some(""),
        });
        out.write_str(value?).ok()
    }))
}
