//! The errors when a token does not fit, in ksqlDB's words.

use sqlparser::parser::ParserError;
use sqlparser::tokenizer::{Location, Span as TokenSpan};

use crate::sql::error::ParseError;
use crate::sql::expr_convert as convert;
use crate::sql::reserved::is_reserved;
use crate::sql::span::Span;

use super::cursor::Cursor;

/// How ksqlDB words the error of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wording {
    /// `Syntax Error`, and what was expected.
    Mismatch,
    /// `Syntax error at or near 'x' at line 1:8`: where its parser has to look far ahead.
    Near,
}

impl Cursor {
    /// The next token is none of those expected.
    pub(super) fn error(&self, expected: &str) -> ParseError {
        self.mismatch(self.span(), &self.token(0).to_string(), expected)
    }

    /// The same, worded as in the first words of a statement.
    pub(super) fn error_near(&self, expected: &str) -> ParseError {
        self.worded_mismatch(Wording::Near, self.span(), &self.token(0).to_string(), expected)
    }

    fn mismatch(&self, span: Span, found: &str, expected: &str) -> ParseError {
        self.worded_mismatch(self.wording, span, found, expected)
    }

    fn worded_mismatch(&self, wording: Wording, span: Span, found: &str, expected: &str) -> ParseError {
        let found = if found == "EOF" { "<EOF>" } else { found };
        let reserved = expected == "IDENTIFIER" && is_reserved(found);
        let detail = match expected {
            "';'" | "')'" | "']'" | "','" => format!("missing {expected} at '{found}'"),
            _ if reserved => format!(
                "\"{found}\" is a reserved keyword and it can't be used as an identifier. You can use it as an \
                 identifier by escaping it as `{found}`"
            ),
            _ => format!("Expecting {expected}"),
        };
        let error = match wording {
            Wording::Near => ParseError::near(span, found, &detail),
            Wording::Mismatch if reserved => ParseError::near(span, found, &detail),
            Wording::Mismatch => ParseError::syntax(span, &detail),
        };
        error.with_hint(match found {
            "<EOF>" => format!("The statement ends here, but {expected} should follow."),
            _ => format!("Found '{found}' where {expected} should stand."),
        })
    }

    /// Something follows what could be a whole statement. ksqlDB prints no list of what would fit.
    pub(super) fn error_after_clause(&self) -> ParseError {
        let found = self.token(0).to_string();
        let hint = match self.word(0).as_str() {
            "BY" | "ORDER" => "ORDER BY is not supported.".to_string(),
            "UNION" | "EXCEPT" | "INTERSECT" => "Set operations are not supported.".to_string(),
            _ => format!(
                "'{found}' does not fit here. Is a clause out of order, or the ';' missing before it?"
            ),
        };
        ParseError::syntax(self.span(), "").with_hint(hint)
    }

    /// The first word begins no statement.
    pub(super) fn unknown_statement(&self) -> ParseError {
        const FIRST: [&str; 20] = [
            "SELECT",
            "CREATE",
            "ALTER",
            "DROP",
            "INSERT",
            "TERMINATE",
            "PAUSE",
            "RESUME",
            "EXPLAIN",
            "SET",
            "UNSET",
            "DEFINE",
            "UNDEFINE",
            "RUN",
            "SHOW",
            "LIST",
            "DESCRIBE",
            "PRINT",
            "ASSERT",
            "HELP",
        ];
        let found = self.token(0).to_string();
        let error = ParseError::syntax(self.span(), &format!("Unknown statement '{found}'"));
        match nearest(&self.word(0), &FIRST[..19]) {
            Some(word) => {
                let message = format!("{}\nDid you mean '{word}'?", error.message);
                ParseError { message, ..error }
            }
            None => {
                error.with_hint("Statements begin with SELECT, CREATE, INSERT, DROP, SHOW, DESCRIBE, ...")
            }
        }
    }

    /// Reads back what [`step::expected`] and sqlparser's own errors say.
    pub(super) fn read_error(&self, error: ParserError) -> ParseError {
        let text = match error {
            ParserError::RecursionLimitExceeded => return ParseError::too_large(self.span()),
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => text,
        };
        let (text, span) = match text.rsplit_once(" at Line: ") {
            Some((text, place)) => (text, place_of(place).unwrap_or_else(|| self.span())),
            None => (text.as_str(), self.span()),
        };
        match text.strip_prefix("Expected: ").and_then(|text| text.split_once(", found: ")) {
            Some((expected, found)) => self.mismatch(span, found, expected),
            None => ParseError::syntax(span, text),
        }
    }
}

/// `3, Column: 14`
fn place_of(text: &str) -> Option<Span> {
    let (line, column) = text.split_once(", Column: ")?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    Some(Span { line, column, end_line: line, end_column: column })
}

pub(super) fn lexical_error(message: &str, at: Location) -> ParseError {
    let span = convert::span(TokenSpan::new(at, at));
    let detail = message.split(" at Line: ").next().unwrap_or(message);
    let unclosed = message.contains("Unterminated") || message.contains("EOF");
    let error = ParseError::syntax(span, detail);
    if unclosed { error.with_hint("A quote that is opened here is not closed.") } else { error }
}

/// The keyword of the list that is at most two edits away.
fn nearest(word: &str, candidates: &[&'static str]) -> Option<&'static str> {
    candidates
        .iter()
        .map(|candidate| (edit_distance(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 2 && *distance * 2 < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

fn edit_distance(a: &str, b: &str) -> usize {
    // A word that long is no typing error, and the table below stays small.
    if a.len() > 32 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
