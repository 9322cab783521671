//! TERMINATE, PAUSE, RESUME, EXPLAIN, SET, UNSET, DEFINE, UNDEFINE, RUN SCRIPT.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{Explain, Statement};
use crate::sql::error::ParseError;

use super::cursor::Cursor;

impl Cursor {
    pub(super) fn parse_query_control(&mut self) -> Result<Statement, ParseError> {
        let action = self.word(0);
        self.expect_word(&action)?;
        let id = if self.eat_word("ALL") { None } else { Some(self.parse_name_as_written()?) };
        Ok(match action.as_str() {
            "TERMINATE" => Statement::Terminate { id },
            "PAUSE" => Statement::Pause { id },
            _ => Statement::Resume { id },
        })
    }

    pub(super) fn parse_explain(&mut self) -> Result<Statement, ParseError> {
        self.expect_word("EXPLAIN")?;
        if *self.token(1) == Token::EOF {
            return self.parse_name_as_written().map(|id| Statement::Explain(Explain::Query(id)));
        }
        if self.is_word(0, "EXPLAIN") {
            return Err(self.error("a statement or the id of a query"));
        }
        let statement = self.parse_statement()?;
        Ok(Statement::Explain(Explain::Statement(Box::new(statement))))
    }

    pub(super) fn parse_setting(&mut self) -> Result<Statement, ParseError> {
        if self.eat_word("SET") {
            let key = self.parse_string()?;
            self.expect(&Token::Eq)?;
            return Ok(Statement::Set { key, value: self.parse_string()? });
        }
        if self.eat_word("UNSET") {
            let key = if self.eat_word("ALL") { None } else { Some(self.parse_string()?) };
            return Ok(Statement::Unset { key });
        }
        if self.eat_word("UNDEFINE") {
            return Ok(Statement::Undefine { name: self.parse_name_as_written()? });
        }
        self.expect_word("DEFINE")?;
        let name = self.parse_name_as_written()?;
        self.expect(&Token::Eq)?;
        Ok(Statement::Define { name, value: self.parse_string()? })
    }

    pub(super) fn parse_run_script(&mut self) -> Result<Statement, ParseError> {
        self.expect_words(&["RUN", "SCRIPT"])?;
        Ok(Statement::RunScript { path: self.parse_string()? })
    }
}
