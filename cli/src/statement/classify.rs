//! Who answers a statement.

use super::words::{Word, words};

/// Where a statement goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The prompt itself: SET, DEFINE, RUN SCRIPT, help and the like.
    Prompt,
    /// `/query`, for an answer that ends: a pull query.
    Pull,
    /// `/query`, for changes as they come: a push query.
    Push,
    /// `/query`, for lines of text: PRINT.
    Print,
    /// `/ksql`: everything else.
    Statement,
}

/// The commands that need no `;` at the end, by their first word.
pub const BARE_COMMANDS: [&str; 10] = [
    "exit",
    "quit",
    "help",
    "version",
    "clear",
    "history",
    "output",
    "server",
    "spool",
    "request_pipelining",
];

/// Decides who answers `statement`.
pub fn route(statement: &str) -> Route {
    let words = words(statement);
    let first = words.first().copied();
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    match first {
        Some(Word::Bare(word)) if BARE_COMMANDS.iter().any(|c| c.eq_ignore_ascii_case(word)) => Route::Prompt,
        _ if is(0, "set") || is(0, "unset") || is(0, "define") || is(0, "undefine") => Route::Prompt,
        _ if is(0, "run") && is(1, "script") => Route::Prompt,
        _ if (is(0, "show") || is(0, "list")) && is(1, "variables") => Route::Prompt,
        _ if is(0, "print") => Route::Print,
        _ if is(0, "select") || is(0, "with") || matches!(first, Some(Word::Symbol('('))) => {
            let emits = words.windows(2).any(|w| w[0].is("emit") && (w[1].is("changes") || w[1].is("final")));
            if emits { Route::Push } else { Route::Pull }
        }
        _ => Route::Statement,
    }
}

/// Whether `line`, as the beginning of a statement, is a whole command without a `;`.
pub fn is_bare_command(line: &str) -> bool {
    let words = words(line);
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    let bare = match words.first() {
        Some(Word::Bare(word)) => BARE_COMMANDS.iter().any(|c| c.eq_ignore_ascii_case(word)),
        _ => false,
    };
    bare || (is(0, "run") && is(1, "script") && words.len() > 2) || (is(0, "set") && is(1, "cli"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_go_where_they_are_answered() {
        for (sql, expected) in [
            ("select * from s emit /* x */ changes;", Route::Push),
            ("SELECT 'emit changes' FROM t WHERE k = 1;", Route::Pull),
            ("WITH a AS (SELECT * FROM t) SELECT * FROM a;", Route::Pull),
            ("-- hi\nPRINT 'x' LIMIT 1;", Route::Print),
            ("SET 'auto.offset.reset'='earliest';", Route::Prompt),
            ("list variables;", Route::Prompt),
            ("RUN SCRIPT 'x.sql';", Route::Prompt),
            ("CREATE STREAM a AS SELECT * FROM s EMIT CHANGES;", Route::Statement),
            ("SHOW STREAMS;", Route::Statement),
            ("EXPLAIN SELECT 1 FROM s EMIT CHANGES;", Route::Statement),
        ] {
            assert_eq!(route(sql), expected, "{sql}");
        }
    }

    #[test]
    fn only_commands_may_lack_a_semicolon() {
        assert!(is_bare_command("  Exit"));
        assert!(is_bare_command("help create stream"));
        assert!(is_bare_command("run script 'a.sql'"));
        assert!(!is_bare_command("run script"));
        assert!(!is_bare_command("SET 'a'='b'"));
        assert!(!is_bare_command("show streams"));
    }
}
