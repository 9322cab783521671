//! A statement as words and symbols: enough to see which statement it is and which names it uses.

/// A piece of SQL text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// An unquoted name, keyword or number.
    Bare(&'a str),
    /// A string in single quotes, quotes included.
    Text(&'a str),
    /// A name in back or double quotes, quotes included.
    Name(&'a str),
    /// Any other character.
    Symbol(char),
    /// A comment, its marks included.
    Comment(&'a str),
}

impl<'a> Word<'a> {
    /// Whether this is the keyword `keyword`, in any case.
    pub fn is(self, keyword: &str) -> bool {
        matches!(self, Word::Bare(text) if text.eq_ignore_ascii_case(keyword))
    }

    /// The content of a string or the name itself, with quotes taken off.
    pub fn content(self) -> String {
        match self {
            Word::Text(text) => unquote(text, '\''),
            Word::Name(text) => unquote(text, text.chars().next().unwrap_or('`')),
            Word::Bare(text) | Word::Comment(text) => text.to_owned(),
            Word::Symbol(c) => c.to_string(),
        }
    }
}

fn unquote(text: &str, quote: char) -> String {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    inner.replace(&format!("{quote}{quote}"), &quote.to_string())
}

/// The words of `text` with the byte position at which each begins. Never fails: what is not closed
/// goes to the end of the text.
pub fn scan(text: &str) -> Vec<(usize, Word<'_>)> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let len = match c {
            _ if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '\'' | '"' | '`' => quoted_len(rest, c),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            _ if is_word(c) => rest.find(|c: char| !is_word(c)).unwrap_or(rest.len()),
            _ => c.len_utf8(),
        };
        let piece = &rest[..len];
        let word = match c {
            '\'' => Word::Text(piece),
            '"' | '`' => Word::Name(piece),
            _ if piece.starts_with("--") || piece.starts_with("/*") => Word::Comment(piece),
            _ if is_word(c) => Word::Bare(piece),
            _ => Word::Symbol(c),
        };
        words.push((at, word));
        at += len;
    }
    words
}

/// The words of `text` without comments and positions.
pub fn words(text: &str) -> Vec<Word<'_>> {
    scan(text).into_iter().map(|(_, word)| word).filter(|word| !matches!(word, Word::Comment(_))).collect()
}

/// Whether `c` can stand in an unquoted name.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '@'
}

fn quoted_len(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            if chars.peek().is_some_and(|(_, c)| *c == quote) {
                chars.next();
            } else {
                return at + 1;
            }
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_quotes_apart_from_names() {
        assert_eq!(
            words("PRINT 'a''b' /* x */ `q``r`,1.5 -- end"),
            [
                Word::Bare("PRINT"),
                Word::Text("'a''b'"),
                Word::Name("`q``r`"),
                Word::Symbol(','),
                Word::Bare("1"),
                Word::Symbol('.'),
                Word::Bare("5"),
            ]
        );
        assert_eq!(Word::Text("'a''b'").content(), "a'b");
        assert_eq!(Word::Name("`q``r`").content(), "q`r");
    }

    #[test]
    fn what_is_not_closed_goes_to_the_end() {
        for text in ["'abc", "`abc", "/* abc", "'abc''", "-- abc"] {
            assert_eq!(scan(text).len(), 1, "{text}");
        }
    }
}
