//! ARRAY_LENGTH.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, ListArray};

use super::pick::items;
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_LENGTH: ScalarFunction = ScalarFunction {
    name: "ARRAY_LENGTH",
    category: Category::Array,
    description: "How many elements an array has.",
    variants: &[Variant {
        signature: "(array ARRAY<T>) -> INT",
        description: "The number of elements, NULLs included; NULL for NULL.",
        returns: Returns::Declared,
        call: array_length,
    }],
    examples: &[
        Example { call: "ARRAY_LENGTH(ARRAY[1, NULL])", result: "2" },
        Example { call: "ARRAY_LENGTH(NULL)", result: "null" },
    ],
};

fn array_length(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let lengths = (0..call.rows).map(|row| items(&lists, row).map(|items| items.len() as i32));
    Ok(Arc::new(lengths.collect::<Int32Array>()))
}
