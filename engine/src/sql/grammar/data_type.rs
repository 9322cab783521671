//! Types, which sqlparser's own grammar cannot read (`STRUCT<a ARRAY<INT>>`), as sqlparser's nodes.

use sqlparser::ast::{
    ArrayElemTypeDef, DataType, ExactNumberInfo, ObjectName, StructBracketKind, StructField, TimezoneInfo,
};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::token::{eat, eat_word, expect, expected, is_word_at, parse_name, unquoted_at};
use crate::sql::depth::MAX_DEPTH;

/// Takes a type.
pub(crate) fn parse(parser: &mut Parser) -> Result<DataType, ParserError> {
    parse_nested(parser, 0)
}

fn parse_nested(parser: &mut Parser, depth: usize) -> Result<DataType, ParserError> {
    if depth > MAX_DEPTH {
        return Err(ParserError::RecursionLimitExceeded);
    }
    let mut data_type = parse_base(parser, depth)?;
    while eat_word(parser, "ARRAY") {
        data_type = array_of(data_type);
    }
    Ok(data_type)
}

fn parse_base(parser: &mut Parser, depth: usize) -> Result<DataType, ParserError> {
    let angle_next = matches!(parser.peek_nth_token_ref(1).token, Token::Lt | Token::Neq);
    match unquoted_at(parser, 0).as_deref() {
        Some("ARRAY") if angle_next => {
            parser.advance_token();
            expect(parser, &Token::Lt)?;
            let element = parse_nested(parser, depth + 1)?;
            expect(parser, &Token::Gt)?;
            Ok(array_of(element))
        }
        Some("MAP") if angle_next => {
            parser.advance_token();
            expect(parser, &Token::Lt)?;
            let key = parse_nested(parser, depth + 1)?;
            expect(parser, &Token::Comma)?;
            let value = parse_nested(parser, depth + 1)?;
            expect(parser, &Token::Gt)?;
            Ok(DataType::Map(Box::new(key), Box::new(value)))
        }
        Some("STRUCT") if angle_next => {
            parser.advance_token();
            parse_struct(parser, depth)
        }
        Some("DECIMAL" | "DEC") if parser.peek_nth_token_ref(1).token == Token::LParen => {
            parser.advance_token();
            expect(parser, &Token::LParen)?;
            let precision = parse_integer(parser)?;
            expect(parser, &Token::Comma)?;
            let scale = parse_integer(parser)?;
            expect(parser, &Token::RParen)?;
            let scale = i64::try_from(scale).unwrap_or(i64::MAX);
            Ok(DataType::Decimal(ExactNumberInfo::PrecisionAndScale(precision, scale)))
        }
        _ => parse_named(parser),
    }
}

/// The fields of a STRUCT, after the keyword. `<>` of a struct without fields is one token.
fn parse_struct(parser: &mut Parser, depth: usize) -> Result<DataType, ParserError> {
    let mut fields = Vec::new();
    if !eat(parser, &Token::Neq) {
        expect(parser, &Token::Lt)?;
        while !eat(parser, &Token::Gt) {
            if !fields.is_empty() {
                expect(parser, &Token::Comma)?;
            }
            let field_name = Some(parse_name(parser)?);
            let field_type = parse_nested(parser, depth + 1)?;
            fields.push(StructField { field_name, field_type, options: None });
        }
    }
    Ok(DataType::Struct(fields, StructBracketKind::AngleBrackets))
}

/// A type that is one word, with the parameters that ksqlDB takes and ignores: `VARCHAR(255)`, `VARCHAR(STRING)`.
fn parse_named(parser: &mut Parser) -> Result<DataType, ParserError> {
    let Ok(name) = parse_name(parser) else {
        return expected(parser, "{'ARRAY', 'MAP', 'STRUCT', 'DECIMAL', IDENTIFIER}");
    };
    let word = if name.quote_style.is_none() { name.value.to_ascii_uppercase() } else { String::new() };
    if eat(parser, &Token::LParen) {
        loop {
            if is_word_at(parser, 0, "STRING") {
                parser.advance_token();
            } else if parse_integer(parser).is_err() {
                return expected(parser, "{'STRING', INTEGER_VALUE}");
            }
            if !eat(parser, &Token::Comma) {
                break;
            }
        }
        expect(parser, &Token::RParen)?;
    }
    Ok(match word.as_str() {
        "BOOLEAN" => DataType::Boolean,
        "INT" | "INTEGER" => DataType::Integer(None),
        "BIGINT" => DataType::BigInt(None),
        "DOUBLE" => DataType::Double(ExactNumberInfo::None),
        "STRING" | "VARCHAR" => DataType::String(None),
        "BYTES" => DataType::Bytes(None),
        "TIMESTAMP" => DataType::Timestamp(None, TimezoneInfo::None),
        "DATE" => DataType::Date,
        "TIME" => DataType::Time(None, TimezoneInfo::None),
        _ => DataType::Custom(ObjectName::from(vec![name]), Vec::new()),
    })
}

fn parse_integer(parser: &mut Parser) -> Result<u64, ParserError> {
    if let Token::Number(digits, false) = &parser.peek_token_ref().token
        && let Ok(value) = digits.parse()
    {
        parser.advance_token();
        return Ok(value);
    }
    expected(parser, "INTEGER_VALUE")
}

fn array_of(element: DataType) -> DataType {
    DataType::Array(ArrayElemTypeDef::AngleBracket(Box::new(element)))
}
