//! ROUND.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, Int32Array, Int64Array};
use arrow::datatypes::{Float64Type, Int64Type};

use super::decimals::{self, DecimalOp};
use crate::error::Result;
use crate::function::args::Values;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant, rows};
use crate::number::{Rounding, Unscaled, round_decimal, round_double, whole_decimal};

const WHOLE: &str = "The nearest whole number; halves go up.";
const TO_PLACES: &str = "The number with so many decimal places; halves go up. A negative number of places clears digits before the point.";

pub(super) static ROUND: ScalarFunction = ScalarFunction {
    name: "ROUND",
    category: Category::Math,
    description: "Rounds a number, to a whole one or to a number of decimal places.",
    variants: &[
        Variant {
            signature: "(val BIGINT) -> BIGINT",
            description: WHOLE,
            returns: Returns::Declared,
            call: super::unchanged,
        },
        Variant {
            signature: "(val INT) -> BIGINT",
            description: WHOLE,
            returns: Returns::Declared,
            call: int_to_whole,
        },
        Variant {
            signature: "(val DOUBLE) -> BIGINT",
            description: WHOLE,
            returns: Returns::Declared,
            call: double_to_whole,
        },
        Variant {
            signature: "(val DECIMAL) -> DECIMAL",
            description: WHOLE,
            returns: Returns::Computed(super::whole_type),
            call: |call| decimals::map(call, &ToWhole),
        },
        Variant {
            signature: "(val DOUBLE, decimalPlaces INT) -> DOUBLE",
            description: TO_PLACES,
            returns: Returns::Declared,
            call: double_to_places,
        },
        Variant {
            signature: "(val DECIMAL, decimalPlaces INT) -> DECIMAL",
            description: TO_PLACES,
            returns: Returns::Computed(super::same_type),
            call: |call| decimals::map(call, &ToPlaces(call.values(1)?)),
        },
    ],
    examples: &[
        Example { call: "ROUND(2.5e0)", result: "3" },
        Example { call: "ROUND(1.25)", result: "1" },
        Example { call: "ROUND(1.25, 1)", result: "1.30" },
        Example { call: "ROUND(12345.67e0, -2)", result: "12300.0" },
    ],
};

fn int_to_whole(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.values::<Int32Array>(0)?;
    Ok(Arc::new(rows::primitives::<Int64Type>(call.rows, |row| values.get(row).map(i64::from))))
}

// Math.round: halves go up, also below zero.
fn whole(value: f64) -> i64 {
    let floor = value.floor();
    (if value - floor >= 0.5 { floor + 1.0 } else { floor }) as i64
}

fn double_to_whole(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.values::<Float64Array>(0)?;
    if !values.is_constant() {
        return Ok(Arc::new(values.array.unary::<_, Int64Type>(whole)));
    }
    let answer = values.array.is_valid(0).then(|| whole(values.array.value(0)));
    Ok(Arc::new((0..call.rows).map(|_| answer).collect::<Int64Array>()))
}

fn double_to_places(call: &Call<'_>) -> Result<ArrayRef> {
    let (values, places) = (call.values::<Float64Array>(0)?, call.values::<Int32Array>(1)?);
    Ok(Arc::new(rows::primitives::<Float64Type>(call.rows, |row| {
        let rounded = round_double(values.get(row)?, places.get(row)?, Rounding::Nearest);
        if rounded.is_none() {
            call.fail(row, "ROUND: NaN and the infinities have no decimal places");
        }
        rounded
    })))
}

struct ToWhole;

impl DecimalOp for ToWhole {
    fn apply<N: Unscaled>(&self, _: usize, unscaled: N, scale: u16) -> Option<N> {
        whole_decimal(unscaled, scale, Rounding::Nearest)
    }
}

struct ToPlaces<'a>(Values<'a, Int32Array>);

impl DecimalOp for ToPlaces<'_> {
    fn apply<N: Unscaled>(&self, row: usize, unscaled: N, scale: u16) -> Option<N> {
        round_decimal(unscaled, scale, self.0.get(row)?, Rounding::Nearest)
    }
}
