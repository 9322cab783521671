//! Millrace's engine: SQL text in, changes out. It knows no sockets.

pub mod analyze;
pub mod catalog;
pub mod change;
pub mod error;
pub mod expression;
pub mod format;
pub mod function;
pub mod number;
pub mod operator;
pub mod plan;
pub mod runtime;
pub mod schema;
pub mod settings;
pub mod sql;
pub mod statement;
pub mod time;

pub use error::{Class, Error, Location, Result};
