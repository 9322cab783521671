//! LOG.

use arrow::array::ArrayRef;

use super::doubles::{binary, unary};
use crate::error::Result;
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};

pub(super) static LOG: ScalarFunction = ScalarFunction {
    name: "LOG",
    category: Category::Math,
    description: "The logarithm of a number, to base e or to a base given.",
    variants: &[
        natural("(value INT) -> DOUBLE"),
        natural("(value BIGINT) -> DOUBLE"),
        natural("(value DOUBLE) -> DOUBLE"),
        to_base("(base INT, value INT) -> DOUBLE"),
        to_base("(base BIGINT, value BIGINT) -> DOUBLE"),
        to_base("(base DOUBLE, value DOUBLE) -> DOUBLE"),
    ],
    examples: &[Example { call: "LOG(1)", result: "0.0" }, Example { call: "LOG(2, 8)", result: "3.0" }],
};

const fn natural(signature: &'static str) -> Variant {
    Variant {
        signature,
        description: "The natural logarithm; -Infinity for 0, NaN for a negative number.",
        returns: Returns::Declared,
        call: |call| unary(call, f64::ln),
    }
}

const fn to_base(signature: &'static str) -> Variant {
    Variant {
        signature,
        description: "The logarithm to the base; NaN for a base that is 1 or not positive.",
        returns: Returns::Declared,
        call: log,
    }
}

fn log(call: &Call<'_>) -> Result<ArrayRef> {
    binary(call, |base, value| if base <= 0.0 || base == 1.0 { f64::NAN } else { value.ln() / base.ln() })
}
