//! AS_VALUE.

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;

use crate::error::Result;
use crate::function::{Call, Category, Returns, ScalarFunction, Variant};

pub(super) static AS_VALUE: ScalarFunction = ScalarFunction {
    name: "AS_VALUE",
    category: Category::Other,
    description: "Puts a copy of a key column into the value of a result.",
    variants: &[Variant {
        signature: "(keyColumn T) -> T",
        description: "The key column as it is. Only for projections: `SELECT K, AS_VALUE(K) AS K_COPY`.",
        returns: Returns::Declared,
        call: as_value,
    }],
    examples: &[],
};

fn as_value(call: &Call<'_>) -> Result<ArrayRef> {
    let (array, constant) = call.column(0)?;
    if !constant {
        return Ok(array.clone());
    }
    Ok(take(array, &UInt32Array::from_value(0, call.rows), None)?)
}
