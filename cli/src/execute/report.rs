//! Errors as they are shown: what happened, where in the statement, what to do.

use super::{Failure, Runner, Stop};
use crate::client::{ClientError, ServerError};
use crate::render::{cell, json};
use crate::session::OutputFormat;
use crate::statement::Statement;
use crate::statement::caret::{point_at, position_in};
use crate::statement::variables::substitute;

impl Runner {
    pub(super) fn report(&mut self, failure: Failure, statement: &Statement, source: Option<&str>) -> Stop {
        let stop = match &failure {
            Failure::Stop(stop) => return *stop,
            Failure::Output(_) => return Stop::OutputClosed,
            Failure::Interrupted => Stop::Interrupted,
            Failure::Client(_) | Failure::Message(_) => Stop::Failed,
        };
        let text = match failure {
            Failure::Client(ClientError::Server(error)) if self.session.format == OutputFormat::Json => {
                json(&error.body)
            }
            Failure::Client(ClientError::Server(error)) => self.server_error(&error, statement, source),
            Failure::Client(error @ ClientError::Unreachable { .. }) => {
                format!("{error}.\n{}", unreachable_hint(self.interactive))
            }
            other => place(statement.line, source, &self.scripts) + &other.to_string(),
        };
        match self.screen.error(&text) {
            Ok(()) => stop,
            Err(_) => Stop::OutputClosed,
        }
    }

    fn server_error(&self, error: &ServerError, statement: &Statement, source: Option<&str>) -> String {
        let mut message = cell::plain(error.message.trim());
        // What the server saw is the statement with the variables filled in.
        let sent = substitute(&statement.text, &self.session.variables);
        let position = position_in(&message);
        let drawn = position.and_then(|position| {
            Some((position, point_at(&sent, position, statement.line, self.screen.width())?))
        });
        let Some((position, drawn)) = drawn else {
            return place(statement.line, source, &self.scripts) + message.trim_end();
        };
        // The statement is shown already, and better.
        if let Some(at) = message.find("\nStatement:") {
            message.truncate(at);
        }
        let place = place(statement.line + position.line - 1, source, &self.scripts);
        let text = match place.as_str() {
            "" => message.as_str(),
            // One place is enough: the one in the file.
            _ => message
                .strip_prefix(&format!("line {}:{}: ", position.line, position.column))
                .unwrap_or(&message),
        };
        format!("{place}{}\n{drawn}", text.trim_end())
    }
}

/// What to do when nobody answers.
pub(crate) fn unreachable_hint(interactive: bool) -> &'static str {
    if interactive {
        "Start a server with `millrace server`, or turn to another with `server http://host:port`."
    } else {
        "Start a server with `millrace server`, or give the address of one: ksql http://host:port"
    }
}

/// `file:line: ` for a statement of a file.
fn place(line: usize, source: Option<&str>, scripts: &[std::path::PathBuf]) -> String {
    let script = scripts.last().map(|script| script.display().to_string());
    match script.as_deref().or(source) {
        Some(file) => format!("{file}:{line}: "),
        None => String::new(),
    }
}
