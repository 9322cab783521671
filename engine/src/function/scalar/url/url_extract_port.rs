//! URL_EXTRACT_PORT.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::Int32Type;

use super::uri::Uri;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static URL_EXTRACT_PORT: ScalarFunction = ScalarFunction {
    name: "URL_EXTRACT_PORT",
    category: Category::Url,
    description: "Takes the port out of a URL.",
    variants: &[Variant {
        signature: "(input STRING) -> INT",
        description: "The port; NULL where the URL has none.",
        returns: Returns::Declared,
        call: extract,
    }],
    examples: &[Example { call: "URL_EXTRACT_PORT('http://localhost:8080/home')", result: "8080" }],
};

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| {
        call.check(row, Uri::parse(input.get(row)?))?.port
    })))
}
