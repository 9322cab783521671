//! What is wrong with a statement's text.

use super::span::Span;

/// A statement that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// The whole message in ksqlDB's form, with the place: `line 1:8: Syntax Error\nExpecting ';'`.
    pub message: String,
    /// What to do about it, where that can be said. ksqlDB has no such line, so it is not part of the message:
    /// print it after the statement.
    pub hint: Option<String>,
    /// Line of the place, from 1.
    pub line: u32,
    /// Column of the place, from 1.
    pub column: u32,
}

impl ParseError {
    /// The message as a server sends it: with the statement, which ksqlDB repeats, and the hint after it.
    pub fn with_statement(&self, statement: &str) -> String {
        let hint = self.hint.as_deref().map_or(String::new(), |hint| format!("\n{hint}"));
        format!("{}\nStatement: {statement}{hint}", self.message)
    }

    /// A statement that is well formed and says what it cannot: `Failed to prepare statement: line 1:8: ...`.
    pub(crate) fn invalid(span: Span, message: impl AsRef<str>) -> ParseError {
        ParseError::unplaced(span, format!("{span}: {}", message.as_ref()))
    }

    /// The same for a message in which ksqlDB gives no place, or in a form of its own.
    pub(crate) fn unplaced(span: Span, message: impl AsRef<str>) -> ParseError {
        ParseError::new(span, format!("Failed to prepare statement: {}", message.as_ref()))
    }

    /// `line 1:8: Syntax Error` with what was expected on the next line.
    pub(crate) fn syntax(span: Span, detail: &str) -> ParseError {
        ParseError::new(span, format!("{span}: Syntax Error\n{detail}"))
    }

    /// The form of a syntax error within a select item or in the first words of a statement.
    pub(crate) fn near(span: Span, found: &str, detail: &str) -> ParseError {
        let Span { line, column, .. } = span;
        ParseError::new(
            span,
            format!("{span}: Syntax error at or near '{found}' at line {line}:{column}\n{detail}"),
        )
    }

    fn new(span: Span, message: String) -> ParseError {
        ParseError { message, hint: None, line: span.line, column: span.column }
    }

    /// A statement that nests deeper than [`MAX_DEPTH`](super::depth::MAX_DEPTH).
    pub(crate) fn too_large(span: Span) -> ParseError {
        let mut error = ParseError::new(
            span,
            "Error processing statement: Statement is too large to parse. This may be caused by having too many \
             nested expressions in the statement."
                .to_string(),
        );
        error.hint =
            Some("Use IN (...) instead of many ORs, or split the expression over several streams.".into());
        error
    }

    /// Adds what to do about it.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> ParseError {
        self.hint = Some(hint.into());
        self
    }
}
