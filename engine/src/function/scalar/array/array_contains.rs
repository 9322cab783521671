//! ARRAY_CONTAINS.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, ListArray};

use super::pick::{items, rows};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ARRAY_CONTAINS: ScalarFunction = ScalarFunction {
    name: "ARRAY_CONTAINS",
    category: Category::Array,
    description: "Whether an array has an element.",
    variants: &[Variant {
        signature: "(array ARRAY<T>, val T) -> BOOLEAN",
        description: "True when an element equals the value, NULL equalling NULL; false for a NULL array.",
        returns: Returns::Declared,
        call: array_contains,
    }],
    examples: &[
        Example { call: "ARRAY_CONTAINS(ARRAY[1, 2], 2)", result: "true" },
        Example { call: "ARRAY_CONTAINS(CAST(NULL AS ARRAY<INT>), 2)", result: "false" },
    ],
};

fn array_contains(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let (value, constant) = call.column(1)?;
    let (elements, values) = (rows(lists.array.values())?, rows(value)?);
    let found = (0..call.rows).map(|row| {
        let value = values.row(if constant { 0 } else { row });
        items(&lists, row).is_some_and(|mut items| items.any(|item| elements.row(item) == value))
    });
    Ok(Arc::new(BooleanArray::from(found.collect::<Vec<_>>())))
}
