//! Steps over tokens that the expression grammar and the statements share.

use sqlparser::ast::Ident;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use crate::sql::reserved::is_reserved;

/// The error for a token that does not fit, in the form that sqlparser itself uses; the statement parser reads the
/// three parts back from it.
pub(crate) fn expected<T>(parser: &Parser, what: &str) -> Result<T, ParserError> {
    let found = parser.peek_token_ref();
    Err(ParserError::ParserError(format!("Expected: {what}, found: {}{}", found.token, found.span.start)))
}

/// An unquoted word, upper-cased.
pub(crate) fn unquoted(token: &Token) -> Option<String> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_ascii_uppercase()),
        _ => None,
    }
}

/// The unquoted word `n` tokens ahead, upper-cased.
pub(crate) fn unquoted_at(parser: &Parser, n: usize) -> Option<String> {
    unquoted(&parser.peek_nth_token_ref(n).token)
}

/// Whether the token `n` ahead is this keyword.
pub(crate) fn is_word_at(parser: &Parser, n: usize, word: &str) -> bool {
    match &parser.peek_nth_token_ref(n).token {
        Token::Word(found) => found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word),
        _ => false,
    }
}

/// Takes the token if it is next.
pub(crate) fn eat(parser: &mut Parser, token: &Token) -> bool {
    let found = parser.peek_token_ref().token == *token;
    if found {
        parser.advance_token();
    }
    found
}

/// Takes the keyword if it is next.
pub(crate) fn eat_word(parser: &mut Parser, word: &str) -> bool {
    let found = is_word_at(parser, 0, word);
    if found {
        parser.advance_token();
    }
    found
}

/// Takes the token or fails.
pub(crate) fn expect(parser: &mut Parser, token: &Token) -> Result<(), ParserError> {
    if eat(parser, token) { Ok(()) } else { expected(parser, &format!("'{token}'")) }
}

/// Takes the keyword or fails.
pub(crate) fn expect_word(parser: &mut Parser, word: &str) -> Result<(), ParserError> {
    if eat_word(parser, word) { Ok(()) } else { expected(parser, &format!("'{word}'")) }
}

/// Takes a name. A reserved word is none, unless it is quoted.
pub(crate) fn parse_name(parser: &mut Parser) -> Result<Ident, ParserError> {
    let token = parser.peek_token_ref();
    match &token.token {
        Token::Word(word) if word.quote_style.is_some() || !is_reserved(&word.value) => {
            let name = word.to_ident(token.span);
            parser.advance_token();
            Ok(name)
        }
        _ => expected(parser, "IDENTIFIER"),
    }
}
