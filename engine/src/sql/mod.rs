//! ksqlDB's SQL: text to syntax tree and back.
//!
//! | File | Holds |
//! |---|---|
//! | [`ast`] | statements and clauses |
//! | [`expr`] | expressions |
//! | [`type_name`], [`ident`], [`duration`], [`span`] | the leaves |
//! | [`split`], [`variables`] | what is done with the text before it is read |
//! | [`parser`] | statements, by recursive descent |
//! | `grammar` | ksqlDB's dialect of sqlparser's tokens and expressions |
//! | `expr_convert`, `literal` | sqlparser's expressions to ours |
//! | [`reserved`], `depth` | which words are names, how deep a statement may nest |
//! | [`print`] | statements and expressions back to text |
//! | [`error`] | what is wrong with a text |

#[cfg(test)]
mod arbitrary;
pub mod ast;
mod depth;
pub mod duration;
pub mod error;
pub mod expr;
mod expr_convert;
mod grammar;
pub mod ident;
mod literal;
pub mod parser;
pub mod print;
#[cfg(test)]
mod properties;
pub mod reserved;
pub mod span;
pub mod split;
pub mod type_name;
pub mod variables;

pub use ast::Statement;
pub use duration::{Duration, TimeUnit};
pub use error::ParseError;
pub use expr::{BinaryOp, ComparisonOp, Expr, Literal, LogicalOp, UnaryOp};
pub use ident::Ident;
pub use parser::{
    ParsedStatement, parse_expression, parse_statement, parse_statement_text, parse_statements, parse_type,
};
pub use span::Span;
pub use split::{StatementText, split_statements};
pub use type_name::TypeName;
pub use variables::substitute_variables;
