//! A statement's tokens and the steps over them.

use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Span as TokenSpan, Token, TokenWithSpan, Tokenizer};

use crate::sql::depth::{self, MAX_DEPTH};
use crate::sql::duration::{Duration, TimeUnit};
use crate::sql::error::ParseError;
use crate::sql::expr::Expr;
use crate::sql::expr_convert as convert;
use crate::sql::grammar::token::{self as step, parse_name};
use crate::sql::grammar::{KsqlDialect, PREDICATE, data_type, keyword_for};
use crate::sql::ident::Ident;
use crate::sql::span::Span;
use crate::sql::type_name::TypeName;

use super::syntax_error::{Wording, lexical_error};

type Result<T> = std::result::Result<T, ParseError>;

/// See the module's documentation.
pub(super) struct Cursor {
    pub(super) parser: Parser<'static>,
    /// How errors are worded in the place that is being parsed.
    pub(super) wording: Wording,
}

impl Cursor {
    /// Splits the text of one statement into tokens. `line` and `column` are the place of its first character.
    pub(super) fn new(text: &str, line: u32, column: u32) -> Result<Cursor> {
        let shift = |at: Location| Location {
            line: at.line + u64::from(line) - 1,
            column: if at.line <= 1 { at.column + u64::from(column) - 1 } else { at.column },
        };
        let raw = Tokenizer::new(&KsqlDialect, text)
            .tokenize_with_location()
            .map_err(|error| lexical_error(&error.message, shift(error.location)))?;
        let mut end = Location { line: u64::from(line), column: u64::from(column) };
        let mut tokens = Vec::with_capacity(raw.len() + 1);
        for mut token in raw {
            token.span.start = shift(token.span.start);
            token.span.end = shift(token.span.end);
            end = token.span.end;
            match &mut token.token {
                Token::Whitespace(_) => continue,
                Token::Word(word) if word.quote_style.is_none() => {
                    if word.value.contains('.') {
                        return Err(lexical_error("Malformed number", token.span.start));
                    }
                    word.keyword = keyword_for(&word.value);
                    tokens.push(token);
                }
                // Two angle brackets of nested types; ksqlDB has no shift operator.
                Token::ShiftRight => {
                    let mut middle = token.span.start;
                    middle.column += 1;
                    tokens.push(TokenWithSpan::new(Token::Gt, TokenSpan::new(token.span.start, middle)));
                    tokens.push(TokenWithSpan::new(Token::Gt, TokenSpan::new(middle, token.span.end)));
                }
                _ => tokens.push(token),
            }
        }
        let at_end = TokenSpan::new(end, end);
        if !depth::is_bounded(&tokens) {
            return Err(ParseError::too_large(convert::span(at_end)));
        }
        tokens.push(TokenWithSpan::new(Token::EOF, at_end));
        // Each level of nesting takes up to three of sqlparser's; the bound above is the one that counts.
        let parser =
            Parser::new(&KsqlDialect).with_recursion_limit(4 * MAX_DEPTH).with_tokens_with_locations(tokens);
        Ok(Cursor { parser, wording: Wording::Mismatch })
    }

    // Looking ahead.

    pub(super) fn token(&self, n: usize) -> &Token {
        &self.parser.peek_nth_token_ref(n).token
    }

    /// The unquoted word `n` tokens ahead, upper-cased; empty for anything else.
    pub(super) fn word(&self, n: usize) -> String {
        step::unquoted_at(&self.parser, n).unwrap_or_default()
    }

    pub(super) fn is_word(&self, n: usize, word: &str) -> bool {
        step::is_word_at(&self.parser, n, word)
    }

    pub(super) fn are_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.is_word(n, word))
    }

    /// The place of the next token.
    pub(super) fn span(&self) -> Span {
        convert::span(self.parser.peek_token_ref().span)
    }

    /// The place of the last token taken.
    pub(super) fn last_span(&self) -> Span {
        convert::span(self.parser.get_current_token().span)
    }

    /// From a place to the last token taken.
    pub(super) fn span_from(&self, start: Span) -> Span {
        start.to(self.last_span())
    }

    // Steps.

    pub(super) fn eat(&mut self, token: &Token) -> bool {
        step::eat(&mut self.parser, token)
    }

    /// Takes the keyword if it is next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        step::eat_word(&mut self.parser, word)
    }

    /// Takes the keywords if all of them are next.
    pub(super) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.are_words(words);
        if found {
            words.iter().for_each(|_| self.parser.advance_token());
        }
        found
    }

    pub(super) fn expect(&mut self, token: &Token) -> Result<()> {
        step::expect(&mut self.parser, token).map_err(|error| self.read_error(error))
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<()> {
        step::expect_word(&mut self.parser, word).map_err(|error| self.read_error(error))
    }

    pub(super) fn expect_words(&mut self, words: &[&str]) -> Result<()> {
        words.iter().try_for_each(|word| self.expect_word(word))
    }

    pub(super) fn expect_end(&mut self) -> Result<()> {
        if *self.token(0) == Token::EOF { Ok(()) } else { Err(self.error_after_clause()) }
    }

    /// A name.
    pub(super) fn parse_name(&mut self) -> Result<Ident> {
        parse_name(&mut self.parser).map(convert::ident).map_err(|error| self.read_error(error))
    }

    /// A name that keeps the case it was written in.
    pub(super) fn parse_name_as_written(&mut self) -> Result<Ident> {
        let name = parse_name(&mut self.parser).map_err(|error| self.read_error(error))?;
        let span = convert::span(name.span);
        Ok(Ident { quoted: name.quote_style.is_some(), value: name.value, span })
    }

    /// `'text'`
    pub(super) fn parse_string(&mut self) -> Result<String> {
        match self.token(0) {
            Token::SingleQuotedString(text) => {
                let text = text.clone();
                self.parser.advance_token();
                Ok(text)
            }
            _ => Err(self.error("STRING")),
        }
    }

    /// A whole number without a sign.
    pub(super) fn parse_integer(&mut self) -> Result<u64> {
        if let Token::Number(digits, false) = self.token(0)
            && let Ok(value) = digits.parse()
        {
            self.parser.advance_token();
            return Ok(value);
        }
        Err(self.error("INTEGER_VALUE"))
    }

    /// `10 SECONDS`
    pub(super) fn parse_duration(&mut self) -> Result<Duration> {
        let start = self.span();
        let value = self.parse_integer()?;
        let Some(unit) = TimeUnit::from_word(&self.word(0)) else {
            return Err(self.error("{'DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLISECONDS'}"));
        };
        self.parser.advance_token();
        Ok(Duration { value, unit, span: self.span_from(start) })
    }

    pub(super) fn parse_type(&mut self) -> Result<TypeName> {
        let start = self.span();
        let parsed = data_type::parse(&mut self.parser).map_err(|error| self.read_error(error))?;
        convert::type_name(parsed, self.span_from(start))
    }

    pub(super) fn parse_expression(&mut self) -> Result<Expr> {
        let parsed = self.parser.parse_expr().map_err(|error| self.read_error(error))?;
        convert::expr(parsed)
    }

    /// An expression without comparisons and logic outside of brackets.
    pub(super) fn parse_value_expression(&mut self) -> Result<Expr> {
        let parsed = self.parser.parse_subexpr(PREDICATE).map_err(|error| self.read_error(error))?;
        convert::expr(parsed)
    }

    /// One or more, between commas.
    pub(super) fn parse_list<T>(&mut self, mut item: impl FnMut(&mut Cursor) -> Result<T>) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat(&Token::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }
}
