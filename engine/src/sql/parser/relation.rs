//! FROM and JOIN.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{Join, JoinKind, Relation, Within};
use crate::sql::error::ParseError;

use super::cursor::Cursor;

impl Cursor {
    /// What follows FROM.
    pub(super) fn parse_relation(&mut self) -> Result<Relation, ParseError> {
        let start = self.span();
        if *self.token(0) == Token::LParen {
            return Err(self.error("IDENTIFIER").with_hint(
                "Sub-queries are not supported. Create a stream or table for the inner query and select from it.",
            ));
        }
        let source = self.parse_name()?;
        let alias = self.parse_alias()?;
        let mut joins = Vec::new();
        while let Some(kind) = self.peek_join_kind() {
            joins.push(self.parse_join(kind)?);
        }
        Ok(Relation { source, alias, joins, span: self.span_from(start) })
    }

    fn peek_join_kind(&self) -> Option<JoinKind> {
        match self.word(0).as_str() {
            "JOIN" | "INNER" => Some(JoinKind::Inner),
            "LEFT" => Some(JoinKind::Left),
            "RIGHT" => Some(JoinKind::Right),
            "FULL" => Some(JoinKind::Full),
            _ => None,
        }
    }

    fn parse_join(&mut self, kind: JoinKind) -> Result<Join, ParseError> {
        let start = self.span();
        match kind {
            JoinKind::Inner => {
                self.eat_word("INNER");
            }
            JoinKind::Left | JoinKind::Right | JoinKind::Full => {
                let _ = self.eat_word("LEFT") || self.eat_word("RIGHT") || self.eat_word("FULL");
                self.eat_word("OUTER");
            }
        }
        self.expect_word("JOIN")?;
        let source = self.parse_name()?;
        let alias = self.parse_alias()?;
        let within = if self.is_word(0, "WITHIN") { Some(self.parse_within()?) } else { None };
        self.expect_word("ON")?;
        let on = self.parse_expression()?;
        Ok(Join { kind, source, alias, within, on, span: self.span_from(start) })
    }

    fn parse_within(&mut self) -> Result<Within, ParseError> {
        let start = self.span();
        self.expect_word("WITHIN")?;
        let (before, after) = if self.eat(&Token::LParen) {
            let before = self.parse_duration()?;
            self.expect(&Token::Comma)?;
            let after = self.parse_duration()?;
            self.expect(&Token::RParen)?;
            (before, after)
        } else {
            let both = self.parse_duration()?;
            (both, both)
        };
        let grace = self.parse_grace()?;
        Ok(Within { before, after, grace, span: self.span_from(start) })
    }
}
