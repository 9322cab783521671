//! ARRAY_JOIN.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Float64Type, Int32Type, Int64Type};

use super::pick::items;
use crate::error::{Error, Result};
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};
use crate::number::{write_decimal, write_double};

pub(super) static ARRAY_JOIN: ScalarFunction = ScalarFunction {
    name: "ARRAY_JOIN",
    category: Category::Array,
    description: "The elements of an array as one string.",
    variants: &[
        Variant {
            signature: "(array ARRAY<T>) -> STRING",
            description: "The elements with commas between; NULL elements are written as null. NULL for NULL.",
            returns: Returns::Declared,
            call: array_join,
        },
        Variant {
            signature: "(array ARRAY<T>, delimiter STRING) -> STRING",
            description: "The elements with the delimiter between; a NULL delimiter is an empty one.",
            returns: Returns::Declared,
            call: array_join,
        },
    ],
    examples: &[
        Example { call: "ARRAY_JOIN(ARRAY[1, 2, NULL], '|')", result: "\"1|2|null\"" },
        Example { call: "ARRAY_JOIN(NULL)", result: "null" },
    ],
};

fn array_join(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let delimiters = if call.len() > 1 { Some(call.values::<StringArray>(1)?) } else { None };
    let elements = lists.array.values();
    let printable = printable(elements.data_type());
    let mut out = StringBuilder::new();
    for row in 0..call.rows {
        let Some(items) = items(&lists, row) else {
            out.append_null();
            continue;
        };
        if !printable {
            call.fail(row, "ARRAY_JOIN takes arrays of BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL or STRING only");
            out.append_null();
            continue;
        }
        let delimiter = match &delimiters {
            None => ",",
            Some(delimiters) if delimiters.is_null(row) => "",
            Some(delimiters) => delimiters.array.value(delimiters.index(row)),
        };
        let start = items.start;
        for item in items {
            if item > start {
                write_str(&mut out, delimiter)?;
            }
            write(&mut out, elements, item)?;
        }
        out.append_value("");
    }
    Ok(Arc::new(out.finish()))
}

fn printable(ty: &DataType) -> bool {
    matches!(
        ty,
        DataType::Boolean
            | DataType::Int32
            | DataType::Int64
            | DataType::Float64
            | DataType::Utf8
            | DataType::Decimal128(..)
            | DataType::Decimal256(..)
    )
}

fn write_str(out: &mut StringBuilder, text: &str) -> Result<()> {
    out.write_str(text).map_err(|_| Error::internal("a string builder refuses text"))
}

fn write(out: &mut StringBuilder, elements: &ArrayRef, item: usize) -> Result<()> {
    if elements.is_null(item) {
        return write_str(out, "null");
    }
    let written = match elements.data_type() {
        DataType::Boolean => write!(out, "{}", elements.as_boolean().value(item)),
        DataType::Int32 => write!(out, "{}", elements.as_primitive::<Int32Type>().value(item)),
        DataType::Int64 => write!(out, "{}", elements.as_primitive::<Int64Type>().value(item)),
        DataType::Float64 => write_double(out, elements.as_primitive::<Float64Type>().value(item)),
        DataType::Decimal128(_, scale) => {
            write_decimal(out, elements.as_primitive::<Decimal128Type>().value(item), *scale as u16)
        }
        DataType::Decimal256(_, scale) => {
            write_decimal(out, elements.as_primitive::<Decimal256Type>().value(item), *scale as u16)
        }
        _ => out.write_str(elements.as_string::<i32>().value(item)),
    };
    written.map_err(|_| Error::internal("a string builder refuses text"))
}
