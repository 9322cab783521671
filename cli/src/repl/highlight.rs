//! Colours for SQL.

use super::keywords::{STATEMENTS, WORDS};
use crate::statement::words::{Word, scan};

const KEYWORD: &str = "\x1b[1;34m";
const TEXT: &str = "\x1b[32m";
const COMMENT: &str = "\x1b[90m";
const END: &str = "\x1b[0m";

/// `sql` with colours; what is seen is as wide as before.
pub(super) fn colour(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() * 2);
    let mut done = 0;
    for (at, word) in scan(sql) {
        let (colour, text) = match word {
            Word::Bare(text) if is_keyword(text) => (KEYWORD, text),
            Word::Text(text) => (TEXT, text),
            Word::Comment(text) => (COMMENT, text),
            Word::Bare(_) | Word::Name(_) | Word::Symbol(_) => continue,
        };
        out.push_str(&sql[done..at]);
        out.push_str(colour);
        out.push_str(text);
        out.push_str(END);
        done = at + text.len();
    }
    out.push_str(&sql[done..]);
    out
}

fn is_keyword(word: &str) -> bool {
    STATEMENTS.iter().chain(&WORDS).any(|keyword| keyword.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_are_added() {
        for sql in ["select 'a', b -- c\nFROM `select` /* x", "SELECT 'open", "é'ü'"] {
            let mut plain = colour(sql);
            for code in [KEYWORD, TEXT, COMMENT, END] {
                plain = plain.replace(code, "");
            }
            assert_eq!(plain, sql);
        }
        assert_eq!(colour("select x"), format!("{KEYWORD}select{END} x"));
    }
}
