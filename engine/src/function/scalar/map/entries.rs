//! ENTRIES.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, MapArray, StructArray};
use arrow::datatypes::DataType;

use super::entry::entries;
use crate::error::{Error, Result};
use crate::function::scalar::array::pick::{Picker, rows};
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static ENTRIES: ScalarFunction = ScalarFunction {
    name: "ENTRIES",
    category: Category::Map,
    description: "The entries of a map as an array of STRUCTs.",
    variants: &[
        variant("(map MAP<STRING, INT>, sorted BOOLEAN) -> ARRAY<STRUCT<K STRING, V INT>>"),
        variant("(map MAP<STRING, BIGINT>, sorted BOOLEAN) -> ARRAY<STRUCT<K STRING, V BIGINT>>"),
        variant("(map MAP<STRING, DOUBLE>, sorted BOOLEAN) -> ARRAY<STRUCT<K STRING, V DOUBLE>>"),
        variant("(map MAP<STRING, BOOLEAN>, sorted BOOLEAN) -> ARRAY<STRUCT<K STRING, V BOOLEAN>>"),
        variant("(map MAP<STRING, STRING>, sorted BOOLEAN) -> ARRAY<STRUCT<K STRING, V STRING>>"),
    ],
    examples: &[
        Example {
            call: "ENTRIES(MAP('b' := 2, 'a' := 1), TRUE)",
            result: "[{\"K\": \"a\", \"V\": 1}, {\"K\": \"b\", \"V\": 2}]",
        },
        Example { call: "ENTRIES(CAST(NULL AS MAP<STRING, INT>), TRUE)", result: "null" },
    ],
};

const fn variant(signature: &'static str) -> Variant {
    Variant {
        signature,
        description: "The entries with the fields K and V, in the order of their keys when sorted is true. NULL for \
                      NULL.",
        returns: Returns::Declared,
        call,
    }
}

fn call(call: &Call<'_>) -> Result<ArrayRef> {
    let (maps, sorted) = (call.values::<MapArray>(0)?, call.values::<BooleanArray>(1)?);
    let DataType::List(item) = call.returns.to_arrow() else {
        return Err(Error::internal("ENTRIES gives an array"));
    };
    let DataType::Struct(fields) = item.data_type() else {
        return Err(Error::internal("ENTRIES gives an array of structs"));
    };
    let columns = vec![maps.array.keys().clone(), maps.array.values().clone()];
    let structs: ArrayRef = Arc::new(StructArray::try_new(fields.clone(), columns, None)?);
    let order = rows(maps.array.keys())?;
    let mut out = Picker::new(call.rows);
    let mut in_order = Vec::new();
    for row in 0..call.rows {
        match entries(&maps, row) {
            Some(_) if sorted.is_null(row) => {
                call.fail(row, "ENTRIES has to be told whether to sort, but sorted is NULL");
                out.null_row();
            }
            Some(entries) => {
                in_order.clear();
                in_order.extend(entries);
                if sorted.array.value(sorted.index(row)) {
                    in_order.sort_by(|a, b| order.row(*a).cmp(&order.row(*b)));
                }
                in_order.iter().for_each(|entry| out.pick(*entry));
                out.end_row();
            }
            None => out.null_row(),
        }
    }
    out.finish(&structs)
}
