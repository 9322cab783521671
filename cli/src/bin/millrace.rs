//! `millrace`: the server, the prompt and the tools in one binary.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cli::args::KsqlArgs;
use cli::{demo, ksql, server_command, transfer};

/// Allocation is in the server's hot paths; this allocator is the faster one there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Streaming SQL with its storage built in
#[derive(Parser)]
#[command(name = "millrace", version, arg_required_else_help = true)]
struct Millrace {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a server
    Server(server_command::Args),
    /// Open the SQL prompt (the same as `ksql`)
    Sql(KsqlArgs),
    /// Start a server on a month of real flights, and show its answers as they change
    Demo(demo::DemoArgs),
    /// Append JSON lines to a topic
    Produce(transfer::ProduceArgs),
    /// Show the records of a topic
    Consume(transfer::ConsumeArgs),
}

fn main() -> ExitCode {
    match Millrace::parse().command {
        Command::Server(args) => server_command::run(args),
        Command::Demo(args) => demo::run(&args),
        Command::Sql(args) => ksql::run(&args),
        Command::Produce(args) => transfer::produce(&args),
        Command::Consume(args) => transfer::consume(&args),
    }
}
