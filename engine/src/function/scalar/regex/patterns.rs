//! The expression of a call: compiled once where it is a constant, remembered where it is a column.

use arrow::array::StringArray;
use hashbrown::HashMap;
use regex::Regex;

use super::java;
use crate::error::Result;
use crate::function::Call;
use crate::function::args::Values;

/// The expressions of an argument.
pub(super) struct Patterns<'a> {
    values: Values<'a, StringArray>,
    compiled: HashMap<&'a str, Result<Regex, String>>,
}

impl<'a> Patterns<'a> {
    pub(super) fn of(call: &'a Call<'_>, index: usize) -> Result<Self> {
        Ok(Self { values: call.values(index)?, compiled: HashMap::new() })
    }

    /// The expression of a row; none for NULL, and where it is none, which makes the row fail.
    pub(super) fn get(&mut self, call: &Call<'_>, row: usize) -> Option<&Regex> {
        let pattern = self.values.get(row)?;
        if self.compiled.len() > PATTERNS_MAX && !self.compiled.contains_key(pattern) {
            self.compiled.clear();
        }
        match self.compiled.entry(pattern).or_insert_with(|| java::compile(pattern)) {
            Ok(regex) => Some(regex),
            Err(reason) => {
                call.fail(row, reason.as_str());
                None
            }
        }
    }
}

/// Compiled expressions are large; a batch whose rows each bring their own does not get to keep them all.
const PATTERNS_MAX: usize = 64;
