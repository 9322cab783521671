//! FIELD.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::Int32Type;

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static FIELD: ScalarFunction = ScalarFunction {
    name: "FIELD",
    category: Category::String,
    description: "The number of a string among several.",
    variants: &[Variant {
        signature: "(str STRING, args STRING…) -> INT",
        description: "Which of the strings behind it the first one equals, counted from 1; 0 for none and for NULL.",
        returns: Returns::Declared,
        call: field,
    }],
    examples: &[
        Example { call: "FIELD('b', 'a', 'b')", result: "2" },
        Example { call: "FIELD('x', 'a', 'b')", result: "0" },
    ],
};

fn field(call: &Call<'_>) -> Result<ArrayRef> {
    let wanted = call.values::<StringArray>(0)?;
    let args = (1..call.len()).map(|index| call.values::<StringArray>(index)).collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(rows::primitives::<Int32Type>(call.rows, |row| {
        let found =
            wanted.get(row).and_then(|wanted| args.iter().position(|arg| arg.get(row) == Some(wanted)));
        Some(found.map_or(0, |index| index as i32 + 1))
    })))
}
