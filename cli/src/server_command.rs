//! `millrace server`: starts the server in this process.

use std::process::ExitCode;

pub use server::Args;

/// Runs the server until it is told to stop.
pub fn run(args: Args) -> ExitCode {
    server::main_with_args(args)
}
