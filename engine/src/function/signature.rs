//! The grammar of signatures, and which variant of a function a call means.
//!
//! `(name TYPE, name TYPE…, …; constant TYPE) -> TYPE`. A TYPE is a SQL type; a single capital letter (a type parameter,
//! bound by the first argument that has it); `ANY`; `DECIMAL` without digits (any decimal); `UNIT` (a bare time unit);
//! or a lambda `(T, U) => R`. `…` or `...` behind a type says that there may be any number of such arguments, also in
//! the middle of the list.

use crate::error::Result;
use crate::schema::SqlType;

/// A unit of time as a bare word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Unit {
    Milliseconds,
    Seconds,
    Minutes,
    Hours,
    Days,
}

/// The type of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamType {
    Sql(SqlType),
    /// Any DECIMAL.
    Decimal,
    Any,
    Generic(char),
    Array(Box<ParamType>),
    Map(Box<ParamType>, Box<ParamType>),
    Struct(Vec<(String, ParamType)>),
    Lambda(Vec<ParamType>, Box<ParamType>),
    Unit,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    pub name: String,
    pub ty: ParamType,
    pub variadic: bool,
}

/// A parsed signature.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    pub params: Vec<Param>,
    /// What follows the semicolon: constants that set an aggregate up.
    pub constants: Vec<Param>,
    pub returns: ParamType,
}

/// What the analysis knows of an argument before the variant is chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum ArgType {
    /// The NULL literal: fits everything.
    Null,
    Sql(SqlType),
    Unit,
    /// A lambda with this many parameters.
    Lambda(usize),
}

/// The chosen variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// Index in the function's variants.
    pub variant: usize,
    /// The type that each argument is to be cast to (for lambdas: the type that the body has to give).
    pub args: Vec<SqlType>,
    /// The declared type of the answer, type parameters replaced. Where the variant computes its type this is what the
    /// signature says.
    pub returns: Option<SqlType>,
}

/// Gives the type of the body of the lambda that is argument `.0`, when its parameters have the types `.1`.
pub type LambdaTyper<'a> = dyn FnMut(usize, &[SqlType]) -> Result<SqlType> + 'a;

impl Signature {
    pub fn parse(_text: &str) -> std::result::Result<Self, String> {
        Err("signatures are not read yet".into())
    }
}
