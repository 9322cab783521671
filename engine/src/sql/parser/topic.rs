//! PRINT and ASSERT.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{AssertSchema, AssertTopic, Print, Statement};
use crate::sql::duration::Duration;
use crate::sql::error::ParseError;
use crate::sql::ident::Ident;

use super::cursor::Cursor;

impl Cursor {
    pub(super) fn parse_print(&mut self) -> Result<Statement, ParseError> {
        self.expect_word("PRINT")?;
        let topic = self.parse_name_or_string()?;
        let from_beginning = self.eat_word("FROM");
        if from_beginning {
            self.expect_word("BEGINNING")?;
        }
        let sampled = self.eat_word("INTERVAL") || self.eat_word("SAMPLE");
        let interval = if sampled { Some(self.parse_integer()?) } else { None };
        let limit = if self.eat_word("LIMIT") { Some(self.parse_integer()?) } else { None };
        Ok(Statement::Print(Print { topic, from_beginning, interval, limit }))
    }

    pub(super) fn parse_assert(&mut self) -> Result<Statement, ParseError> {
        self.expect_word("ASSERT")?;
        let exists = !self.eat_words(&["NOT", "EXISTS"]);
        if self.eat_word("TOPIC") {
            let topic = self.parse_name_or_string()?;
            let with = self.parse_with()?;
            let timeout = self.parse_timeout()?;
            return Ok(Statement::AssertTopic(AssertTopic { exists, topic, with, timeout }));
        }
        if self.eat_word("SCHEMA") {
            let subject = if self.eat_word("SUBJECT") { Some(self.parse_name_or_string()?) } else { None };
            let id = if self.eat_word("ID") { Some(self.parse_integer()?) } else { None };
            let timeout = self.parse_timeout()?;
            return Ok(Statement::AssertSchema(AssertSchema { exists, subject, id, timeout }));
        }
        Err(self.error_near("{'TOPIC', 'SCHEMA', 'NOT'}"))
    }

    fn parse_timeout(&mut self) -> Result<Option<Duration>, ParseError> {
        if self.eat_word("TIMEOUT") { self.parse_duration().map(Some) } else { Ok(None) }
    }

    /// A name in the case that it is written in, or the same as a string.
    fn parse_name_or_string(&mut self) -> Result<Ident, ParseError> {
        let span = self.span();
        match self.token(0) {
            Token::SingleQuotedString(_) => Ok(Ident { value: self.parse_string()?, quoted: true, span }),
            _ => self.parse_name_as_written(),
        }
    }
}
