//! SHOW, LIST and DESCRIBE.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{ConnectorKind, Show, SourceKind, Statement};
use crate::sql::error::ParseError;

use super::cursor::Cursor;

impl Cursor {
    pub(super) fn parse_show(&mut self) -> Result<Statement, ParseError> {
        let _ = self.eat_word("SHOW") || self.eat_word("LIST");
        let show = if self.eat_word("STREAMS") {
            Show::Streams { extended: self.eat_word("EXTENDED") }
        } else if self.eat_word("TABLES") {
            Show::Tables { extended: self.eat_word("EXTENDED") }
        } else if self.eat_word("QUERIES") {
            Show::Queries { extended: self.eat_word("EXTENDED") }
        } else if self.eat_words(&["ALL", "TOPICS"]) {
            Show::Topics { all: true, extended: self.eat_word("EXTENDED") }
        } else if self.eat_word("TOPICS") {
            Show::Topics { all: false, extended: self.eat_word("EXTENDED") }
        } else if self.eat_word("FUNCTIONS") {
            Show::Functions
        } else if self.eat_word("PROPERTIES") {
            Show::Properties
        } else if self.eat_word("TYPES") {
            Show::Types
        } else if self.eat_word("VARIABLES") {
            Show::Variables
        } else if self.eat_words(&["CONNECTOR", "PLUGINS"]) {
            Show::ConnectorPlugins
        } else if self.eat_word("CONNECTORS") {
            Show::Connectors { kind: None }
        } else if self.eat_words(&["SOURCE", "CONNECTORS"]) {
            Show::Connectors { kind: Some(ConnectorKind::Source) }
        } else if self.eat_words(&["SINK", "CONNECTORS"]) {
            Show::Connectors { kind: Some(ConnectorKind::Sink) }
        } else {
            return Err(self.error_near(
                "{'STREAMS', 'TABLES', 'TOPICS', 'QUERIES', 'FUNCTIONS', 'PROPERTIES', 'TYPES', 'VARIABLES', \
                     'CONNECTORS'}",
            ));
        };
        Ok(Statement::Show(show))
    }

    pub(super) fn parse_describe(&mut self) -> Result<Statement, ParseError> {
        self.expect_word("DESCRIBE")?;
        let has_name = matches!(self.token(1), Token::Word(_)) && !self.is_word(1, "EXTENDED");
        if has_name && self.eat_word("FUNCTION") {
            return Ok(Statement::DescribeFunction { name: self.parse_name()? });
        }
        if self.eat_word("CONNECTOR") {
            return Ok(Statement::DescribeConnector { name: self.parse_name_as_written()? });
        }
        if self.eat_word("STREAMS") {
            return Ok(Statement::DescribeAll {
                kind: SourceKind::Stream,
                extended: self.eat_word("EXTENDED"),
            });
        }
        if self.eat_word("TABLES") {
            return Ok(Statement::DescribeAll {
                kind: SourceKind::Table,
                extended: self.eat_word("EXTENDED"),
            });
        }
        let name = self.parse_name()?;
        Ok(Statement::Describe { name, extended: self.eat_word("EXTENDED") })
    }
}
