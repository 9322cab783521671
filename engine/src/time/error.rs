//! What can be wrong with a pattern, a text or a value, in the words of Java's time classes.

/// See the module's text. Positions count characters from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The pattern itself.
    #[error("{0}")]
    Pattern(String),
    /// The text does not follow the pattern.
    #[error("Text '{text}' could not be parsed at index {index}")]
    Mismatch { text: String, index: usize },
    /// The pattern was used up before the text.
    #[error("Text '{text}' could not be parsed, unparsed text found at index {index}")]
    Trailing { text: String, index: usize },
    /// The text follows the pattern, but says something impossible.
    #[error("Text '{text}' could not be parsed: {reason}")]
    Invalid { text: String, reason: String },
    /// A value has no such field: a date has no hours.
    #[error("Unsupported field: {0}")]
    UnsupportedField(&'static str),
    /// A value has no zone, or not enough fields, or lies outside the calendar.
    #[error("{0}")]
    Value(String),
    /// No such zone.
    #[error("{0}")]
    Zone(String),
}
