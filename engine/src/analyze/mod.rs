//! Analysis: names are found, types are worked out, and every mistake that a user can make in a query is told here.

mod expression;
pub(crate) mod scope;
pub mod type_name;

pub(crate) use expression::is_null;
pub use expression::{ExpressionAnalyzer, cast};
pub(crate) use scope::error_at;
pub use scope::{Clause, Scope, ScopeColumn};
