//! The editor's helper: when input is complete, hints, colours.

use std::borrow::Cow;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter, HistoryHinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Result};

use super::complete::complete;
use super::highlight::colour;
use super::names::Names;
use crate::statement::{Rest, is_bare_command, split};

/// What the editor asks while a person types.
pub(super) struct Input {
    names: Names,
    history: HistoryHinter,
}

impl Input {
    pub fn new(names: Names) -> Self {
        Self { names, history: HistoryHinter::new() }
    }
}

impl Helper for Input {}

/// What Enter needs to run the input, if it is not complete.
fn missing(input: &str) -> Option<String> {
    match split(input).1 {
        Rest::Blank => None,
        Rest::Open(rest) if is_bare_command(&rest.text) => None,
        Rest::Open(_) => Some("; ends the statement".to_owned()),
        Rest::Unclosed { closing, .. } => Some(format!("{closing} is missing")),
    }
}

impl Validator for Input {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        Ok(match missing(context.input()) {
            None => ValidationResult::Valid(None),
            Some(_) => ValidationResult::Incomplete,
        })
    }
}

/// A hint: grey text behind the cursor.
pub(super) struct Grey {
    shown: String,
    /// What the right arrow takes over.
    taken: Option<String>,
}

impl Hint for Grey {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.taken.as_deref()
    }
}

impl Hinter for Input {
    type Hint = Grey;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<Grey> {
        if at < line.len() {
            return None;
        }
        // On a fresh line someone may wonder why nothing happens.
        if line.ends_with('\n') {
            return missing(line).map(|missing| Grey { shown: format!("  ({missing})"), taken: None });
        }
        if line.contains('\n') {
            return None;
        }
        let rest = self.history.hint(line, at, context)?;
        let shown = rest.lines().next().unwrap_or_default().to_owned();
        (!shown.is_empty()).then_some(Grey { shown, taken: Some(rest) })
    }
}

impl Highlighter for Input {
    fn highlight<'l>(&self, line: &'l str, _at: usize) -> Cow<'l, str> {
        Cow::Owned(colour(line))
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[90m{hint}\x1b[0m"))
    }

    fn highlight_char(&self, _line: &str, _at: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

impl Completer for Input {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _context: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        Ok(complete(line, at, &self.names))
    }
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn input_waits_for_what_is_missing() {
        for complete in ["", "SHOW STREAMS;", "exit", "SHOW STREAMS; exit", "-- nothing", "run script 'x'"] {
            assert_eq!(missing(complete), None, "{complete}");
        }
        assert_eq!(missing("SHOW\nSTREAMS").as_deref(), Some("; ends the statement"));
        assert_eq!(missing("SELECT 'a;\n").as_deref(), Some("' is missing"));
        assert_eq!(missing("SELECT 1 /* a;").as_deref(), Some("*/ is missing"));
    }
}
