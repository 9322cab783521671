//! INSERT.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{InsertInto, InsertValues, Statement};
use crate::sql::error::ParseError;

use super::cursor::Cursor;

impl Cursor {
    pub(super) fn parse_insert(&mut self) -> Result<Statement, ParseError> {
        let start = self.span();
        self.expect_words(&["INSERT", "INTO"])?;
        let target = self.parse_name()?;
        if *self.token(0) != Token::LParen && !self.is_word(0, "VALUES") {
            let with = self.parse_with()?;
            if !self.is_word(0, "SELECT") {
                return Err(self.error("{'SELECT', 'VALUES', 'WITH', '('}"));
            }
            let query = self.parse_query()?;
            let span = self.span_from(start);
            return Ok(Statement::InsertInto(InsertInto { target, with, query, span }));
        }
        let mut columns = Vec::new();
        if self.eat(&Token::LParen) {
            columns = self.parse_list(Cursor::parse_name)?;
            self.expect(&Token::RParen)?;
        }
        self.expect_word("VALUES")?;
        self.expect(&Token::LParen)?;
        let values = self.parse_list(Cursor::parse_expression)?;
        self.expect(&Token::RParen)?;
        let span = self.span_from(start);
        if *self.token(0) == Token::Comma {
            return Err(self
                .error("';'")
                .with_hint("INSERT INTO ... VALUES takes one row; repeat the statement."));
        }
        if !columns.is_empty() && columns.len() != values.len() {
            let (columns, values) = (columns.len(), values.len());
            let message = format!("Expected number columns and values to match: {columns}, {values}");
            return Err(ParseError::unplaced(span, message));
        }
        Ok(Statement::InsertValues(InsertValues { target, columns, values, span }))
    }
}
