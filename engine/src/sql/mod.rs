//! ksqlDB's SQL: text to syntax tree and back.
//!
//! | File | Holds |
//! |---|---|
//! | [`ast`] | statements and clauses |
//! | [`expr`] | expressions |
//! | [`type_name`], [`ident`], [`duration`] | the leaves |
//! | [`span`] | where a node stands in the text |

pub mod ast;
pub mod duration;
pub mod expr;
pub mod ident;
pub mod span;
pub mod type_name;

pub use ast::Statement;
pub use duration::{Duration, TimeUnit};
pub use expr::{BinaryOp, ComparisonOp, Expr, Literal, LogicalOp, UnaryOp};
pub use ident::Ident;
pub use span::Span;
pub use type_name::TypeName;
