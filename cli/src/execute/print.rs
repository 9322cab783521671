//! PRINT: the records of a topic as lines.

use std::pin::pin;

use super::{Failure, Runner, Stop};
use crate::render::cell;

impl Runner {
    pub(super) fn run_print(&mut self, statement: &str) -> Result<(), Failure> {
        let session = &self.session;
        let screen = &mut self.screen;
        let interrupted = self.runtime.block_on(async {
            let mut interrupt = pin!(tokio::signal::ctrl_c());
            let request = session.request(statement);
            let mut lines = tokio::select! {
                lines = session.client.print(&request) => lines?,
                _ = &mut interrupt => return Err(Failure::Interrupted),
            };
            let mut text = String::new();
            loop {
                let line = tokio::select! {
                    biased;
                    _ = &mut interrupt => break Ok(true),
                    line = lines.next() => line,
                };
                match line {
                    Ok(Some(line)) => {
                        text.push_str(&cell::plain(&line));
                        text.push('\n');
                        if !lines.has_ready() {
                            screen.print_lines(&text)?;
                            text.clear();
                        }
                    }
                    Ok(None) => break Ok(false),
                    Err(error) => break Err(error.into()),
                }
            }
        })?;
        if interrupted {
            self.screen.erase_line()?;
        }
        match (interrupted, self.interactive) {
            (true, true) => Ok(self.screen.print("Topic printing ended by Ctrl-C")?),
            (true, false) => Err(Failure::Stop(Stop::Interrupted)),
            (false, _) => Ok(()),
        }
    }
}
