//! Scalar functions: one value out for each row in.

use std::sync::OnceLock;

use arrow::array::ArrayRef;

use super::args::Call;
use super::signature::{self, ArgType, Binding, LambdaTyper, Signature};
use super::{Category, Example};
use crate::error::Result;
use crate::schema::SqlType;

mod array;
mod conditional;
mod conversion;
mod datetime;
mod json;
mod lambda;
mod map;
mod math;
mod other;
mod regex;
mod string;
mod url;

#[cfg(test)]
mod examples;

pub(super) use array::pick::items;

/// A scalar function.
pub struct ScalarFunction {
    pub name: &'static str,
    pub category: Category,
    pub description: &'static str,
    pub variants: &'static [Variant],
    pub examples: &'static [Example],
}

impl ScalarFunction {
    /// The signatures of the variants, in their order.
    pub fn signatures(&self) -> Result<Vec<Signature>> {
        signature::parse_all(self.name, self.variants.iter().map(|variant| variant.signature))
    }

    /// Chooses the variant for these arguments; `lambda` gives the types of lambdas' bodies.
    pub fn resolve(&self, args: &[ArgType], lambda: &mut LambdaTyper<'_>) -> Result<Binding> {
        let name = self.name.to_ascii_lowercase();
        let mut binding = signature::resolve(&name, &self.signatures()?, args, lambda)?;
        if let Returns::Computed(returns) = self.variants[binding.variant].returns {
            binding.returns = returns(&binding.args)?;
        }
        Ok(binding)
    }
}

/// One of the parameter lists that a function takes.
pub struct Variant {
    /// For instance `(input STRING, length INT) -> STRING`; see [`super::Signature`] for the grammar.
    pub signature: &'static str,
    pub description: &'static str,
    pub returns: Returns,
    /// Evaluates a batch. The answer has `call.rows` values of the type `call.returns`. An error ends the query: what
    /// goes wrong for one row is told by [`Call::fail`].
    pub call: fn(&Call<'_>) -> Result<ArrayRef>,
}

/// Where the type of the answer comes from.
pub enum Returns {
    /// The signature's, with its type parameters bound.
    Declared,
    /// From the types of the arguments (decimals); the error says what they may be.
    Computed(fn(&[SqlType]) -> Result<SqlType>),
}

/// Functions that are not built in.
static EXTRA: OnceLock<Vec<&'static ScalarFunction>> = OnceLock::new();

/// Adds functions to those that are built in: once in a process, before its first engine opens. Later calls do nothing.
pub fn register(functions: Vec<&'static ScalarFunction>) {
    let _ = EXTRA.set(functions);
}

/// All scalar functions, in groups.
pub fn all() -> impl Iterator<Item = &'static ScalarFunction> {
    [
        array::FUNCTIONS,
        conditional::FUNCTIONS,
        conversion::FUNCTIONS,
        datetime::FUNCTIONS,
        json::FUNCTIONS,
        lambda::FUNCTIONS,
        map::FUNCTIONS,
        math::FUNCTIONS,
        other::FUNCTIONS,
        regex::FUNCTIONS,
        string::FUNCTIONS,
        url::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
    .copied()
    .chain(EXTRA.get().into_iter().flatten().copied())
}

/// The function of a name (upper case).
pub fn find(name: &str) -> Option<&'static ScalarFunction> {
    all().find(|function| function.name == name)
}
