//! Tests of the whole engine in text: SQL and records in, records and rows out.
//!
//! - [`node`]: an engine of its own in a directory of its own
//! - [`ksqldb`]: ksqlDB's published cases, which say what a statement means
//! - [`slt`]: our own cases, in the sqllogictest form
//! - [`flights`]: standing queries over a year of real flights

pub mod flights;
pub mod ksqldb;
pub mod node;
pub mod slt;
