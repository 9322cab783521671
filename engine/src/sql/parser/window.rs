//! WINDOW.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{Window, WindowKind};
use crate::sql::duration::Duration;
use crate::sql::error::ParseError;

use super::cursor::Cursor;

const KINDS: [&str; 3] = ["TUMBLING", "HOPPING", "SESSION"];

impl Cursor {
    pub(super) fn parse_window(&mut self) -> Result<Window, ParseError> {
        let start = self.span();
        self.expect_word("WINDOW")?;
        let named = KINDS.contains(&self.word(1).as_str()) && *self.token(1) != Token::LParen;
        let name = if named { Some(self.parse_name()?) } else { None };
        let kind = self.word(0);
        if !KINDS.contains(&kind.as_str()) {
            return Err(self.error("{'TUMBLING', 'HOPPING', 'SESSION'}"));
        }
        self.eat_word(&kind);
        self.expect(&Token::LParen)?;
        let kind = match kind.as_str() {
            "TUMBLING" => WindowKind::Tumbling { size: self.parse_keyed_duration("SIZE")? },
            "HOPPING" => {
                let size = self.parse_keyed_duration("SIZE")?;
                self.expect(&Token::Comma)?;
                self.expect_word("ADVANCE")?;
                WindowKind::Hopping { size, advance: self.parse_keyed_duration("BY")? }
            }
            _ => WindowKind::Session { gap: self.parse_duration()? },
        };
        let (mut retention, mut grace) = (None, None);
        while self.eat(&Token::Comma) {
            if retention.is_none() && grace.is_none() && self.is_word(0, "RETENTION") {
                retention = Some(self.parse_keyed_duration("RETENTION")?);
            } else if grace.is_none() && self.is_word(0, "GRACE") {
                grace = self.parse_grace()?;
            } else {
                return Err(self.error(match (&retention, &grace) {
                    (None, None) => "{'RETENTION', 'GRACE'}",
                    (_, None) => "'GRACE'",
                    _ => "')'",
                }));
            }
        }
        self.expect(&Token::RParen)?;
        Ok(Window { name, kind, retention, grace, span: self.span_from(start) })
    }

    fn parse_keyed_duration(&mut self, keyword: &str) -> Result<Duration, ParseError> {
        self.expect_word(keyword)?;
        self.parse_duration()
    }

    /// `GRACE PERIOD 1 HOUR`, or nothing.
    pub(super) fn parse_grace(&mut self) -> Result<Option<Duration>, ParseError> {
        if !self.eat_word("GRACE") {
            return Ok(None);
        }
        self.parse_keyed_duration("PERIOD").map(Some)
    }
}
