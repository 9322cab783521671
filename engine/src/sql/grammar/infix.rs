//! Operators that ksqlDB spells or groups in its own way.

use sqlparser::ast::{AccessExpr, BinaryOperator, Expr};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::PREDICATE;
use super::token::{eat, eat_word, expect, expect_word, expected, is_word_at, parse_name, unquoted_at};

/// The operator and what follows it, or `None` for one that sqlparser knows how to parse.
pub(super) fn parse(parser: &mut Parser, left: &Expr) -> Option<Result<Expr, ParserError>> {
    match parser.peek_token_ref().token {
        Token::Arrow => Some(parse_field(parser, left)),
        Token::LBracket => Some(parse_subscripts(parser, left)),
        _ => match unquoted_at(parser, 0).as_deref() {
            Some("IS") => Some(parse_is(parser, left)),
            Some("IN") => Some(parse_in(parser, left, false)),
            Some("NOT") if is_word_at(parser, 1, "IN") => {
                parser.advance_token();
                Some(parse_in(parser, left, true))
            }
            _ => None,
        },
    }
}

/// `->field`
fn parse_field(parser: &mut Parser, left: &Expr) -> Result<Expr, ParserError> {
    expect(parser, &Token::Arrow)?;
    let field = Expr::Identifier(parse_name(parser)?);
    Ok(Expr::BinaryOp { left: Box::new(left.clone()), op: BinaryOperator::Arrow, right: Box::new(field) })
}

/// `[index]`, once or more.
fn parse_subscripts(parser: &mut Parser, left: &Expr) -> Result<Expr, ParserError> {
    let mut access_chain: Vec<AccessExpr> = Vec::new();
    parser.parse_multi_dim_subscript(&mut access_chain)?;
    Ok(Expr::CompoundFieldAccess { root: Box::new(left.clone()), access_chain })
}

/// `IS [NOT] NULL`, `IS [NOT] DISTINCT FROM e`
fn parse_is(parser: &mut Parser, left: &Expr) -> Result<Expr, ParserError> {
    expect_word(parser, "IS")?;
    let left = Box::new(left.clone());
    let negated = eat_word(parser, "NOT");
    if eat_word(parser, "NULL") {
        return Ok(if negated { Expr::IsNotNull(left) } else { Expr::IsNull(left) });
    }
    if !eat_word(parser, "DISTINCT") {
        return expected(
            parser,
            if negated { "{'DISTINCT', 'NULL'}" } else { "{'DISTINCT', 'NOT', 'NULL'}" },
        );
    }
    expect_word(parser, "FROM")?;
    let right = Box::new(parser.parse_subexpr(PREDICATE)?);
    Ok(if negated { Expr::IsNotDistinctFrom(left, right) } else { Expr::IsDistinctFrom(left, right) })
}

/// `IN (a, b)`
fn parse_in(parser: &mut Parser, left: &Expr, negated: bool) -> Result<Expr, ParserError> {
    expect_word(parser, "IN")?;
    expect(parser, &Token::LParen)?;
    let mut list = Vec::new();
    loop {
        list.push(parser.parse_expr()?);
        if !eat(parser, &Token::Comma) {
            break;
        }
    }
    expect(parser, &Token::RParen)?;
    Ok(Expr::InList { expr: Box::new(left.clone()), list, negated })
}
