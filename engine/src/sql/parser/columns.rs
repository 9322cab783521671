//! The column list of a CREATE statement.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{ColumnConstraint, ColumnDef, SourceKind};
use crate::sql::error::ParseError;

use super::cursor::Cursor;

impl Cursor {
    /// `(name type [KEY], ...)`, or nothing.
    pub(super) fn parse_columns(&mut self, kind: SourceKind) -> Result<Vec<ColumnDef>, ParseError> {
        if !self.eat(&Token::LParen) {
            return Ok(Vec::new());
        }
        let columns = self.parse_list(|cursor| cursor.parse_column(kind))?;
        self.expect(&Token::RParen)?;
        Ok(columns)
    }

    fn parse_column(&mut self, kind: SourceKind) -> Result<ColumnDef, ParseError> {
        let name = self.parse_name()?;
        let data_type = self.parse_type()?;
        let constraint = if self.eat_words(&["PRIMARY", "KEY"]) {
            ColumnConstraint::PrimaryKey
        } else if self.eat_word("KEY") {
            ColumnConstraint::Key
        } else if self.eat_word("HEADERS") {
            ColumnConstraint::Headers
        } else if self.eat_word("HEADER") {
            self.expect(&Token::LParen)?;
            let header = self.parse_string()?;
            self.expect(&Token::RParen)?;
            ColumnConstraint::Header(header)
        } else {
            ColumnConstraint::None
        };
        let span = self.span_from(name.span);
        let column = ColumnDef { name, data_type, constraint, span };
        check_key(&column, kind)?;
        Ok(column)
    }
}

/// Streams have keys and tables have primary keys.
fn check_key(column: &ColumnDef, kind: SourceKind) -> Result<(), ParseError> {
    let (found, right, sources) = match (kind, &column.constraint) {
        (SourceKind::Table, ColumnConstraint::Key) => ("KEY", "PRIMARY KEY", "tables"),
        (SourceKind::Stream, ColumnConstraint::PrimaryKey) => ("PRIMARY KEY", "KEY", "streams"),
        _ => return Ok(()),
    };
    let name = &column.name;
    let message = format!(
        "Line: {}, Col: {}: Column `{}` is a '{found}' column: please use '{right}' for {sources}.",
        name.span.line, name.span.column, name.value
    );
    Err(ParseError::unplaced(name.span, message).with_hint(
        "The PRIMARY KEY of a table is unique and not NULL; the KEY of a stream may repeat and may be NULL.",
    ))
}
