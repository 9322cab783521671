//! Millrace's engine: SQL text in, changes out. It knows no sockets.

pub mod analyze;
pub mod answer;
pub mod catalog;
pub mod change;
pub mod engine;
pub mod error;
pub mod expression;
pub mod format;
pub mod function;
pub mod number;
pub mod operator;
pub mod plan;
pub mod query;
pub mod runtime;
pub mod schema;
pub mod settings;
pub mod sql;
pub mod statement;
pub mod time;

pub use engine::{Engine, EngineOptions, Failed, QueryIds, Session};
pub use error::{Class, Error, Location, Result};
pub use query::Answer;
