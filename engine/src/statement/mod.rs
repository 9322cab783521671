//! Statements: one file for each kind.

pub mod create_as;
pub mod create_source;
mod with;
