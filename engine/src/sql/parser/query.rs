//! SELECT: the select list and the clauses in their fixed order.

use sqlparser::tokenizer::Token;

use crate::sql::ast::{Emit, Query, SelectItem};
use crate::sql::error::ParseError;
use crate::sql::expr::Expr;
use crate::sql::expr_convert as convert;
use crate::sql::grammar::PREDICATE;
use crate::sql::grammar::token::{eat, expect};
use crate::sql::ident::Ident;
use crate::sql::reserved::is_reserved;
use crate::sql::span::Span;

use super::cursor::Cursor;
use super::syntax_error::Wording;

impl Cursor {
    pub(super) fn parse_query(&mut self) -> Result<Query, ParseError> {
        let start = self.span();
        self.expect_word("SELECT")?;
        if self.is_word(0, "DISTINCT") {
            let error = self.error_near("expression");
            return Err(error.with_hint("SELECT DISTINCT is not supported. Use GROUP BY into a table."));
        }
        let select = self.parse_list(Cursor::parse_select_item)?;
        self.expect_word("FROM")?;
        let from = self.parse_relation()?;
        let window = if self.is_word(0, "WINDOW") { Some(self.parse_window()?) } else { None };
        let where_ = if self.eat_word("WHERE") { Some(self.parse_expression()?) } else { None };
        let (has_group_by, group_by, group_by_span) = self.parse_grouping("GROUP")?;
        let (_, partition_by, partition_by_span) = self.parse_grouping("PARTITION")?;
        let having = if self.eat_word("HAVING") { Some(self.parse_expression()?) } else { None };
        let emit = self.parse_emit()?;
        let limit = if self.eat_word("LIMIT") { Some(self.parse_limit()?) } else { None };
        Ok(Query {
            select,
            from,
            window,
            where_,
            group_by,
            has_group_by,
            group_by_span,
            partition_by,
            partition_by_span,
            having,
            emit,
            limit,
            span: self.span_from(start),
        })
    }

    fn parse_select_item(&mut self) -> Result<SelectItem, ParseError> {
        let start = self.span();
        if self.eat(&Token::Mul) {
            return Ok(SelectItem::Star { source: None, span: self.span_from(start) });
        }
        if *self.token(1) == Token::Period && *self.token(2) == Token::Mul {
            let source = Some(self.parse_name()?);
            self.eat(&Token::Period);
            self.eat(&Token::Mul);
            return Ok(SelectItem::Star { source, span: self.span_from(start) });
        }
        let expr = self.parse_select_expression()?;
        if *self.token(0) == Token::Arrow && *self.token(1) == Token::Mul {
            self.eat(&Token::Arrow);
            self.eat(&Token::Mul);
            return Ok(SelectItem::StructStar { expr, span: self.span_from(start) });
        }
        let alias = self.parse_alias()?;
        Ok(SelectItem::Expr { expr, alias, span: self.span_from(start) })
    }

    /// ksqlDB's parser looks far ahead here, and words its errors accordingly.
    fn parse_select_expression(&mut self) -> Result<Expr, ParseError> {
        self.wording = Wording::Near;
        let result = self.parse_expression();
        self.wording = Wording::Mismatch;
        result
    }

    /// `[AS] name`, or nothing. A keyword that begins the next clause is no name.
    pub(super) fn parse_alias(&mut self) -> Result<Option<Ident>, ParseError> {
        if self.eat_word("AS") {
            return self.parse_name().map(Some);
        }
        let begins_clause = self.are_words(&["PARTITION", "BY"])
            || self.are_words(&["EMIT", "CHANGES"])
            || self.are_words(&["EMIT", "FINAL"]);
        match self.token(0) {
            Token::Word(word) if word.quote_style.is_some() => self.parse_name().map(Some),
            Token::Word(word) if !begins_clause && !is_reserved(&word.value) => self.parse_name().map(Some),
            _ => Ok(None),
        }
    }

    /// `GROUP BY a, b`, `GROUP BY (a, b)`, and the same with PARTITION. Whether there is such a clause, its
    /// expressions and its place.
    fn parse_grouping(&mut self, keyword: &str) -> Result<(bool, Vec<Expr>, Span), ParseError> {
        let start = self.span();
        if !self.eat_words(&[keyword, "BY"]) {
            return Ok((false, Vec::new(), Span::NONE));
        }
        // A bracket around the whole list looks like the start of an expression such as `(a + b) * 2`.
        let bracketed = self.parser.maybe_parse(|parser| {
            let mut items = Vec::new();
            expect(parser, &Token::LParen)?;
            while !eat(parser, &Token::RParen) {
                if !items.is_empty() {
                    expect(parser, &Token::Comma)?;
                }
                items.push(parser.parse_subexpr(PREDICATE)?);
            }
            match parser.get_next_precedence()? {
                precedence if precedence < PREDICATE && parser.peek_token_ref().token != Token::Comma => {
                    Ok(items)
                }
                _ => expect(parser, &Token::EOF).map(|()| items),
            }
        });
        let expressions = match bracketed {
            Ok(Some(items)) => items.into_iter().map(convert::expr).collect::<Result<_, _>>()?,
            Ok(None) => self.parse_list(Cursor::parse_value_expression)?,
            Err(_) => return Err(ParseError::too_large(start)),
        };
        Ok((true, expressions, self.span_from(start)))
    }

    fn parse_emit(&mut self) -> Result<Option<Emit>, ParseError> {
        if !self.eat_word("EMIT") {
            return Ok(None);
        }
        if self.eat_word("CHANGES") {
            return Ok(Some(Emit::Changes));
        }
        if self.eat_word("FINAL") {
            return Ok(Some(Emit::Final));
        }
        Err(self.error("{'CHANGES', 'FINAL'}"))
    }

    fn parse_limit(&mut self) -> Result<u64, ParseError> {
        let is_integer = matches!(self.token(0), Token::Number(digits, _) if digits.parse::<i32>().is_ok());
        if matches!(self.token(0), Token::Number(..) | Token::Minus) && !is_integer {
            return Err(ParseError::unplaced(self.span(), "Value must be integer for command: LIMIT"));
        }
        self.parse_integer()
    }
}
