//! The prompt with a person at it.
//!
//! - `input`: the editor's helper: when a line is complete, hints, colours.
//! - `complete`: what Tab offers.
//! - `names`: the server's names, fetched when they are needed first.
//! - `keywords`: the words of the language.
//! - `highlight`: colours for SQL.
//! - `banner`: the greeting.

mod banner;
mod complete;
mod highlight;
mod input;
mod keywords;
mod names;

use std::path::PathBuf;

use rustyline::config::CompletionType;
use rustyline::error::ReadlineError;
use rustyline::history::{FileHistory, History, SearchDirection};
use rustyline::{Config, Editor};

use self::input::Input;
use self::names::Names;
use crate::execute::{Runner, Stop};

/// Statements that are remembered. More would only slow down the start.
const HISTORY: usize = 10_000;
/// So many completions are listed without asking.
const LIST_LIMIT: usize = 120;
const PROMPT: (&str, &str) = ("ksql> ", "\x1b[1;36mksql>\x1b[0m ");

type Prompt = Editor<Input, FileHistory>;

/// Reads statements and runs them until the user leaves.
pub fn run(runner: &mut Runner) -> Result<(), Stop> {
    let names = Names::new(runner.handle(), runner.session.client.clone());
    let mut editor = match editor(Input::new(names.clone())) {
        Ok(editor) => editor,
        Err(error) => {
            return Err(shown(
                runner.screen.error(&format!("The terminal cannot be used: {error}")),
                Stop::Failed,
            ));
        }
    };
    let history = history_path();
    if let Some(path) = &history
        && path.exists()
        && let Err(error) = editor.load_history(path)
    {
        note(runner, &format!("The history {} cannot be read: {error}", path.display()))?;
    }
    banner::show(runner)?;
    loop {
        names.follow(&runner.session);
        let line = match editor.readline(&PROMPT) {
            Ok(line) => line,
            // Ctrl-C throws away what has been typed.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => {
                let text = format!("The terminal cannot be read: {error}");
                return Err(shown(runner.screen.error(&text), Stop::Failed));
            }
        };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        remember(&mut editor, line, history.as_ref());
        let spooled = runner.screen.spool_input(&format!("{}{line}", PROMPT.0));
        spooled.map_err(|_| Stop::OutputClosed)?;
        if is_history(line) {
            let list = list(editor.history());
            runner.screen.print(&list).map_err(|_| Stop::OutputClosed)?;
            continue;
        }
        match runner.run_text(line, None) {
            Ok(()) | Err(Stop::Failed | Stop::Interrupted) => {}
            Err(stop @ (Stop::Exit | Stop::OutputClosed)) => return Err(stop),
        }
    }
}

fn editor(input: Input) -> rustyline::Result<Prompt> {
    let config = Config::builder()
        .max_history_size(HISTORY)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .completion_prompt_limit(LIST_LIMIT)
        .completion_show_all_if_ambiguous(true)
        .build();
    let mut editor = Editor::with_config(config)?;
    editor.set_helper(Some(input));
    Ok(editor)
}

fn history_path() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".ksql-history"))
}

fn remember(editor: &mut Prompt, line: &str, path: Option<&PathBuf>) {
    // A history that cannot be kept is no reason to disturb.
    if matches!(editor.add_history_entry(line), Ok(true))
        && let Some(path) = path
        && let Err(error) = editor.append_history(path)
    {
        tracing::debug!("history is not kept in {}: {error}", path.display());
    }
}

fn is_history(line: &str) -> bool {
    line.trim_end_matches(';').trim_end().eq_ignore_ascii_case("history")
}

fn list(history: &impl History) -> String {
    let entry = |at| history.get(at, SearchDirection::Forward).ok().flatten();
    let lines: Vec<String> = (0..history.len())
        .filter_map(|at| Some(format!("{:5}  {}", at + 1, entry(at)?.entry.replace('\n', "\n       "))))
        .collect();
    lines.join("\n")
}

fn note(runner: &mut Runner, text: &str) -> Result<(), Stop> {
    runner.screen.note(text).map_err(|_| Stop::OutputClosed)
}

fn shown(written: std::io::Result<()>, stop: Stop) -> Stop {
    written.map_or(Stop::OutputClosed, |()| stop)
}
