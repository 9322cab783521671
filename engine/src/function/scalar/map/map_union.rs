//! MAP_UNION.

use arrow::array::{ArrayRef, MapArray};
use arrow::compute::concat;

use super::entry::{EntryPicker, entries};
use crate::error::Result;
use crate::function::scalar::array::pick::rows;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static MAP_UNION: ScalarFunction = ScalarFunction {
    name: "MAP_UNION",
    category: Category::Map,
    description: "The entries of two maps in one.",
    variants: &[Variant {
        signature: "(map1 MAP<STRING, T>, map2 MAP<STRING, T>) -> MAP<STRING, T>",
        description: "All entries; where both maps have a key, the second's. A NULL map counts as empty, two of them \
                      give NULL.",
        returns: Returns::Declared,
        call: map_union,
    }],
    examples: &[
        Example {
            call: "MAP_UNION(MAP('a' := 1, 'b' := 2), MAP('b' := 3, 'c' := 4))",
            result: "{\"a\": 1, \"b\": 3, \"c\": 4}",
        },
        Example { call: "MAP_UNION(NULL, MAP('a' := 1))", result: "{\"a\": 1}" },
    ],
};

fn map_union(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.values::<MapArray>(0)?, call.values::<MapArray>(1)?);
    let keys = concat(&[left.array.keys(), right.array.keys()])?;
    let values = concat(&[left.array.values(), right.array.values()])?;
    let key_rows = rows(&keys)?;
    let shift = left.array.keys().len();
    let mut out = EntryPicker::new(call.rows);
    for row in 0..call.rows {
        match (entries(&left, row), entries(&right, row)) {
            (None, None) => out.null_row(),
            (left, right) => {
                let right = right.map(|entries| entries.start + shift..entries.end + shift);
                let all = left.into_iter().chain(right).flatten();
                out.row(&keys, &key_rows, all.map(|entry| (entry, Some(entry))));
            }
        }
    }
    out.finish(call.returns, &keys, &values)
}
