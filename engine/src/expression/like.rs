//! LIKE: `%` is any text, `_` any one character; NULL matches nothing.

use arrow::array::{Array, StringArray};
use arrow::buffer::BooleanBuffer;
use regex::Regex;

use super::logic::boolean;
use super::node::{Value, downcast};
use crate::error::{Error, Result};

pub(super) fn evaluate(value: &Value, pattern: &Value, escape: Option<char>, rows: usize) -> Result<Value> {
    let values: &StringArray = downcast(value.array())?;
    let patterns: &StringArray = downcast(pattern.array())?;
    if pattern.is_constant() {
        if patterns.is_null(0) {
            return Ok(boolean(BooleanBuffer::new_unset(rows)));
        }
        let matcher = Matcher::new(patterns.value(0), escape)?;
        return Ok(boolean(BooleanBuffer::collect_bool(rows, |row| {
            let index = value.index(row);
            values.is_valid(index) && matcher.matches(values.value(index))
        })));
    }
    let mut matches = Vec::with_capacity(rows);
    for row in 0..rows {
        let (v, p) = (value.index(row), pattern.index(row));
        matches.push(
            values.is_valid(v)
                && patterns.is_valid(p)
                && Matcher::new(patterns.value(p), escape)?.matches(values.value(v)),
        );
    }
    Ok(boolean(BooleanBuffer::from(matches)))
}

/// A pattern made ready: the common shapes need no regular expression.
enum Matcher {
    Equal(String),
    Prefix(String),
    Suffix(String),
    Contains(String),
    Pattern(Regex),
}

impl Matcher {
    fn new(pattern: &str, escape: Option<char>) -> Result<Self> {
        let inner = pattern.trim_matches('%');
        let plain =
            |text: &str| !text.contains(['%', '_']) && escape.is_none_or(|escape| !text.contains(escape));
        if plain(inner) && pattern.len() - inner.len() <= 2 {
            let (starts, ends) = (pattern.starts_with('%'), pattern.len() > 1 && pattern.ends_with('%'));
            return Ok(match (starts, ends) {
                (false, false) => Self::Equal(inner.to_owned()),
                (false, true) => Self::Prefix(inner.to_owned()),
                (true, false) => Self::Suffix(inner.to_owned()),
                (true, true) => Self::Contains(inner.to_owned()),
            });
        }
        let mut regex = String::from(r"\A");
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                c if Some(c) == escape => {
                    let literal = chars
                        .next()
                        .ok_or_else(|| Error::user("a LIKE pattern cannot end with the escape character"))?;
                    regex.push_str(&regex::escape(literal.encode_utf8(&mut [0; 4])));
                }
                '%' => regex.push_str(".*"),
                '_' => regex.push('.'),
                c => regex.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        regex.push_str(r"\z");
        Regex::new(&regex)
            .map(Self::Pattern)
            .map_err(|error| Error::user(format!("the LIKE pattern '{pattern}' cannot be used: {error}")))
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Equal(pattern) => text == pattern,
            Self::Prefix(pattern) => text.starts_with(pattern),
            Self::Suffix(pattern) => text.ends_with(pattern),
            Self::Contains(pattern) => text.contains(pattern),
            Self::Pattern(pattern) => pattern.is_match(text),
        }
    }
}
