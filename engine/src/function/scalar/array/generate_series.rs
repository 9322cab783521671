//! GENERATE_SERIES.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, Int32Array, ListBuilder, PrimitiveArray, PrimitiveBuilder};
use arrow::datatypes::{Field, Int32Type, Int64Type};

use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

/// The longest series of a row: ten times what anybody unrolls, and a batch of them still fits into memory.
const ELEMENTS_MAX: i128 = 1_000_000;

pub(super) static GENERATE_SERIES: ScalarFunction = ScalarFunction {
    name: "GENERATE_SERIES",
    category: Category::Array,
    description: "The whole numbers from one to another.",
    variants: &[
        Variant {
            signature: "(start INT, end INT) -> ARRAY<INT>",
            description: "Both ends included, in steps of 1, or of -1 when the end is the lesser. NULL for NULL.",
            returns: Returns::Declared,
            call: generate_series::<Int32Type>,
        },
        Variant {
            signature: "(start BIGINT, end BIGINT) -> ARRAY<BIGINT>",
            description: "Both ends included, in steps of 1, or of -1 when the end is the lesser. NULL for NULL.",
            returns: Returns::Declared,
            call: generate_series::<Int64Type>,
        },
        Variant {
            signature: "(start INT, end INT, step INT) -> ARRAY<INT>",
            description: "In these steps; it is an error when they do not lead to the end. NULL for NULL.",
            returns: Returns::Declared,
            call: generate_series::<Int32Type>,
        },
        Variant {
            signature: "(start BIGINT, end BIGINT, step INT) -> ARRAY<BIGINT>",
            description: "In these steps; it is an error when they do not lead to the end. NULL for NULL.",
            returns: Returns::Declared,
            call: generate_series::<Int64Type>,
        },
    ],
    examples: &[
        Example { call: "GENERATE_SERIES(4, 2)", result: "[4, 3, 2]" },
        Example { call: "GENERATE_SERIES(0, 9, 4)", result: "[0, 4, 8]" },
        Example { call: "GENERATE_SERIES(1, CAST(NULL AS INT))", result: "null" },
    ],
};

fn generate_series<T: ArrowPrimitiveType>(call: &Call<'_>) -> Result<ArrayRef>
where
    i64: From<T::Native>,
    T::Native: TryFrom<i64>,
{
    let (starts, ends) = (call.values::<PrimitiveArray<T>>(0)?, call.values::<PrimitiveArray<T>>(1)?);
    let steps = if call.len() > 2 { Some(call.values::<Int32Array>(2)?) } else { None };
    let mut out = ListBuilder::new(PrimitiveBuilder::<T>::new()).with_field(Arc::new(Field::new(
        "item",
        T::DATA_TYPE,
        true,
    )));
    for row in 0..call.rows {
        if starts.is_null(row) || ends.is_null(row) || steps.as_ref().is_some_and(|steps| steps.is_null(row))
        {
            out.append_null();
            continue;
        }
        let start = i64::from(starts.array.value(starts.index(row)));
        let end = i64::from(ends.array.value(ends.index(row)));
        let step = match &steps {
            Some(steps) => <i64 as From<i32>>::from(steps.array.value(steps.index(row))),
            None if end < start => -1,
            None => 1,
        };
        if step == 0 || (end != start && (end > start) != (step > 0)) {
            call.fail(row, format!("GENERATE_SERIES does not get from {start} to {end} in steps of {step}"));
            out.append_null();
            continue;
        }
        let last = (i128::from(end) - i128::from(start)) / i128::from(step);
        if last >= ELEMENTS_MAX {
            call.fail(row, format!("GENERATE_SERIES gives {} elements, more than {ELEMENTS_MAX}", last + 1));
            out.append_null();
            continue;
        }
        for count in 0..=last as i64 {
            // Between start and end, so it is of the type that they are.
            out.values().append_option(T::Native::try_from(start + count * step).ok());
        }
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}
