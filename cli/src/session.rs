//! The state of a session that lives at the prompt and not in the server.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::client::{Client, Request};

/// How answers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum OutputFormat {
    /// Tables.
    #[default]
    #[value(name = "TABULAR", alias = "tabular")]
    Tabular,
    /// The server's JSON.
    #[value(name = "JSON", alias = "json")]
    Json,
}

impl OutputFormat {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            OutputFormat::Tabular => "TABULAR",
            OutputFormat::Json => "JSON",
        }
    }
}

/// Where a push query ends by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct QueryLimits {
    /// After so many rows.
    pub rows: Option<u64>,
    /// After so long.
    pub time: Option<Duration>,
}

/// What the statements of a session share.
pub struct Session {
    /// The server.
    pub client: Client,
    /// What SET has set, sent with each statement.
    pub properties: BTreeMap<String, String>,
    /// What DEFINE has defined, sent with each statement.
    pub variables: BTreeMap<String, String>,
    /// How answers are shown.
    pub format: OutputFormat,
    /// Where push queries end by themselves.
    pub limits: QueryLimits,
    /// The last command that the server has told us of; none after a change of server.
    pub last_command: Option<i64>,
    /// Whether statements go out without waiting for `last_command`.
    pub pipelining: bool,
    /// Whether long values of rows go on in the next line (or are cut).
    pub wrap: bool,
    /// Width of every column of rows, or as the values need it.
    pub column_width: Option<usize>,
    /// Counts the statements that may have changed names, for caches of them.
    pub generation: u64,
}

impl Session {
    /// A fresh session with the server of `client`.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            properties: BTreeMap::new(),
            variables: BTreeMap::new(),
            format: OutputFormat::default(),
            limits: QueryLimits::default(),
            last_command: None,
            pipelining: false,
            wrap: true,
            column_width: None,
            generation: 0,
        }
    }

    /// The request that sends `statement` with the session's settings.
    pub fn request<'a>(&'a self, statement: &'a str) -> Request<'a> {
        Request {
            ksql: statement,
            streams_properties: &self.properties,
            session_variables: &self.variables,
            command_sequence_number: self.last_command.filter(|_| !self.pipelining),
        }
    }
}
