//! A bound on how deep a statement nests, found from its tokens before anything recurses over it.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// How deep an expression may nest, counting brackets and chained operators.
///
/// Parsing, analysis, lowering and dropping recurse over the tree with up to about 2 kB of stack a level; 500 levels
/// stay within half of the 2 MiB that a thread has. People's statements have under 20.
pub const MAX_DEPTH: usize = 500;

/// One open bracket or CASE: what has been seen of its inside.
#[derive(Default)]
struct Level {
    /// Depth of the deepest finished item.
    deepest: usize,
    /// Operators in the current item. They may chain, so each may add a level.
    operators: usize,
    /// Depth of the deepest bracket in the current item.
    inner: usize,
}

impl Level {
    fn end_item(&mut self) {
        self.deepest = self.deepest.max(self.operators + self.inner);
        (self.operators, self.inner) = (0, 0);
    }
}

/// Whether no tree that the tokens can give is deeper than [`MAX_DEPTH`].
///
/// The count is never too low, and too high only for what people do not write. Comparisons cannot chain, so they do
/// not count: a chain of 400 comparisons with OR is accepted.
pub(super) fn is_bounded(tokens: &[TokenWithSpan]) -> bool {
    let mut levels = vec![Level::default()];
    for token in tokens {
        match effect(&token.token) {
            Effect::None => {}
            Effect::Operator => {
                if let Some(level) = levels.last_mut() {
                    level.operators += 1;
                }
            }
            Effect::Open => {
                if let Some(level) = levels.last_mut() {
                    level.operators += 1;
                }
                levels.push(Level::default());
            }
            Effect::EndItem => {
                if let Some(level) = levels.last_mut() {
                    level.end_item();
                }
            }
            Effect::Close if levels.len() > 1 => {
                let mut closed = levels.pop().unwrap_or_default();
                closed.end_item();
                if let Some(level) = levels.last_mut() {
                    level.inner = level.inner.max(closed.deepest);
                }
            }
            Effect::Close => {}
        }
        let deepest = levels.last().map_or(0, |level| level.operators + level.inner);
        if levels.len() > MAX_DEPTH || deepest > MAX_DEPTH {
            return false;
        }
    }
    true
}

/// What a token does to the count.
enum Effect {
    None,
    Operator,
    Open,
    EndItem,
    Close,
}

fn effect(token: &Token) -> Effect {
    match token {
        Token::LParen | Token::LBracket => Effect::Open,
        Token::RParen | Token::RBracket => Effect::Close,
        Token::Comma | Token::SemiColon => Effect::EndItem,
        Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::Mod => Effect::Operator,
        Token::StringConcat | Token::Arrow | Token::RArrow => Effect::Operator,
        Token::Word(word) if word.quote_style.is_none() => match word.value.to_ascii_uppercase().as_str() {
            "AND" | "OR" | "NOT" => Effect::Operator,
            "CASE" => Effect::Open,
            "END" => Effect::Close,
            "WHEN" | "THEN" | "ELSE" | "WHERE" | "GROUP" | "HAVING" | "JOIN" => Effect::EndItem,
            _ => Effect::None,
        },
        _ => Effect::None,
    }
}
