//! ksqlDB's dialect of sqlparser's tokenizer and expression grammar.
//!
//! sqlparser's operator-precedence loop is in charge of an expression. The dialect tells it what binds how tightly,
//! parses the operands itself ([`operand`], [`call`]), because ksqlDB's differ from those of other dialects
//! (`STRUCT(a := 1)`, `x => x + 1`, `CAST(x AS STRUCT<a INT>)`, names such as `TRIM` that are special forms elsewhere),
//! and parses the operators that ksqlDB spells or groups in its own way ([`infix`]: `->`, `IS DISTINCT FROM`, `IN`).
//!
//! A node for which sqlparser keeps no place in the text is wrapped in [`Expr::Prefixed`], whose empty prefix carries
//! the span.
//!
//! Of its keywords, sqlparser sees only those that it shall act on ([`keyword_for`]); all others are names to it.

mod call;
pub(super) mod data_type;
mod infix;
mod operand;
pub(super) mod token;

use sqlparser::ast::Expr;
use sqlparser::dialect::{Dialect, Precedence};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use token::{unquoted, unquoted_at};

/// The keyword that sqlparser shall see for an unquoted word.
///
/// Without this it would act on words that are plain names in ksqlDB: `COLLATE`, `ANY`, `SOME`.
pub(super) fn keyword_for(word: &str) -> Keyword {
    const SEEN: [(&str, Keyword); 11] = [
        ("AND", Keyword::AND),
        ("BETWEEN", Keyword::BETWEEN),
        ("ELSE", Keyword::ELSE),
        ("END", Keyword::END),
        ("ESCAPE", Keyword::ESCAPE),
        ("LIKE", Keyword::LIKE),
        ("NOT", Keyword::NOT),
        ("OR", Keyword::OR),
        ("THEN", Keyword::THEN),
        ("WHEN", Keyword::WHEN),
        ("NULL", Keyword::NULL),
    ];
    SEEN.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map_or(Keyword::NoKeyword, |(_, k)| *k)
}

/// `->` and `[` bind tighter than any sign.
const ACCESS: u8 = 60;
/// `*`, `/`, `%`; an operand of a sign is parsed above this.
const MULTIPLY: u8 = 40;
/// `+`, `-`
const ADD: u8 = 30;
/// `||` binds less tightly than `+`.
const CONCAT: u8 = 25;
/// Comparisons and the other predicates; their operands are parsed above this.
pub(super) const PREDICATE: u8 = 20;
/// `NOT`
const NOT: u8 = 15;

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct KsqlDialect;

impl Dialect for KsqlDialect {
    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_ascii_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_ascii_alphanumeric() || ch == '_' || ch == '@'
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"' || ch == '`'
    }

    /// `1R` is a name.
    fn supports_numeric_prefix(&self) -> bool {
        true
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        let precedence = match &parser.peek_token_ref().token {
            Token::Mul | Token::Div | Token::Mod => MULTIPLY,
            Token::Plus | Token::Minus => ADD,
            Token::StringConcat => CONCAT,
            Token::Eq | Token::Neq | Token::Lt | Token::LtEq | Token::Gt | Token::GtEq => PREDICATE,
            // `->*` is no operator: it ends a select item.
            Token::Arrow if parser.peek_nth_token_ref(1).token == Token::Mul => 0,
            Token::Arrow | Token::LBracket => ACCESS,
            token => match unquoted(token).as_deref() {
                Some("AND") => self.prec_value(Precedence::And),
                Some("OR") => self.prec_value(Precedence::Or),
                Some("IS" | "IN" | "BETWEEN" | "LIKE") => PREDICATE,
                Some("NOT") => match unquoted_at(parser, 1).as_deref() {
                    Some("IN" | "BETWEEN" | "LIKE") => PREDICATE,
                    _ => 0,
                },
                _ => 0,
            },
        };
        Some(Ok(precedence))
    }

    fn prec_value(&self, precedence: Precedence) -> u8 {
        match precedence {
            Precedence::Or => 5,
            Precedence::And => 10,
            Precedence::UnaryNot => NOT,
            Precedence::PlusMinus => ADD,
            Precedence::MulDivModOp => MULTIPLY,
            Precedence::Period => 100,
            _ => PREDICATE,
        }
    }

    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        Some(operand::parse(parser))
    }

    fn parse_infix(&self, parser: &mut Parser, left: &Expr, _: u8) -> Option<Result<Expr, ParserError>> {
        infix::parse(parser, left)
    }
}
