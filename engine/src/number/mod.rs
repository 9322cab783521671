//! Numbers as text, and decimals, with Java's meaning: what users of ksqlDB see in their results came from
//! `Double.toString` and `BigDecimal`.

mod decimal;
mod double;
mod rounding;

pub use decimal::{
    Overflow, ParseDecimalError, Unscaled, decimal_from_double, decimal_from_integer, decimal_to_double,
    decimal_to_integer, decimal_to_string, fits, parse_decimal, pow10, rescale, write_decimal,
};
pub use double::{double_to_string, parse_double, parse_integer, write_double};
pub use rounding::{Rounding, round_decimal, round_double, whole_decimal};
