//! NULLIF.

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;

use crate::error::Result;
use crate::function::scalar::array::pick::rows;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static NULLIF: ScalarFunction = ScalarFunction {
    name: "NULLIF",
    category: Category::Conditional,
    description: "A value, or NULL where it equals another.",
    variants: &[Variant {
        signature: "(expr1 T, expr2 T) -> T",
        description: "NULL where both are equal, otherwise the first.",
        returns: Returns::Declared,
        call: nullif,
    }],
    examples: &[
        Example { call: "NULLIF(1, 2)", result: "1" },
        Example { call: "NULLIF('a', 'a')", result: "null" },
        Example { call: "NULLIF(CAST(NULL AS INT), 2)", result: "null" },
    ],
};

fn nullif(call: &Call<'_>) -> Result<ArrayRef> {
    let (value, constant) = call.column(0)?;
    let (other, other_constant) = call.column(1)?;
    let (values, others) = (rows(value)?, rows(other)?);
    let kept = (0..call.rows).map(|row| {
        let index = if constant { 0 } else { row };
        let equal = values.row(index) == others.row(if other_constant { 0 } else { row });
        (!equal).then_some(index as u32)
    });
    Ok(take(value, &kept.collect::<UInt32Array>(), None)?)
}
