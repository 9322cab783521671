//! `sql-tests ksqldb DIR`: runs ksqlDB's cases. `sql-tests slt [FILES]`: runs ours.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Runs SQL test cases against the engine")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a folder of ksqlDB's query cases.
    Ksqldb {
        /// The folder with the .json files; those in its folders are read too.
        dir: PathBuf,
        /// FILE or FILE/NAME: only the cases of that file (without .json), with a name that contains NAME.
        #[arg(long)]
        only: Option<String>,
        /// Where to write the result of every case, as JSON.
        #[arg(long)]
        report: Option<PathBuf>,
        /// How many cases run at a time.
        #[arg(long, default_value_t = 2)]
        jobs: usize,
        /// Prints the most frequent reasons of failures.
        #[arg(long)]
        summary: bool,
        /// Leaves out the differences and prints only the tables.
        #[arg(long)]
        quiet: bool,
    },
    /// Runs our own cases, on all axes.
    Slt {
        /// Files and folders of files; without them all of this crate's.
        paths: Vec<PathBuf>,
        /// Writes what comes out into the files as what is expected: look at the difference before you keep it.
        #[arg(long)]
        bless: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Ksqldb { dir, only, report, jobs, summary, quiet } => {
            let request = sql_tests::ksqldb::Request { dir, only, report, jobs, summary, quiet };
            sql_tests::ksqldb::run(&request)
        }
        Command::Slt { mut paths, bless } => {
            if paths.is_empty() {
                paths.push(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/cases")));
            }
            sql_tests::slt::run_files(&paths, bless)
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::from(2)
        }
    }
}
