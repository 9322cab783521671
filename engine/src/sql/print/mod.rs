//! Statements and expressions back to text, as ksqlDB formats them.
//!
//! What is printed reads back as the same tree. Every operator gets its brackets, names are quoted only where they
//! have to be, and all else (spaces, comments, how things were spelled) is lost.

mod expr;
mod name;
mod query;
mod statement;
mod types;

use std::fmt::{self, Display};

/// Prints items with `, ` between them.
struct Joined<'a, T>(&'a [T]);

impl<T: Display> Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Prints a text in single quotes.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\'', "''"))
    }
}

/// Prints the words, with a space before them, if the condition holds.
fn optional(f: &mut fmt::Formatter<'_>, condition: bool, words: &str) -> fmt::Result {
    if condition { write!(f, " {words}") } else { Ok(()) }
}
