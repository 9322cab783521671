//! Where in the statement text a node stands.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A range of the statement text, in lines and columns.
///
/// Lines and columns count from 1, in characters, as ksqlDB's messages print them (`line 1:8`).
///
/// A span says where a node came from and not what it is, so **two spans are always equal** and hash alike.
/// Thereby derived equality of expressions and statements is equality of meaning: analysis compares a SELECT item with a
/// GROUP BY expression by `==`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// Line of the first character, from 1; 0 when the node was not read from text.
    pub line: u32,
    /// Column of the first character, from 1.
    pub column: u32,
    /// Line of the character after the last.
    pub end_line: u32,
    /// Column of the character after the last.
    pub end_column: u32,
}

impl Span {
    /// The span of a node that was made by the engine and has no place in any text.
    pub const NONE: Span = Span { line: 0, column: 0, end_line: 0, end_column: 0 };

    /// Whether the node was read from text.
    pub fn is_some(self) -> bool {
        self.line != 0
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        if !self.is_some() {
            return other;
        }
        if !other.is_some() {
            return self;
        }
        let (line, column) = (self.line, self.column).min((other.line, other.column));
        let (end_line, end_column) = (self.end_line, self.end_column).max((other.end_line, other.end_column));
        Span { line, column, end_line, end_column }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

impl Eq for Span {}

impl Hash for Span {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl fmt::Display for Span {
    /// `line 1:8`, as in ksqlDB's messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}:{}", self.line, self.column)
    }
}
