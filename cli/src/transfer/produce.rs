//! `millrace produce`: JSON lines into a topic, a batch per request.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

use super::batches::Batches;
use crate::args::{UserArgs, client};
use crate::client::{Client, ClientError};
use crate::execute::unreachable_hint;

/// The options of `millrace produce`.
#[derive(Debug, Args)]
pub struct ProduceArgs {
    /// Topic to append to
    pub topic: String,
    /// Read from this file instead of standard input
    #[arg(short, long)]
    pub file: Option<PathBuf>,
    /// Field of the JSON object that becomes the record's key
    #[arg(short, long, value_name = "NAME")]
    pub key_field: Option<String>,
    /// Address of the server
    #[arg(long, default_value = "http://localhost:8088")]
    pub url: String,
    /// Who you are
    #[command(flatten)]
    pub user: UserArgs,
}

/// How far an input got.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Progress {
    /// Records that the server has acknowledged.
    records: u64,
    /// Lines of the batches that are acknowledged.
    lines: u64,
}

/// Appends the lines of a file or of standard input to a topic.
pub fn produce(args: &ProduceArgs) -> ExitCode {
    let mut progress = Progress::default();
    let started = Instant::now();
    let outcome = run(args, &mut progress);
    let records = HumanCount(progress.records);
    match outcome {
        Ok(()) => {
            let seconds = started.elapsed().as_secs_f64();
            let rate = HumanCount((progress.records as f64 / seconds.max(1e-6)) as u64);
            eprintln!("{records} records in {seconds:.1} s ({rate}/s) to topic {}", args.topic);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}\n{records} records were acknowledged before.");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &ProduceArgs, progress: &mut Progress) -> Result<(), String> {
    let client = client(&args.url, &args.user).map_err(|error| error.to_string())?;
    let (batches, bar) = open(args)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("Cannot start: {error}"))?;
    let outcome = runtime.block_on(send(&client, args, batches, &bar, progress));
    bar.finish_and_clear();
    outcome
}

async fn send(
    client: &Client,
    args: &ProduceArgs,
    mut batches: Batches,
    bar: &ProgressBar,
    progress: &mut Progress,
) -> Result<(), String> {
    let started = Instant::now();
    loop {
        // Nothing else runs on this thread meanwhile: one request at a time keeps the order.
        let batch = match batches.next() {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(()),
            Err(error) => return Err(format!("The input cannot be read: {error}")),
        };
        let bytes = batch.bytes.len() as u64;
        let records = client
            .produce(&args.topic, args.key_field.as_deref(), batch.bytes.into())
            .await
            .map_err(|error| describe(&error, progress.lines))?;
        progress.records += records;
        progress.lines += batch.lines;
        bar.inc(bytes);
        let rate = progress.records as f64 / started.elapsed().as_secs_f64().max(1e-6);
        bar.set_message(format!("{} records, {}/s", HumanCount(progress.records), HumanCount(rate as u64)));
    }
}

fn open(args: &ProduceArgs) -> Result<(Batches, ProgressBar), String> {
    let shown = io::stderr().is_terminal();
    let style = |template| {
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        style.progress_chars("=> ")
    };
    let (input, bar): (Box<dyn Read + Send>, _) = match &args.file {
        Some(path) => {
            let unreadable = |error| format!("The file {} cannot be read: {error}", path.display());
            let file = File::open(path).map_err(unreadable)?;
            let length = file.metadata().map_err(unreadable)?.len();
            let bar = ProgressBar::new(length)
                .with_style(style("[{bar:30}] {bytes}/{total_bytes}  {msg}  {eta} left"));
            (Box::new(file), bar)
        }
        None => {
            if io::stdin().is_terminal() {
                eprintln!("Type one JSON record per line; Ctrl-D ends.");
            }
            (Box::new(io::stdin()), ProgressBar::new_spinner().with_style(style("{spinner} {bytes}  {msg}")))
        }
    };
    // What is typed at a terminal must not be drawn over.
    let bar = if shown && (args.file.is_some() || !io::stdin().is_terminal()) {
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    } else {
        ProgressBar::hidden()
    };
    Ok((Batches::read(input), bar))
}

/// The error in words; a line number in it counts from the beginning of the input instead of the
/// request.
fn describe(error: &ClientError, lines_before: u64) -> String {
    let text = error.to_string();
    match error {
        ClientError::Server(_) => move_line(&text, lines_before),
        ClientError::Unreachable { .. } => {
            let hint = unreachable_hint(false).replace("ksql http", "--url http");
            format!("{text}.\n{hint}")
        }
        _ => text,
    }
}

fn move_line(text: &str, lines_before: u64) -> String {
    let moved = text.match_indices("line ").find_map(|(at, marker)| {
        let from = at + marker.len();
        let end = text[from..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |end| from + end);
        let line: u64 = text[from..end].parse().ok()?;
        Some(format!("{}{}{}", &text[..from], line.saturating_add(lines_before), &text[end..]))
    });
    moved.unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_numbers_count_from_the_beginning_of_the_input() {
        assert_eq!(move_line("line 3: not JSON", 100), "line 103: not JSON");
        assert_eq!(move_line("the line is odd, see line 1", 1), "the line is odd, see line 2");
        assert_eq!(move_line("no such topic", 5), "no such topic");
    }
}
