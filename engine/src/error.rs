//! What can go wrong above the log, told so that the person who caused it can mend it.

use std::fmt;

/// A position in the text of a statement. Lines and columns count from 1, as in ksqlDB's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    pub line: u32,
    pub column: u32,
}

/// Whose fault an error is; the server turns this into a status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The statement or the data of the user: trying again unchanged gives the same answer.
    User,
    /// The thing named does not exist.
    NotFound,
    /// The machine: disk full, file damaged, shutting down.
    External,
    /// A fault of ours.
    Internal,
}

/// An error of the engine.
#[derive(Debug, Clone)]
pub struct Error {
    pub class: Class,
    pub message: String,
    /// Where in the statement, when the statement is at fault: for who wants to point at it. The message names the
    /// place itself where ksqlDB's does.
    pub location: Option<Location>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn user(message: impl Into<String>) -> Self {
        Self { class: Class::User, message: message.into(), location: None }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self { class: Class::NotFound, message: message.into(), location: None }
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self { class: Class::Internal, message: message.into(), location: None }
    }

    pub fn external(message: impl Into<String>) -> Self {
        Self { class: Class::External, message: message.into(), location: None }
    }

    /// The message with the place in the statement in front, where the message does not name it itself.
    pub fn located_message(&self) -> String {
        match self.location {
            Some(at) if !self.message.contains("line ") && !self.message.contains("Line: ") => {
                format!("Line: {}, Col: {}: {}", at.line, at.column, self.message)
            }
            _ => self.message.clone(),
        }
    }

    /// The same error, pointing at a place; a place that is already known stays.
    pub fn at(mut self, location: Location) -> Self {
        self.location.get_or_insert(location);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<crate::sql::ParseError> for Error {
    fn from(error: crate::sql::ParseError) -> Self {
        Self::user(error.message).at(Location { line: error.line, column: error.column })
    }
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Self {
        Self::external(error.to_string())
    }
}

impl From<arrow::error::ArrowError> for Error {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::internal(error.to_string())
    }
}

impl From<datafusion::error::DataFusionError> for Error {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Self::internal(error.strip_backtrace())
    }
}
