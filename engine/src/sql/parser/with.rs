//! `WITH (NAME = literal, ...)`

use sqlparser::tokenizer::Token;

use crate::sql::ast::{WithProperties, WithProperty};
use crate::sql::error::ParseError;
use crate::sql::expr::{Expr, Literal};
use crate::sql::ident::Ident;

use super::cursor::Cursor;

impl Cursor {
    /// The properties, or none without the clause.
    pub(super) fn parse_with(&mut self) -> Result<WithProperties, ParseError> {
        if !self.eat_word("WITH") {
            return Ok(WithProperties::default());
        }
        self.expect(&Token::LParen)?;
        let entries = self.parse_list(Cursor::parse_property)?;
        self.expect(&Token::RParen)?;
        Ok(WithProperties { entries })
    }

    fn parse_property(&mut self) -> Result<WithProperty, ParseError> {
        let start = self.span();
        let name = match self.token(0) {
            Token::SingleQuotedString(_) => Ident { value: self.parse_string()?, quoted: true, span: start },
            _ => self.parse_name()?,
        };
        self.expect(&Token::Eq)?;
        let value = self.parse_literal()?;
        Ok(WithProperty { name, value, span: self.span_from(start) })
    }

    fn parse_literal(&mut self) -> Result<Literal, ParseError> {
        let is_literal = match self.token(0) {
            Token::SingleQuotedString(_) | Token::Number(..) => true,
            Token::Minus => matches!(self.token(1), Token::Number(..)),
            _ if self.is_word(0, "DECIMAL") => matches!(self.token(1), Token::SingleQuotedString(_)),
            _ => matches!(self.word(0).as_str(), "TRUE" | "FALSE" | "NULL"),
        };
        let place = self.error("{STRING, INTEGER_VALUE, DECIMAL_VALUE, 'TRUE', 'FALSE', 'NULL'}");
        if !is_literal {
            return Err(place);
        }
        match self.parse_value_expression()? {
            Expr::Literal { value, .. } => Ok(value),
            _ => Err(place),
        }
    }
}
