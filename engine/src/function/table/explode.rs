//! EXPLODE.

use arrow::array::ArrayRef;

use super::{TableFunction, TableVariant};
use crate::error::Result;
use crate::function::{Call, Category, Example};

pub(super) static EXPLODE: TableFunction = TableFunction {
    name: "EXPLODE",
    category: Category::Table,
    description: "A row for each element of an array.",
    variants: &[
        TableVariant {
            signature: "(input ARRAY<DECIMAL>) -> DECIMAL",
            description: "The elements in their order; no rows for NULL and for an empty array.",
            call: explode,
        },
        TableVariant {
            signature: "(list ARRAY<T>) -> T",
            description: "The elements in their order; no rows for NULL and for an empty array.",
            call: explode,
        },
    ],
    examples: &[Example { call: "EXPLODE(ARRAY[1, NULL, 3])", result: "[1, null, 3]" }],
};

fn explode(call: &Call<'_>) -> Result<ArrayRef> {
    call.expanded(0)
}
