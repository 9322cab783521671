//! UCASE.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray, StringBuilder};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static UCASE: ScalarFunction = ScalarFunction {
    name: "UCASE",
    category: Category::String,
    description: "Makes a string upper case.",
    variants: &[Variant {
        signature: "(input STRING) -> STRING",
        description: "The string in upper case; NULL for NULL.",
        returns: Returns::Declared,
        call: ucase,
    }],
    examples: &[Example { call: "UCASE('ksql')", result: "\"KSQL\"" }],
};

fn ucase(call: &Call<'_>) -> Result<ArrayRef> {
    let input = call.values::<StringArray>(0)?;
    let mut out = StringBuilder::with_capacity(call.rows, input.array.value_data().len());
    for row in 0..call.rows {
        if input.is_null(row) {
            out.append_null();
        } else {
            out.append_value(input.array.value(input.index(row)).to_uppercase());
        }
    }
    Ok(Arc::new(out.finish()))
}
