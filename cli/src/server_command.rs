//! `millrace server`: starts the server in this process.

use std::process::ExitCode;

/// The options of the server.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Options of the server
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Runs the server until it is told to stop.
pub fn run(_args: Args) -> ExitCode {
    eprintln!("This build has no server.");
    ExitCode::FAILURE
}
