//! Calls of functions, with lambdas, time units and the constructors that look like calls.

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArgumentList,
    FunctionArguments, Ident, LambdaFunction, LambdaFunctionParameter, LambdaSyntax, ObjectName,
    OneOrManyWithParens,
};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Span, Token};

use super::operand::spanned;
use super::token::{eat, expect, parse_name, unquoted};
use crate::sql::duration::TimeUnit;
use crate::sql::reserved::is_reserved;

/// How far is looked for the arrow of a lambda. ksqlDB's have up to three parameters.
const MAX_PARAMS: usize = 16;

/// The arguments in brackets, after the name.
pub(super) fn parse(parser: &mut Parser, name: Ident, start: Span) -> Result<Expr, ParserError> {
    expect(parser, &Token::LParen)?;
    let constructor = name.quote_style.is_none()
        && (name.value.eq_ignore_ascii_case("MAP") || name.value.eq_ignore_ascii_case("STRUCT"));
    let mut args = Vec::new();
    let star = parser.peek_token_ref().token == Token::Mul
        && parser.peek_nth_token_ref(1).token == Token::RParen
        && !constructor;
    if star {
        parser.advance_token();
    }
    if !eat(parser, &Token::RParen) {
        loop {
            args.push(if constructor { parse_assignment(parser)? } else { parse_argument(parser)? });
            if !eat(parser, &Token::Comma) {
                break;
            }
        }
        expect(parser, &Token::RParen)?;
    }
    let call = Function {
        name: ObjectName::from(vec![name]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    };
    Ok(spanned(parser, start, Expr::Function(call)))
}

/// `key := value`
fn parse_assignment(parser: &mut Parser) -> Result<FunctionArg, ParserError> {
    let name = parser.parse_expr()?;
    expect(parser, &Token::Assignment)?;
    let arg = FunctionArgExpr::Expr(parser.parse_expr()?);
    Ok(FunctionArg::ExprNamed { name, arg, operator: FunctionArgOperator::Assignment })
}

/// An expression, a lambda or a time unit.
fn parse_argument(parser: &mut Parser) -> Result<FunctionArg, ParserError> {
    let start = parser.peek_token_ref().span;
    let expr = if let Some(params) = parse_lambda_params(parser)? {
        let body = Box::new(parser.parse_expr()?);
        spanned(parser, start, Expr::Lambda(LambdaFunction { params, body, syntax: LambdaSyntax::Arrow }))
    } else if is_time_unit(parser) {
        let token = parser.next_token();
        let word = unquoted(&token.token).unwrap_or_default();
        Expr::Identifier(Ident::with_span(token.span, word))
    } else {
        parser.parse_expr()?
    };
    Ok(FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)))
}

/// Whether the argument is nothing but a keyword like `DAYS`. Units that are not reserved (`DAY`) parse as columns.
fn is_time_unit(parser: &Parser) -> bool {
    let word = unquoted(&parser.peek_token_ref().token);
    word.is_some_and(|word| is_reserved(&word) && TimeUnit::from_word(&word).is_some())
}

/// `x =>` or `(x, y) =>`; takes nothing and gives `None` when the argument is not a lambda.
fn parse_lambda_params(
    parser: &mut Parser,
) -> Result<Option<OneOrManyWithParens<LambdaFunctionParameter>>, ParserError> {
    let is_name = |n: usize| matches!(parser.peek_nth_token_ref(n).token, Token::Word(_));
    let in_brackets = parser.peek_token_ref().token == Token::LParen;
    let arrow = if in_brackets {
        let mut n = 1;
        while n < 2 * MAX_PARAMS && is_name(n) && parser.peek_nth_token_ref(n + 1).token == Token::Comma {
            n += 2;
        }
        if !is_name(n) || parser.peek_nth_token_ref(n + 1).token != Token::RParen {
            return Ok(None);
        }
        n + 2
    } else {
        1
    };
    if parser.peek_nth_token_ref(arrow).token != Token::RArrow || !(in_brackets || is_name(0)) {
        return Ok(None);
    }
    let mut params = Vec::new();
    eat(parser, &Token::LParen);
    loop {
        params.push(LambdaFunctionParameter { name: parse_name(parser)?, data_type: None });
        if !eat(parser, &Token::Comma) {
            break;
        }
    }
    eat(parser, &Token::RParen);
    expect(parser, &Token::RArrow)?;
    Ok(Some(OneOrManyWithParens::Many(params)))
}
