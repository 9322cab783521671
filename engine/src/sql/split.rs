//! Where the statements of a text begin and end, without reading them.

use super::span::Span;

/// One statement of a text, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementText {
    /// The text, without leading blanks and comments and without the semicolon.
    pub text: String,
    /// Line of the text's first character, from 1.
    pub line: u32,
    /// Column of the text's first character, from 1.
    pub column: u32,
    /// Whether a semicolon ends it. Only the last statement may lack one.
    pub terminated: bool,
}

impl StatementText {
    /// The place of the first character.
    pub fn start(&self) -> Span {
        Span { line: self.line, column: self.column, end_line: self.line, end_column: self.column }
    }
}

/// Splits a text at its semicolons, not at those within quotes and comments. Empty statements are left out.
///
/// The statements are not parsed: what a later one means may depend on a variable that an earlier one defines.
pub fn split_statements(text: &str) -> Vec<StatementText> {
    let mut scanner = Scanner { rest: text, line: 1, column: 1 };
    let mut statements = Vec::new();
    loop {
        scanner.skip_blanks();
        if scanner.rest.is_empty() {
            return statements;
        }
        let (start, line, column) = (scanner.rest, scanner.line, scanner.column);
        while !matches!(scanner.peek(), None | Some(';')) {
            scanner.skip_item();
        }
        let length = start.len() - scanner.rest.len();
        let terminated = scanner.peek().is_some();
        scanner.bump();
        if length > 0 {
            let text = start[..length].trim_end().to_string();
            statements.push(StatementText { text, line, column, terminated });
        }
    }
}

struct Scanner<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) {
        let mut chars = self.rest.chars();
        match chars.next() {
            Some('\n') => (self.line, self.column) = (self.line.saturating_add(1), 1),
            Some(_) => self.column = self.column.saturating_add(1),
            None => {}
        }
        self.rest = chars.as_str();
    }

    /// Up to and with the mark, or to the end of the text.
    fn skip_past(&mut self, mark: &str) {
        while !self.rest.is_empty() && !self.rest.starts_with(mark) {
            self.bump();
        }
        for _ in 0..mark.len() {
            self.bump();
        }
    }

    /// A comment, if one begins here.
    fn skip_comment(&mut self) -> bool {
        if self.rest.starts_with("--") {
            self.skip_past("\n");
        } else if self.rest.starts_with("/*") {
            self.bump();
            self.bump();
            self.skip_past("*/");
        } else {
            return false;
        }
        true
    }

    fn skip_blanks(&mut self) {
        loop {
            while self.peek().is_some_and(char::is_whitespace) {
                self.bump();
            }
            if !self.skip_comment() {
                return;
            }
        }
    }

    /// A quoted text, a comment or a character. A doubled quote reads as the end of one text and the start of another.
    fn skip_item(&mut self) {
        if self.skip_comment() {
            return;
        }
        match self.peek() {
            Some(quote @ ('\'' | '"' | '`')) => {
                self.bump();
                self.skip_past(quote.encode_utf8(&mut [0; 4]));
            }
            _ => self.bump(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_in_quotes_and_comments_do_not_split() {
        let text = "-- a;b\nSELECT ';''' FROM `a;b`; /* ; */\n ;\n  PRINT \"x;\" -- ; tail\n LIMIT 1 ";
        let found: Vec<_> =
            split_statements(text).into_iter().map(|s| (s.text, s.line, s.column, s.terminated)).collect();
        assert_eq!(
            found,
            [
                ("SELECT ';''' FROM `a;b`".to_string(), 2, 1, true),
                ("PRINT \"x;\" -- ; tail\n LIMIT 1".to_string(), 4, 3, false),
            ]
        );
    }
}
