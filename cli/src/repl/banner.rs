//! The greeting: who answers, or what to do when nobody does.

use crate::execute::{Runner, Stop, unreachable_hint};
use crate::session::OutputFormat;

pub(super) fn show(runner: &mut Runner) -> Result<(), Stop> {
    let client = runner.session.client.clone();
    let ours = env!("CARGO_PKG_VERSION");
    let text = match runner.handle().block_on(client.info()) {
        Ok(info) => {
            let status = match info.server_status.as_deref() {
                None | Some("" | "RUNNING") => String::new(),
                Some(other) => format!(" ({other})"),
            };
            format!("Millrace {ours}, connected to server {} at {}{status}", info.version, client.address())
        }
        Err(error) => {
            let problem = format!("{error}.\n{}", unreachable_hint(true));
            runner.screen.error(&problem).map_err(|_| Stop::OutputClosed)?;
            format!("Millrace {ours}, not connected")
        }
    };
    let usage = "Statements end with ;   `help` explains them, Tab completes, Ctrl-D leaves.\n\n";
    // A program that reads JSON from a terminal's output must not meet a greeting.
    let written = match runner.session.format {
        OutputFormat::Tabular => runner.screen.print_lines(&format!("{text}\n{usage}")),
        OutputFormat::Json => runner.screen.note(&text),
    };
    written.map_err(|_| Stop::OutputClosed)
}
