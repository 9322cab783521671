//! CREATE, ALTER and DROP.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{
    AlterSource, ConnectorKind, CreateAsSelect, CreateConnector, CreateSource, DropSource, SourceKind,
    Statement,
};
use crate::sql::error::ParseError;
use crate::sql::ident::Ident;
use crate::sql::type_name::TypeName;

use super::cursor::Cursor;

impl Cursor {
    pub(super) fn parse_create(&mut self) -> Result<Statement, ParseError> {
        let start = self.span();
        self.expect_word("CREATE")?;
        if self.eat_word("TYPE") {
            let if_not_exists = self.eat_words(&["IF", "NOT", "EXISTS"]);
            let name = self.parse_name()?;
            self.expect_word("AS")?;
            return Ok(Statement::CreateType { if_not_exists, name, data_type: self.parse_type()? });
        }
        if self.is_word(1, "CONNECTOR") {
            return self.parse_create_connector();
        }
        let or_replace = self.eat_words(&["OR", "REPLACE"]);
        let source = self.eat_word("SOURCE");
        let kind = self.parse_source_kind()?;
        let if_not_exists = self.eat_words(&["IF", "NOT", "EXISTS"]);
        let name = self.parse_name()?;
        let columns = self.parse_columns(kind)?;
        let with = self.parse_with()?;
        if !source && columns.is_empty() && self.eat_word("AS") {
            let query = self.parse_query()?;
            let span = self.span_from(start);
            let create = CreateAsSelect { or_replace, if_not_exists, kind, name, with, query, span };
            return Ok(Statement::CreateAsSelect(create));
        }
        let span = self.span_from(start);
        let create = CreateSource { or_replace, source, if_not_exists, kind, name, columns, with, span };
        Ok(Statement::CreateSource(create))
    }

    fn parse_create_connector(&mut self) -> Result<Statement, ParseError> {
        let start = self.span();
        let kind = if self.eat_word("SOURCE") {
            ConnectorKind::Source
        } else if self.eat_word("SINK") {
            ConnectorKind::Sink
        } else {
            return Err(self.error("{'SOURCE', 'SINK'}"));
        };
        self.expect_word("CONNECTOR")?;
        let if_not_exists = self.eat_words(&["IF", "NOT", "EXISTS"]);
        let name = self.parse_name_as_written()?;
        if !self.is_word(0, "WITH") {
            return Err(self.error("'WITH'"));
        }
        let with = self.parse_with()?;
        let span = self.span_from(start);
        Ok(Statement::CreateConnector(CreateConnector { kind, if_not_exists, name, with, span }))
    }

    pub(super) fn parse_alter(&mut self) -> Result<Statement, ParseError> {
        let start = self.span();
        self.expect_word("ALTER")?;
        if self.eat_word("SYSTEM") {
            let key = self.parse_string()?;
            self.expect(&Token::Eq)?;
            return Ok(Statement::AlterSystem { key, value: self.parse_string()? });
        }
        let kind = self.parse_source_kind()?;
        let name = self.parse_name()?;
        let add = self.parse_list(Cursor::parse_added_column)?;
        let span = self.span_from(start);
        Ok(Statement::AlterSource(AlterSource { kind, name, add, span }))
    }

    /// `ADD [COLUMN] name type`
    fn parse_added_column(&mut self) -> Result<(Ident, TypeName), ParseError> {
        self.expect_word("ADD")?;
        // COLUMN may be the column's name; the keyword has two more words after it.
        if matches!(self.token(1), Token::Word(_)) && matches!(self.token(2), Token::Word(_)) {
            self.eat_word("COLUMN");
        }
        Ok((self.parse_name()?, self.parse_type()?))
    }

    pub(super) fn parse_drop(&mut self) -> Result<Statement, ParseError> {
        let start = self.span();
        self.expect_word("DROP")?;
        if self.eat_word("TYPE") {
            let if_exists = self.eat_words(&["IF", "EXISTS"]);
            return Ok(Statement::DropType { if_exists, name: self.parse_name()? });
        }
        if self.eat_word("CONNECTOR") {
            let if_exists = self.eat_words(&["IF", "EXISTS"]);
            return Ok(Statement::DropConnector { if_exists, name: self.parse_name_as_written()? });
        }
        let kind = self.parse_source_kind()?;
        let if_exists = self.eat_words(&["IF", "EXISTS"]);
        let name = self.parse_name()?;
        let delete_topic = self.eat_words(&["DELETE", "TOPIC"]);
        let span = self.span_from(start);
        Ok(Statement::Drop(DropSource { kind, if_exists, name, delete_topic, span }))
    }

    fn parse_source_kind(&mut self) -> Result<SourceKind, ParseError> {
        if self.eat_word("STREAM") {
            return Ok(SourceKind::Stream);
        }
        if self.eat_word("TABLE") {
            return Ok(SourceKind::Table);
        }
        Err(self.error_near("{'STREAM', 'TABLE'}"))
    }
}
