//! The functions of the language. One function is one file under `scalar/`, `aggregate/` or `table/`, and one line in the list of
//! its folder; SHOW FUNCTIONS, DESCRIBE FUNCTION, completion, the docs and the tests all read these lists.

pub mod aggregate;
pub mod args;
mod canonical;
pub mod failure;
pub mod rows;
pub mod scalar;
mod signature;
pub mod table;

pub use aggregate::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
pub use args::{Arg, Call, LambdaBody};
pub use scalar::{Returns, ScalarFunction, Variant};
pub use signature::{ArgType, Binding, LambdaTyper, Param, ParamType, Signature, Unit, resolve};
pub use table::{TableFunction, TableVariant};

use crate::error::Error;

/// What a function is about, as SHOW FUNCTIONS groups them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    Aggregate,
    Array,
    Conditional,
    Conversion,
    DateTime,
    Json,
    Lambda,
    Map,
    Math,
    NullHandling,
    Regex,
    String,
    Struct,
    Table,
    Url,
    Other,
}

/// A call and what it gives, as SQL text; run by a test and shown by DESCRIBE FUNCTION and the docs.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// For instance `UCASE('ksql')`.
    pub call: &'static str,
    /// The answer as the JSON of the REST API, for instance `"KSQL"`.
    pub result: &'static str,
}

/// The error for a call of a function that does not exist.
pub fn unknown(name: &str) -> Error {
    Error::user(format!("Can't find any functions with the name '{name}'"))
}
