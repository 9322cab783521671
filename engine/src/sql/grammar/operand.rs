//! What operators stand between: constants, columns, brackets, signs, CASE, CAST, constructors.

use sqlparser::ast::{
    Array, CastKind, DataType, Expr, Ident, ObjectName, TypedString, UnaryOperator, Value, ValueWithSpan,
};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Span, Token, Word};

use super::token::{eat, expect, expect_word, expected, parse_name};
use super::{MULTIPLY, NOT, call, data_type};
use crate::sql::reserved::is_reserved;

pub(super) fn parse(parser: &mut Parser) -> Result<Expr, ParserError> {
    let token = parser.peek_token_ref().clone();
    let start = token.span;
    match token.token {
        Token::Number(digits, false) => {
            parser.advance_token();
            Ok(constant(Value::Number(digits, false), start))
        }
        Token::SingleQuotedString(text) => {
            parser.advance_token();
            Ok(constant(Value::SingleQuotedString(text), start))
        }
        Token::Minus | Token::Plus => {
            parser.advance_token();
            let op = if token.token == Token::Minus { UnaryOperator::Minus } else { UnaryOperator::Plus };
            let operand = Box::new(parser.parse_subexpr(MULTIPLY)?);
            Ok(spanned(parser, start, Expr::UnaryOp { op, expr: operand }))
        }
        Token::LParen => {
            parser.advance_token();
            let inner = Box::new(parser.parse_expr()?);
            expect(parser, &Token::RParen)?;
            Ok(spanned(parser, start, Expr::Nested(inner)))
        }
        Token::Word(word) => parse_word(parser, &word, start),
        _ => expected(parser, "expression"),
    }
}

fn parse_word(parser: &mut Parser, word: &Word, start: Span) -> Result<Expr, ParserError> {
    if word.quote_style.is_none() {
        match word.value.to_ascii_uppercase().as_str() {
            "NULL" => return Ok(take_constant(parser, Value::Null, start)),
            "TRUE" => return Ok(take_constant(parser, Value::Boolean(true), start)),
            "FALSE" => return Ok(take_constant(parser, Value::Boolean(false), start)),
            "NOT" => {
                parser.advance_token();
                let operand = Box::new(parser.parse_subexpr(NOT)?);
                return Ok(spanned(parser, start, Expr::UnaryOp { op: UnaryOperator::Not, expr: operand }));
            }
            "CASE" => {
                parser.advance_token();
                let case = parser.parse_case_expr()?;
                return Ok(spanned(parser, start, case));
            }
            "CAST" => {
                parser.advance_token();
                return parse_cast(parser, start);
            }
            "ARRAY" if parser.peek_nth_token_ref(1).token == Token::LBracket => {
                parser.advance_token();
                return parse_array(parser, start);
            }
            _ if is_reserved(&word.value) => return expected(parser, "expression"),
            _ => {}
        }
    }
    let name = parse_name(parser)?;
    match &parser.peek_token_ref().token {
        Token::LParen => call::parse(parser, name, start),
        Token::SingleQuotedString(_) => parse_typed_string(parser, name, start),
        Token::Period if parser.peek_nth_token_ref(1).token != Token::Mul => {
            parser.advance_token();
            let column = parse_name(parser)?;
            Ok(Expr::CompoundIdentifier(vec![name, column]))
        }
        _ => Ok(Expr::Identifier(name)),
    }
}

/// `CAST(e AS type)`, after the keyword.
fn parse_cast(parser: &mut Parser, start: Span) -> Result<Expr, ParserError> {
    expect(parser, &Token::LParen)?;
    let expr = Box::new(parser.parse_expr()?);
    expect_word(parser, "AS")?;
    let data_type = data_type::parse(parser)?;
    expect(parser, &Token::RParen)?;
    let cast = Expr::Cast { kind: CastKind::Cast, expr, data_type, array: false, format: None };
    Ok(spanned(parser, start, cast))
}

/// `ARRAY[a, b]`, after the keyword.
fn parse_array(parser: &mut Parser, start: Span) -> Result<Expr, ParserError> {
    expect(parser, &Token::LBracket)?;
    let mut elem = Vec::new();
    if !eat(parser, &Token::RBracket) {
        loop {
            elem.push(parser.parse_expr()?);
            if !eat(parser, &Token::Comma) {
                break;
            }
        }
        expect(parser, &Token::RBracket)?;
    }
    Ok(spanned(parser, start, Expr::Array(Array { elem, named: true })))
}

/// `DECIMAL '1.5'`, after the name of the type.
fn parse_typed_string(parser: &mut Parser, type_name: Ident, start: Span) -> Result<Expr, ParserError> {
    let token = parser.next_token();
    let Token::SingleQuotedString(text) = token.token else { return expected(parser, "STRING") };
    let typed = TypedString {
        data_type: DataType::Custom(ObjectName::from(vec![type_name]), Vec::new()),
        value: ValueWithSpan { value: Value::SingleQuotedString(text), span: token.span },
        uses_odbc_syntax: false,
    };
    Ok(spanned(parser, start, Expr::TypedString(typed)))
}

fn take_constant(parser: &mut Parser, value: Value, span: Span) -> Expr {
    parser.advance_token();
    constant(value, span)
}

fn constant(value: Value, span: Span) -> Expr {
    Expr::Value(ValueWithSpan { value, span })
}

/// Wraps a node that reaches from `start` to the last token taken.
pub(super) fn spanned(parser: &Parser, start: Span, node: Expr) -> Expr {
    let span = Span::new(start.start, parser.get_current_token().span.end);
    Expr::Prefixed { prefix: Ident::with_span(span, ""), value: Box::new(node) }
}
