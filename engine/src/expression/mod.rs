//! Typed expressions: what the analysis makes of an expression's text, as plain data, and how it is evaluated.
//!
//! [`Expr`] is the data. [`Evaluator`] and [`Predicate`] are what operators run: the expression compiled to a tree of
//! [`Node`]s that take whole columns, with ksqlDB's meaning where it differs from SQL's: comparisons are two-valued
//! (NULL gives false), AND, OR and CASE evaluate nothing that is not asked for, and an expression that fails for a row is
//! NULL for this row and told to the processing log.

mod arithmetic;
mod case;
mod cast;
mod compare;
mod compile;
mod construct;
mod decimal;
mod display;
mod evaluator;
mod java_text;
mod lambda;
mod like;
mod literal;
mod logic;
mod node;
mod subscript;
mod typed;

pub use compile::compile;
pub use evaluator::{Evaluator, Predicate, evaluate_all};
pub use typed::{Arithmetic, CaseBranch, Comparison, Expr, ExprKind, Literal};
