//! Schemas: SQL types, and the key and value columns of a stream or table.

mod logical;
mod types;

pub use logical::{Column, LogicalSchema, Namespace, PSEUDO_COLUMNS, is_pseudo_column};
pub use types::{DECIMAL_PRECISION_MAX, SqlType, StructField};
