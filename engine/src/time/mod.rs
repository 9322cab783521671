//! Dates and times as text, with the meaning of Java's `DateTimeFormatter`: patterns such as `yyyy-MM-dd'T'HH:mm:ssX`,
//! zones, and the ISO texts that comparisons with strings take.
//!
//! [`Formatter::new`] reads a pattern once; [`Formatter::parse`] and [`Formatter::format`] use it for many values.

mod error;
mod field;
mod format;
mod iso;
mod names;
mod parse;
pub mod partial;
mod pattern;
mod resolve;
#[cfg(test)]
mod tests;
mod zone;

pub use error::TimeError;
pub use format::Moment;
pub use iso::{write_date, write_time, write_timestamp};
pub use pattern::{Formatter, FormatterCache};
pub use resolve::Parsed;
pub use zone::Zone;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
