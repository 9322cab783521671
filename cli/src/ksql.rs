//! `ksql` as a program: what each way of starting it does.

use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use crate::args::{KsqlArgs, client, definition};
use crate::execute::{Runner, Stop, define};
use crate::repl;
use crate::screen::Screen;
use crate::session::{QueryLimits, Session};
use crate::statement::{Rest, is_bare_command, split};

/// Runs `ksql` and gives the process's exit code: 0, 1 after an error, 130 after Ctrl-C.
pub fn run(args: &KsqlArgs) -> ExitCode {
    let interactive = args.execute.is_none() && args.file.is_none() && io::stdin().is_terminal();
    let mut runner = match runner(args, interactive) {
        Ok(runner) => runner,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = match (&args.execute, &args.file) {
        (Some(sql), _) => runner.run_text(sql, None),
        (_, Some(file)) => runner.run_script(&file.to_string_lossy()),
        _ if interactive => repl::run(&mut runner),
        _ => run_piped(&mut runner, io::stdin().lock()),
    };
    let spooled = runner.screen.spool_off();
    match outcome {
        // A reader that has seen enough, such as `head`, is no error.
        Ok(()) | Err(Stop::Exit | Stop::OutputClosed) if spooled.is_ok() => ExitCode::SUCCESS,
        Err(Stop::Interrupted) => ExitCode::from(130),
        _ => ExitCode::FAILURE,
    }
}

fn runner(args: &KsqlArgs, interactive: bool) -> Result<Runner, String> {
    let client = client(&args.server, &args.user).map_err(|error| error.to_string())?;
    let mut session = Session::new(client);
    session.format = args.output;
    session.limits =
        QueryLimits { rows: args.query_row_limit, time: args.query_timeout.map(Duration::from_millis) };
    for text in &args.define {
        let (name, value) = definition(text)?;
        // As in DEFINE, quotes around the value are not part of it.
        let value = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\'')).unwrap_or(value);
        define(&mut session.variables, name, value)?;
    }
    Runner::new(session, Screen::standard(), interactive).map_err(|error| format!("Cannot start: {error}"))
}

/// Runs statements that come through a pipe, each as soon as it is complete.
fn run_piped(runner: &mut Runner, mut input: impl BufRead) -> Result<(), Stop> {
    const SOURCE: Option<&str> = Some("stdin");
    let mut text = String::new();
    // Lines of the input that are no longer in `text`.
    let mut done = 0;
    loop {
        let before = text.len();
        match input.read_line(&mut text) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => {
                let shown = runner.screen.error(&format!("The input cannot be read: {error}"));
                return Err(shown.map_or(Stop::OutputClosed, |()| Stop::Failed));
            }
        }
        let line = &text[before..];
        if !line.contains(';') && !is_bare_command(line) {
            continue;
        }
        let (statements, rest) = split(&text);
        for mut statement in statements {
            statement.line += done;
            runner.run(&statement, SOURCE)?;
        }
        let lines = text.matches('\n').count();
        match rest {
            Rest::Blank => {
                done += lines;
                text.clear();
            }
            Rest::Open(rest) | Rest::Unclosed { statement: rest, .. } if !rest.text.is_empty() => {
                done += rest.line - 1;
                text = rest.text;
            }
            // A comment is open: it stays in the text, and with it what it may end.
            Rest::Open(_) | Rest::Unclosed { .. } => {
                let comment = text.rfind("/*").unwrap_or(0);
                done += text[..comment].matches('\n').count();
                text.drain(..comment);
            }
        }
    }
    runner.run_text(&text, SOURCE)
}
