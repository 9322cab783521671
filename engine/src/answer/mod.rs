//! Values of answers as JSON text, as ksqlDB's REST API prints them.

mod json;

pub use json::{write_row, write_value};
