//! `millrace consume`: the records of a topic as lines.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::args::{UserArgs, client};
use crate::client::{ClientError, ReadFrom};
use crate::execute::unreachable_hint;

/// The options of `millrace consume`.
#[derive(Debug, Args)]
pub struct ConsumeArgs {
    /// Topic to read
    pub topic: String,
    /// Begin at the oldest record instead of the next one to come
    #[arg(long)]
    pub from_beginning: bool,
    /// Stop after so many records
    #[arg(short = 'n', long)]
    pub limit: Option<u64>,
    /// Show only the values, as `millrace produce` takes them
    #[arg(long)]
    pub value_only: bool,
    /// Address of the server
    #[arg(long, default_value = "http://localhost:8088")]
    pub url: String,
    /// Who you are
    #[command(flatten)]
    pub user: UserArgs,
}

/// Why the showing ends early.
enum Failure {
    Client(ClientError),
    Output(io::Error),
}

/// Shows the records of a topic, one per line, until the limit or Ctrl-C.
pub fn consume(args: &ConsumeArgs) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("Cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(args)) {
        Ok(()) => ExitCode::SUCCESS,
        // A reader that has seen enough, such as `head`, is no error.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => {
            eprintln!("The output cannot be written: {error}");
            ExitCode::FAILURE
        }
        Err(Failure::Client(error @ ClientError::Unreachable { .. })) => {
            eprintln!("{error}.\n{}", unreachable_hint(false).replace("ksql http", "--url http"));
            ExitCode::FAILURE
        }
        Err(Failure::Client(error)) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &ConsumeArgs) -> Result<(), Failure> {
    let client = client(&args.url, &args.user).map_err(Failure::Client)?;
    let from = if args.from_beginning { ReadFrom::Beginning } else { ReadFrom::Latest };
    let mut lines = client.consume(&args.topic, from, args.limit).await.map_err(Failure::Client)?;
    if !args.from_beginning && io::stderr().is_terminal() {
        eprintln!("Waiting for new records of {}; --from-beginning shows the old. Ctrl-C ends.", args.topic);
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut shown = 0;
    while args.limit.is_none_or(|limit| shown < limit) {
        let Some(line) = lines.next().await.map_err(Failure::Client)? else { break };
        write_record(&mut out, &line, args.value_only).map_err(Failure::Output)?;
        shown += 1;
        if !lines.has_ready() {
            out.flush().map_err(Failure::Output)?;
        }
    }
    out.flush().map_err(Failure::Output)
}

fn write_record(out: &mut impl Write, line: &str, value_only: bool) -> io::Result<()> {
    #[derive(Deserialize)]
    struct Record<'a> {
        #[serde(borrow)]
        value: Option<&'a RawValue>,
    }
    let value = if value_only {
        let record = serde_json::from_str::<Record<'_>>(line).ok();
        Some(record.and_then(|record| record.value).map_or("null", RawValue::get))
    } else {
        None
    };
    writeln!(out, "{}", value.unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_text() {
        let written = |line, value_only| {
            let mut out = Vec::new();
            write_record(&mut out, line, value_only).expect("memory");
            String::from_utf8(out).expect("text")
        };
        let line = r#"{"partition":0,"offset":7,"timestamp":1,"key":"k","value":{"a":1.10}}"#;
        assert_eq!(written(line, false), format!("{line}\n"));
        assert_eq!(written(line, true), "{\"a\":1.10}\n");
        assert_eq!(written(r#"{"offset":8,"key":"k","value":null}"#, true), "null\n");
    }
}
