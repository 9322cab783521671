//! Runs statements: decides who answers, shows the answer or the error.
//!
//! - [`Runner`]: the session, the screen and the way from text to shown answers.
//! - `statement`: what `/ksql` answers.
//! - `query`: what `/query` answers: rows that come in, and Ctrl-C.
//! - `drawer`: draws those rows.
//! - `print`: PRINT.
//! - `command`: what the prompt answers itself.
//! - `setting`: SET, UNSET, DEFINE, UNDEFINE.
//! - `script`: RUN SCRIPT.
//! - `report`: errors as they are shown.

mod command;
mod drawer;
mod print;
mod query;
mod report;
mod script;
mod setting;
mod statement;

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::client::ClientError;
use crate::screen::Screen;
use crate::session::Session;
use crate::statement::{Rest, Route, Statement, route, split};

pub(crate) use report::unreachable_hint;
pub(crate) use setting::define;

/// Why the statements after this one are not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// A statement failed; the error has been shown.
    Failed,
    /// The user pressed Ctrl-C.
    Interrupted,
    /// The user wants to leave.
    Exit,
    /// Nobody reads the output any more.
    OutputClosed,
}

/// Why one statement failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("{0}")]
    Message(String),
    #[error("Interrupted.")]
    Interrupted,
    #[error("the output is closed: {0}")]
    Output(#[from] io::Error),
    /// Shown already, or nothing to show.
    #[error("stopped")]
    Stop(Stop),
}

/// Runs statements for one session.
pub struct Runner {
    /// What the statements share.
    pub session: Session,
    /// Where answers go.
    pub screen: Screen,
    runtime: Runtime,
    /// Scripts that are running, each started by the one before.
    scripts: Vec<std::path::PathBuf>,
    /// Whether a person sits at a prompt, and wants notes and hints.
    interactive: bool,
}

impl Runner {
    /// A runner that shows on `screen`.
    pub fn new(session: Session, screen: Screen, interactive: bool) -> io::Result<Self> {
        // One thread is enough for the network; it goes on while the prompt waits for a line.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { session, screen, runtime, scripts: Vec::new(), interactive })
    }

    /// For calls to the server beside statements: completion, the banner.
    pub fn handle(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// Runs all statements of `text`, which has come from `source` if that is a file. What stands
    /// after the last `;` is run too, since a text of its own needs none.
    pub fn run_text(&mut self, text: &str, source: Option<&str>) -> Result<(), Stop> {
        let (statements, rest) = split(text);
        for statement in &statements {
            self.run(statement, source)?;
        }
        match rest {
            Rest::Blank => Ok(()),
            Rest::Open(mut statement) => {
                // The `;` goes on a line of its own if a comment may be in its way.
                statement.text.push_str(if statement.text.contains("--") { "\n;" } else { ";" });
                self.run(&statement, source)
            }
            Rest::Unclosed { statement, closing } => {
                let place = source.map(|source| format!("{source}: ")).unwrap_or_default();
                let message = format!(
                    "{place}The statement of line {} is not closed: {closing} is missing.",
                    statement.line
                );
                let shown = self.screen.error(&message);
                Err(shown.map_or(Stop::OutputClosed, |()| Stop::Failed))
            }
        }
    }

    /// Runs one statement and shows its answer or its error.
    pub fn run(&mut self, statement: &Statement, source: Option<&str>) -> Result<(), Stop> {
        let outcome = match route(&statement.text) {
            Route::Prompt => self.run_command(&statement.text),
            Route::Pull => self.run_query(&statement.text, false),
            Route::Push => self.run_query(&statement.text, true),
            Route::Print => self.run_print(&statement.text),
            Route::Statement => self.run_statement(&statement.text),
        };
        outcome.map_err(|failure| self.report(failure, statement, source))
    }
}
