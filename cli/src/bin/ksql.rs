//! `ksql`: the prompt.

use std::process::ExitCode;

use clap::Parser;
use cli::args::KsqlArgs;

/// The SQL prompt of Millrace
#[derive(Parser)]
#[command(name = "ksql", version)]
struct Ksql {
    #[command(flatten)]
    args: KsqlArgs,
}

fn main() -> ExitCode {
    cli::ksql::run(&Ksql::parse().args)
}
