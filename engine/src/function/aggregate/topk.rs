//! TOPK.

use super::top::Top;
use super::{AggregateFunction, AggregateVariant};
use crate::error::{Error, Result};
use crate::function::{Example, Returns};
use crate::schema::{SqlType, StructField};

pub(super) static TOPK: AggregateFunction = AggregateFunction {
    name: "TOPK",
    description: "The greatest values, in descending order.",
    nested_state: true,
    variants: &[
        values("(value INT; k INT) -> ARRAY<INT>"),
        values("(value BIGINT; k INT) -> ARRAY<BIGINT>"),
        values("(value DOUBLE; k INT) -> ARRAY<DOUBLE>"),
        values("(value STRING; k INT) -> ARRAY<STRING>"),
        rows("(sort INT, others ANY…; k INT) -> ARRAY<INT>"),
        rows("(sort BIGINT, others ANY…; k INT) -> ARRAY<BIGINT>"),
        rows("(sort DOUBLE, others ANY…; k INT) -> ARRAY<DOUBLE>"),
        rows("(sort STRING, others ANY…; k INT) -> ARRAY<STRING>"),
    ],
    examples: &[Example { call: "TOPK(amount, 2)", result: "[9, 7]" }],
};

const fn values(signature: &'static str) -> AggregateVariant {
    AggregateVariant {
        signature,
        description: "The k greatest values; NULLs are left out.",
        retractable: false,
        returns: Returns::Declared,
        accumulator: Top::<false>::accumulator,
    }
}

const fn rows(signature: &'static str) -> AggregateVariant {
    AggregateVariant {
        signature,
        description: "The k rows with the greatest first values, as STRUCTs of sort_col, col0, col1 and so on.",
        retractable: false,
        returns: Returns::Computed(row_type),
        accumulator: Top::<false>::accumulator,
    }
}

/// The last type is that of k.
fn row_type(types: &[SqlType]) -> Result<SqlType> {
    let Some((_, columns)) = types.split_last() else {
        return Err(Error::internal("TOPK has a k"));
    };
    let fields = columns.iter().enumerate().map(|(index, ty)| StructField {
        name: if index == 0 { "sort_col".into() } else { format!("col{}", index - 1) },
        ty: ty.clone(),
    });
    Ok(SqlType::array(SqlType::Struct(fields.collect())))
}
