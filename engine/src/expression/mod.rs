//! Typed expressions: what the analysis makes of an expression's text, as plain data, and how it is evaluated.

mod typed;

pub use typed::{Arithmetic, CaseBranch, Comparison, Expr, ExprKind, Literal};
