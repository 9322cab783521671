//! The grammar of signatures, and which variant of a function a call means.
//!
//! `(name TYPE, name TYPE…, …; constant TYPE) -> TYPE`. A TYPE is a SQL type; a single capital letter (a type parameter,
//! bound by the first argument that has it, widened by later ones); `ANY`; `DECIMAL` without digits (any decimal; several
//! of them in one signature are widened to one type); `UNIT` (a bare time unit); or a lambda `(T, U) => R`.
//! `…` or `...` behind a type says that there may be any number of such arguments, none included, also in the middle of
//! the list.

mod candidate;
mod parse;
mod resolve;
mod widen;

use std::fmt;

use crate::error::{Error, Result};
use crate::schema::SqlType;

pub use resolve::resolve;

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
    /// The type that each argument is to be cast to; for a lambda the type that the body has to give, for a unit
    /// nothing of meaning.
    pub args: Vec<SqlType>,
    /// How many of the arguments stand before the semicolon; the rest are constants that set an aggregate up.
    pub columns: usize,
    /// For each argument that is a lambda, the types of its parameters; empty for the others.
    pub lambdas: Vec<Vec<SqlType>>,
    /// The type of the answer.
    pub returns: SqlType,
}

/// Gives the type of the body of the lambda that is argument `.0`, when its parameters have the types `.1`.
pub type LambdaTyper<'a> = dyn FnMut(usize, &[SqlType]) -> Result<SqlType> + 'a;

/// Reads the signatures of a function's variants.
pub(super) fn parse_all<'a>(name: &str, texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<Signature>> {
    texts
        .into_iter()
        .map(|text| {
            Signature::parse(text).map_err(|reason| Error::internal(format!("{name}{text}: {reason}")))
        })
        .collect()
}

/// As DESCRIBE FUNCTION and the message about a call that fits nothing print it.
impl fmt::Display for ParamType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(SqlType::Integer) => f.write_str("INT"),
            Self::Sql(SqlType::String) => f.write_str("VARCHAR"),
            Self::Sql(ty) => write!(f, "{ty}"),
            Self::Decimal => f.write_str("DECIMAL"),
            Self::Any => f.write_str("ANY"),
            Self::Generic(letter) => write!(f, "{letter}"),
            Self::Array(element) => write!(f, "ARRAY<{element}>"),
            Self::Map(key, value) => write!(f, "MAP<{key}, {value}>"),
            Self::Struct(fields) => {
                f.write_str("STRUCT<")?;
                for (i, (name, ty)) in fields.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{name} {ty}")?;
                }
                f.write_str(">")
            }
            Self::Lambda(params, body) => {
                f.write_str("LAMBDA (")?;
                for (i, param) in params.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(f, "{comma}{param}")?;
                }
                write!(f, ") => {body}")
            }
            Self::Unit => f.write_str("INTERVALUNIT"),
        }
    }
}

/// `TYPE name`, or `TYPE... name` where there may be many.
impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dots = if self.variadic { "..." } else { "" };
        write!(f, "{}{dots} {}", self.ty, self.name)
    }
}

/// The parameter list: `(VARCHAR input, INT length)`. The answer's type is left out, as in ksqlDB's messages.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, param) in self.params.iter().chain(&self.constants).enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{param}")?;
        }
        f.write_str(")")
    }
}

/// As the message about a call that fits nothing prints the call's arguments.
impl fmt::Display for ArgType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Sql(ty) => write!(f, "{ty}"),
            Self::Unit => f.write_str("INTERVALUNIT"),
            Self::Lambda(_) => f.write_str("LAMBDA"),
        }
    }
}
