//! Names as they stand in SQL text.

use std::hash::{Hash, Hasher};

use super::span::Span;

/// A name in a statement: of a source, a column, a field, a function.
///
/// Two identifiers are equal when their values are: `foo`, `FOO` and `` `FOO` `` name the same thing.
#[derive(Debug, Clone)]
pub struct Ident {
    /// The name. Upper-cased unless it was quoted in the text.
    pub value: String,
    /// Whether the text had it in back-quotes or double quotes.
    pub quoted: bool,
    /// Where it stands.
    pub span: Span,
}

impl Ident {
    /// A name made by the engine. `value` is taken as it is, in its stored case.
    pub fn new(value: impl Into<String>) -> Ident {
        Ident { value: value.into(), quoted: false, span: Span::NONE }
    }

    /// The stored name.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl PartialEq for Ident {
    fn eq(&self, other: &Ident) -> bool {
        self.value == other.value
    }
}

impl Eq for Ident {}

impl Hash for Ident {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl PartialEq<str> for Ident {
    fn eq(&self, other: &str) -> bool {
        self.value == other
    }
}
