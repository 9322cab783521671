//! The options of `ksql`.

use std::path::PathBuf;

use clap::Args;

use crate::client::{Auth, ClientError};
use crate::session::OutputFormat;

/// The options of `ksql` and of `millrace sql`.
#[derive(Debug, Args)]
pub struct KsqlArgs {
    /// Address of the server
    #[arg(value_name = "URL", default_value = "http://localhost:8088")]
    pub server: String,
    /// Run these statements and quit
    #[arg(short, long, value_name = "SQL", conflicts_with = "file")]
    pub execute: Option<String>,
    /// Run the statements of this file and quit
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// How answers are shown
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub output: OutputFormat,
    /// Define a variable, as DEFINE does; may be given many times
    #[arg(short, long, value_name = "NAME=VALUE")]
    pub define: Vec<String>,
    /// End push queries after so many rows
    #[arg(long, value_name = "ROWS")]
    pub query_row_limit: Option<u64>,
    /// End push queries after so many milliseconds
    #[arg(long, value_name = "MS")]
    pub query_timeout: Option<u64>,
    /// Who you are
    #[command(flatten)]
    pub user: UserArgs,
}

/// Who the user is.
#[derive(Debug, Args)]
pub struct UserArgs {
    /// User name, for a server that asks for one
    #[arg(short, long, requires = "password")]
    pub user: Option<String>,
    /// Password of the user
    #[arg(short, long, requires = "user", env = "KSQL_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
}

impl UserArgs {
    /// For the client.
    pub fn auth(&self) -> Auth {
        match (&self.user, &self.password) {
            (Some(user), Some(password)) => Auth::Basic { user: user.clone(), password: password.clone() },
            _ => Auth::None,
        }
    }
}

/// Splits `name=value` of `-d`.
pub(crate) fn definition(text: &str) -> Result<(&str, &str), String> {
    text.split_once('=')
        .map(|(name, value)| (name.trim(), value))
        .ok_or_else(|| format!("-d wants name=value, not {text:?}."))
}

/// A client of the server at `address` for the user of `user`.
pub(crate) fn client(address: &str, user: &UserArgs) -> Result<crate::client::Client, ClientError> {
    crate::client::Client::new(crate::client::Address::parse(address)?, user.auth())
}
