//! Finding where things end in a JSON text. Checks the grammar strictly as it goes (RFC 8259); knows no columns.
//!
//! The text is valid UTF-8 as a whole: whoever decodes a payload checks that first.

use super::problem::{Problem, Result};

/// How deep arrays and objects may nest: deeper ones would use up the stack. Jackson's bound.
pub const MAX_DEPTH: usize = 1000;

/// The first byte at or after `at` that is not white space.
#[inline]
pub fn whitespace(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = text.get(at) {
        at += 1;
    }
    at
}

/// Whether all bytes are ASCII.
pub fn is_ascii(text: &[u8]) -> bool {
    // Bytes at the end that make no whole word are looked at with some of those before them.
    let Some(last) = text.last_chunk() else {
        return text.is_ascii();
    };
    let (words, _) = text.as_chunks();
    let all = words.iter().fold(u64::from_le_bytes(*last), |all, word| all | u64::from_le_bytes(*word));
    all & 0x8080_8080_8080_8080 == 0
}

/// The first quote, backslash or control character at or after `at`.
#[inline(always)]
pub fn special(text: &[u8], mut at: usize) -> Option<usize> {
    while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        if has_special(chunk) {
            return Some(at + first_special(chunk));
        }
        at += 16;
    }
    special_near_end(text, at)
}

/// [`special`] where less than a chunk is left.
fn special_near_end(text: &[u8], at: usize) -> Option<usize> {
    text.get(at..)?.iter().position(|byte| is_special(*byte)).map(|distance| at + distance)
}

#[inline(always)]
fn is_special(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < 0x20)
}

#[inline(always)]
fn has_special(chunk: &[u8; 16]) -> bool {
    // A loop without a way out over a chunk of fixed length: the compiler makes vector instructions of it.
    chunk.iter().fold(false, |any, byte| any | is_special(*byte))
}

/// Index of the first special byte of a chunk that has one.
#[inline(always)]
fn first_special(chunk: &[u8; 16]) -> usize {
    let word = u128::from_le_bytes(*chunk);
    let (low, high) = (specials(word as u64), specials((word >> 64) as u64));
    if low != 0 { low.trailing_zeros() as usize / 8 } else { 8 + high.trailing_zeros() as usize / 8 }
}

/// The high bit of each special byte of a word; only the lowest is sure to be one.
#[inline(always)]
fn specials(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let quotes = zero(word ^ (ONES * b'"' as u64));
    let backslashes = zero(word ^ (ONES * b'\\' as u64));
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & HIGH
}

/// A string token: where its text ends, and whether there are escapes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Index of the closing quote.
    pub end: usize,
    pub escaped: bool,
}

/// The end of the string whose text begins at `at` (behind the opening quote).
pub fn string(text: &[u8], mut at: usize) -> Result<Text> {
    let mut escaped = false;
    loop {
        let Some(hit) = special(text, at) else {
            return Err(Problem::syntax("the text ends within a string"));
        };
        match text[hit] {
            b'"' => return Ok(Text { end: hit, escaped }),
            b'\\' => {
                escaped = true;
                at = escape_end(text, hit + 1)?;
            }
            _ => return Err(Problem::syntax("a string has a control character that is not escaped")),
        }
    }
}

fn escape_end(text: &[u8], at: usize) -> Result<usize> {
    match text.get(at) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 1),
        Some(b'u') if text.get(at + 1..at + 5).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => {
            Ok(at + 5)
        }
        _ => Err(Problem::syntax("a string has an escape that JSON does not know")),
    }
}

/// A number token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub end: usize,
    /// Neither fraction nor exponent.
    pub integer: bool,
}

/// The end of the number that begins at `at`.
pub fn number(text: &[u8], at: usize) -> Result<Number> {
    let bad = || Problem::syntax("a number is malformed");
    let first = at + usize::from(text.get(at) == Some(&b'-'));
    let mut end = digits(text, first);
    if end == first || (text[first] == b'0' && end > first + 1) {
        return Err(bad());
    }
    let mut integer = true;
    if text.get(end) == Some(&b'.') {
        integer = false;
        let fraction = end + 1;
        end = digits(text, fraction);
        if end == fraction {
            return Err(bad());
        }
    }
    if let Some(b'e' | b'E') = text.get(end) {
        integer = false;
        let exponent = end + 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = digits(text, exponent);
        if end == exponent {
            return Err(bad());
        }
    }
    Ok(Number { end, integer })
}

#[inline]
fn digits(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// The end of `word`, which the text must have at `at`.
pub fn literal(text: &[u8], at: usize, word: &'static [u8]) -> Result<usize> {
    if text.get(at..at + word.len()) == Some(word) {
        return Ok(at + word.len());
    }
    Err(Problem::unexpected(text, at))
}

/// The end of the value that begins at `at`, whatever it is.
pub fn value(text: &[u8], at: usize, depth: usize) -> Result<usize> {
    match text.get(at) {
        Some(b'"') => string(text, at + 1).map(|text| text.end + 1),
        Some(b'-' | b'0'..=b'9') => number(text, at).map(|number| number.end),
        Some(b't') => literal(text, at, b"true"),
        Some(b'f') => literal(text, at, b"false"),
        Some(b'n') => literal(text, at, b"null"),
        Some(b'{') => {
            let mut members = Members::new(text, at, depth)?;
            while members.next()?.is_some() {
                let start = members.value();
                members.continue_at(value(text, start, depth + 1)?);
            }
            Ok(members.end())
        }
        Some(b'[') => {
            let mut elements = Elements::new(at, depth)?;
            while let Some(start) = elements.next(text)? {
                elements.continue_at(value(text, start, depth + 1)?);
            }
            Ok(elements.end())
        }
        _ => Err(Problem::unexpected(text, at)),
    }
}

/// Walks over the elements of an array: `next` gives where one begins, the caller says where it ends.
pub struct Elements {
    at: usize,
    first: bool,
}

impl Elements {
    /// Of the array whose bracket is at `at`.
    pub fn new(at: usize, depth: usize) -> Result<Self> {
        if depth >= MAX_DEPTH {
            return Err(Problem::syntax("arrays and objects nest deeper than 1000 levels"));
        }
        Ok(Self { at: at + 1, first: true })
    }

    pub fn next(&mut self, text: &[u8]) -> Result<Option<usize>> {
        self.at = whitespace(text, self.at);
        match text.get(self.at) {
            Some(b']') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !self.first => self.at = whitespace(text, self.at + 1),
            Some(_) if self.first => {}
            _ => return Err(Problem::unexpected(text, self.at)),
        }
        self.first = false;
        Ok(Some(self.at))
    }

    pub fn continue_at(&mut self, at: usize) {
        self.at = at;
    }

    /// Behind the closing bracket, once `next` gave none.
    pub fn end(&self) -> usize {
        self.at
    }
}

/// The name of a member, as it stands between the quotes.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    pub raw: &'a [u8],
    pub escaped: bool,
}

/// Walks over the members of an object: `next` gives a name, the caller says where its value ends.
pub struct Members<'a> {
    text: &'a [u8],
    at: usize,
    first: bool,
}

impl<'a> Members<'a> {
    /// Of the object whose brace is at `at`.
    pub fn new(text: &'a [u8], at: usize, depth: usize) -> Result<Self> {
        if depth >= MAX_DEPTH {
            return Err(Problem::syntax("arrays and objects nest deeper than 1000 levels"));
        }
        Ok(Self { text, at: at + 1, first: true })
    }

    /// Inside an object, at `at` behind a value.
    pub fn behind_value(text: &'a [u8], at: usize) -> Self {
        Self { text, at, first: false }
    }

    pub fn next(&mut self) -> Result<Option<Name<'a>>> {
        self.at = whitespace(self.text, self.at);
        match self.text.get(self.at) {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !self.first => self.at = whitespace(self.text, self.at + 1),
            Some(_) if self.first => {}
            _ => return Err(Problem::unexpected(self.text, self.at)),
        }
        self.first = false;
        if self.text.get(self.at) != Some(&b'"') {
            return Err(Problem::unexpected(self.text, self.at));
        }
        let start = self.at + 1;
        let Text { end, escaped } = string(self.text, start)?;
        let colon = whitespace(self.text, end + 1);
        if self.text.get(colon) != Some(&b':') {
            return Err(Problem::unexpected(self.text, colon));
        }
        self.at = whitespace(self.text, colon + 1);
        Ok(Some(Name { raw: &self.text[start..end], escaped }))
    }

    /// Where the value of the last name begins.
    pub fn value(&self) -> usize {
        self.at
    }

    pub fn continue_at(&mut self, at: usize) {
        self.at = at;
    }

    /// Behind the closing brace, once `next` gave none.
    pub fn end(&self) -> usize {
        self.at
    }
}
