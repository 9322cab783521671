//! Splits text into statements at `;`, outside quotes and comments. Commands such as `exit`, which
//! need no `;`, end with their line.

use super::classify::is_bare_command;

/// One complete statement and where it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The text from its first word to its `;`, comments inside it included.
    pub text: String,
    /// Line of the split text (from 1) on which the statement begins.
    pub line: usize,
}

/// What stands after the last `;`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// Nothing but white space and comments.
    Blank,
    /// The beginning of a statement that waits for its `;`.
    Open(Statement),
    /// The same, and moreover a quote or a block comment is open.
    Unclosed {
        /// The statement so far.
        statement: Statement,
        /// What closes it: `'`, `"`, `` ` `` or `*/`.
        closing: &'static str,
    },
}

/// The parts of SQL text in which `;` and words mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Code,
    Quoted(char),
    LineComment,
    BlockComment,
}

/// Splits `text` into its complete statements and what is left.
///
/// White space and comments before a statement are dropped, so that positions in the server's
/// messages count from the statement's first word.
pub fn split(text: &str) -> (Vec<Statement>, Rest) {
    let mut statements = Vec::new();
    let mut mode = Mode::Code;
    let mut start: Option<(usize, usize)> = None;
    let mut line = 1;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        let next = chars.peek().map(|(_, c)| *c);
        match mode {
            Mode::Code => match (c, next) {
                ('-', Some('-')) => {
                    chars.next();
                    mode = Mode::LineComment;
                }
                ('/', Some('*')) => {
                    chars.next();
                    mode = Mode::BlockComment;
                }
                (';', _) => {
                    if let Some((from, line)) = start.take() {
                        statements.push(Statement { text: text[from..=at].to_owned(), line });
                    }
                }
                ('\n', _) => {
                    let bare = start.filter(|(from, _)| is_bare_command(&text[*from..at]));
                    if let Some((from, line)) = bare {
                        statements.push(Statement { text: format!("{};", text[from..at].trim_end()), line });
                        start = None;
                    }
                }
                _ if c.is_whitespace() => {}
                _ => {
                    start.get_or_insert((at, line));
                    if matches!(c, '\'' | '"' | '`') {
                        mode = Mode::Quoted(c);
                    }
                }
            },
            // A doubled quote closes and opens again at once, which comes to the same.
            Mode::Quoted(quote) if c == quote => mode = Mode::Code,
            Mode::LineComment if c == '\n' => mode = Mode::Code,
            Mode::BlockComment if (c, next) == ('*', Some('/')) => {
                chars.next();
                mode = Mode::Code;
            }
            Mode::Quoted(_) | Mode::LineComment | Mode::BlockComment => {}
        }
    }
    let rest = |from: usize, line: usize| Statement { text: text[from..].to_owned(), line };
    let rest = match (start, mode) {
        (None, Mode::BlockComment) => Rest::Unclosed { statement: rest(text.len(), line), closing: "*/" },
        (None, _) => Rest::Blank,
        (Some((from, line)), mode) => match closing(mode) {
            Some(closing) => Rest::Unclosed { statement: rest(from, line), closing },
            None => Rest::Open(rest(from, line)),
        },
    };
    (statements, rest)
}

fn closing(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode::Quoted('"') => Some("\""),
        Mode::Quoted('`') => Some("`"),
        Mode::Quoted(_) => Some("'"),
        Mode::BlockComment => Some("*/"),
        Mode::Code | Mode::LineComment => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<String> {
        split(sql).0.into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn semicolons_in_quotes_and_comments_do_not_end_a_statement() {
        assert_eq!(
            texts("INSERT INTO s VALUES ('a;b''c;', `d;e`); -- no; \n/* ; */ SHOW \"x;\" /* ; */;"),
            ["INSERT INTO s VALUES ('a;b''c;', `d;e`);", "SHOW \"x;\" /* ; */;"]
        );
    }

    #[test]
    fn a_statement_knows_its_line() {
        let (statements, rest) = split("-- head\n\nSHOW\nSTREAMS; SHOW TABLES;\n ;; SELECT\n1");
        assert_eq!(statements.iter().map(|s| s.line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(rest, Rest::Open(Statement { text: "SELECT\n1".into(), line: 5 }));
    }

    #[test]
    fn a_command_without_a_semicolon_ends_with_its_line() {
        assert_eq!(
            texts("output json\nSHOW STREAMS;\nhelp show\n"),
            ["output json;", "SHOW STREAMS;", "help show;"]
        );
    }

    #[test]
    fn the_rest_says_what_it_waits_for() {
        let closing = |sql| match split(sql).1 {
            Rest::Unclosed { closing, .. } => Some(closing),
            Rest::Blank | Rest::Open(_) => None,
        };
        assert_eq!(closing("SELECT 'it''s"), Some("'"));
        assert_eq!(closing("SELECT `a"), Some("`"));
        assert_eq!(closing("/* SHOW STREAMS;"), Some("*/"));
        assert_eq!(closing("SELECT 'it''s'"), None);
        assert_eq!(split("SHOW STREAMS; -- done").1, Rest::Blank);
        assert_eq!(split("").1, Rest::Blank);
    }
}
