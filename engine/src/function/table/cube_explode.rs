//! CUBE_EXPLODE.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, NullBufferBuilder, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::Field;

use super::{TableFunction, TableVariant};
use crate::error::Result;
use crate::function::scalar::items;
use crate::function::{Call, Category, Example};

/// The longest array, as in ksqlDB: a row becomes a million.
const ELEMENTS_MAX: usize = 20;

pub(super) static CUBE_EXPLODE: TableFunction = TableFunction {
    name: "CUBE_EXPLODE",
    category: Category::Table,
    description: "A row for each choice of the elements of an array, with NULL in place of the others.",
    variants: &[TableVariant {
        signature: "(columns ARRAY<T>) -> ARRAY<T>",
        description: "All choices, the one without any first; elements that are NULL make no difference. Arrays of \
                      more than 20 elements are an error. No rows for NULL.",
        call: cube_explode,
    }],
    examples: &[Example {
        call: "CUBE_EXPLODE(ARRAY[1, 2])",
        result: "[[null, null], [null, 2], [1, null], [1, 2]]",
    }],
};

fn cube_explode(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.values::<ListArray>(0)?;
    let elements = lists.array.values();
    let mut chosen: Vec<Option<u32>> = Vec::new();
    // How long each array is that comes out, and how many of them each row gives.
    let mut lengths = Vec::new();
    let mut counts = Vec::with_capacity(call.rows);
    let mut nulls = NullBufferBuilder::new(call.rows);
    for row in 0..call.rows {
        let columns = match items(&lists, row) {
            Some(columns) if columns.len() <= ELEMENTS_MAX => columns,
            other => {
                if let Some(columns) = other {
                    call.fail(
                        row,
                        format!("CUBE_EXPLODE takes up to {ELEMENTS_MAX} elements, not {}", columns.len()),
                    );
                }
                counts.push(0);
                nulls.append_null();
                continue;
            }
        };
        // The first element is the highest bit of a choice; the bits of NULLs stay 0.
        let bit = |column: usize| 1_u32 << (columns.end - 1 - column);
        let free: u32 = columns.clone().filter(|column| elements.is_valid(*column)).map(bit).sum();
        let before = lengths.len();
        for mask in (0..1_u32 << columns.len()).filter(|mask| mask & !free == 0) {
            chosen.extend(columns.clone().map(|column| (mask & bit(column) != 0).then_some(column as u32)));
            lengths.push(columns.len());
        }
        counts.push(lengths.len() - before);
        nulls.append_non_null();
    }
    let items = take(elements, &UInt32Array::from(chosen), None)?;
    let inner = list(items, lengths, None)?;
    list(inner, counts, nulls.finish())
}

fn list(items: ArrayRef, lengths: Vec<usize>, nulls: Option<arrow::buffer::NullBuffer>) -> Result<ArrayRef> {
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, OffsetBuffer::from_lengths(lengths), items, nulls)?))
}
