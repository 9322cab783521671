//! ELT.

use std::fmt::Write;

use arrow::array::{ArrayRef, Int32Array, StringArray};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};

pub(super) static ELT: ScalarFunction = ScalarFunction {
    name: "ELT",
    category: Category::String,
    description: "Chooses one of several strings by its number.",
    variants: &[Variant {
        signature: "(n INT, args STRING…) -> STRING",
        description: "The n-th of the strings, counted from 1; NULL where there is none.",
        returns: Returns::Declared,
        call: elt,
    }],
    examples: &[Example { call: "ELT(2, 'a', 'b')", result: "\"b\"" }],
};

fn elt(call: &Call<'_>) -> Result<ArrayRef> {
    let numbers = call.values::<Int32Array>(0)?;
    let args = (1..call.len()).map(|index| call.values::<StringArray>(index)).collect::<Result<Vec<_>>>()?;
    Ok(rows::strings(call.rows, 0, |row, out| {
        let index = usize::try_from(numbers.get(row)?).ok()?.checked_sub(1)?;
        out.write_str(args.get(index)?.get(row)?).ok()
    }))
}
