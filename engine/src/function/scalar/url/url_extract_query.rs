//! URL_EXTRACT_QUERY.

use std::fmt::Write;

use arrow::array::{ArrayRef, StringArray};

use super::uri::{Uri, decoded};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static URL_EXTRACT_QUERY: ScalarFunction = ScalarFunction {
    name: "URL_EXTRACT_QUERY",
    category: Category::Url,
    description: "Takes the query out of a URL.",
    variants: &[Variant {
        signature: "(input STRING) -> STRING",
        description: "The query, decoded; NULL where the URL has none.",
        returns: Returns::Declared,
        call: extract,
    }],
    examples: &[Example {
        call: "URL_EXTRACT_QUERY('https://me@x.org:80/a%20b?q=1#top')",
        result: "\"q=1\"",
    }],
};

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    Ok(rows::strings(call.rows, 0, |row, out| {
        let uri = call.check(row, Uri::parse(input.get(row)?))?;
        out.write_str(&decoded(uri.query?)).ok()
    }))
}
