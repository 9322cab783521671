//! Statements: recursive descent over sqlparser's tokens, one file for each family.
//!
//! | File | Parses |
//! |---|---|
//! | [`cursor`], [`syntax_error`] | steps over tokens, and the errors when one does not fit |
//! | [`create`], [`columns`], [`with`] | CREATE, ALTER and DROP, column lists, WITH (...) |
//! | [`insert`] | INSERT |
//! | [`query`], [`relation`], [`window`] | SELECT and its clauses |
//! | [`control`] | TERMINATE, PAUSE, RESUME, EXPLAIN, SET, DEFINE, RUN SCRIPT |
//! | [`show`] | SHOW, LIST, DESCRIBE |
//! | [`topic`] | PRINT, ASSERT |

mod columns;
mod control;
mod create;
mod cursor;
mod insert;
mod query;
mod relation;
mod show;
mod syntax_error;
#[cfg(test)]
mod tests;
mod topic;
mod window;
mod with;

use super::ast::Statement;
use super::error::ParseError;
use super::expr::Expr;
use super::span::Span;
use super::split::{StatementText, split_statements};
use super::type_name::TypeName;
use cursor::Cursor;

/// A statement and the text that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedStatement {
    /// What the text says.
    pub statement: Statement,
    /// The statement's own text, without the semicolon.
    pub text: String,
    /// Line in the whole text at which it begins, from 1.
    pub start_line: u32,
    /// Its extent in the whole text.
    pub span: Span,
}

/// Reads every statement of a text. Each must end with a semicolon. Places are those in the whole text.
pub fn parse_statements(text: &str) -> Result<Vec<ParsedStatement>, ParseError> {
    let parts = split_statements(text);
    parts
        .iter()
        .map(|part| {
            let parsed = parse_statement_text(part)?;
            if !part.terminated {
                let end = Span { line: parsed.span.end_line, column: parsed.span.end_column, ..parsed.span };
                return Err(ParseError::syntax(end, "missing ';' at '<EOF>'")
                    .with_hint("A statement ends with a semicolon."));
            }
            Ok(parsed)
        })
        .collect()
}

/// Reads one statement of a split text. Places are those in the text that was split.
pub fn parse_statement_text(part: &StatementText) -> Result<ParsedStatement, ParseError> {
    let mut cursor = Cursor::new(&part.text, part.line, part.column)?;
    let statement = cursor.parse_statement()?;
    cursor.expect_end()?;
    Ok(ParsedStatement {
        statement,
        text: part.text.clone(),
        start_line: part.line,
        span: part.start().to(cursor.last_span()),
    })
}

/// Reads a text that is one statement, with or without a semicolon.
pub fn parse_statement(text: &str) -> Result<Statement, ParseError> {
    let mut parts = split_statements(text).into_iter();
    let Some(first) = parts.next() else {
        return Err(ParseError::syntax(
            Span { line: 1, column: 1, end_line: 1, end_column: 1 },
            "Expecting a statement",
        ));
    };
    let parsed = parse_statement_text(&first)?;
    match parts.next() {
        None => Ok(parsed.statement),
        Some(second) => Err(ParseError::syntax(second.start(), "Expecting '<EOF>'")
            .with_hint("Only one statement is allowed here.")),
    }
}

/// Reads a text that is one expression.
pub fn parse_expression(text: &str) -> Result<Expr, ParseError> {
    let mut cursor = Cursor::new(text, 1, 1)?;
    let expr = cursor.parse_expression()?;
    cursor.expect_end()?;
    Ok(expr)
}

/// Reads a text that is one type, as in `STRUCT<A INT, B ARRAY<STRING>>`.
pub fn parse_type(text: &str) -> Result<TypeName, ParseError> {
    let mut cursor = Cursor::new(text, 1, 1)?;
    let data_type = cursor.parse_type()?;
    cursor.expect_end()?;
    Ok(data_type)
}

impl Cursor {
    fn parse_statement(&mut self) -> Result<Statement, ParseError> {
        match self.word(0).as_str() {
            "SELECT" => self.parse_query().map(Statement::Query),
            "CREATE" => self.parse_create(),
            "ALTER" => self.parse_alter(),
            "DROP" => self.parse_drop(),
            "INSERT" => self.parse_insert(),
            "TERMINATE" | "PAUSE" | "RESUME" => self.parse_query_control(),
            "EXPLAIN" => self.parse_explain(),
            "SET" | "UNSET" | "DEFINE" | "UNDEFINE" => self.parse_setting(),
            "RUN" => self.parse_run_script(),
            "SHOW" | "LIST" => self.parse_show(),
            "DESCRIBE" => self.parse_describe(),
            "PRINT" => self.parse_print(),
            "ASSERT" => self.parse_assert(),
            _ => Err(self.unknown_statement()),
        }
    }
}
