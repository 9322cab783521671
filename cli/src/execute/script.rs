//! RUN SCRIPT: the statements of a file.

use std::path::{Path, PathBuf};

use super::{Failure, Runner};

/// Scripts may run scripts, so deep. A script that runs itself would never end.
const MAX_DEPTH: usize = 16;

impl Runner {
    /// Runs the statements of the file at `path`; `~` at its beginning is the home directory.
    pub fn run_script(&mut self, path: &str) -> Result<(), super::Stop> {
        let statement = crate::statement::Statement { text: String::new(), line: 1 };
        self.script(path).map_err(|failure| self.report(failure, &statement, None))
    }

    pub(super) fn script(&mut self, path: &str) -> Result<(), Failure> {
        let path = expand(path);
        if self.scripts.len() >= MAX_DEPTH {
            return Err(Failure::Message(format!(
                "{} is not run: scripts run each other more than {MAX_DEPTH} deep.",
                path.display()
            )));
        }
        let text = read(&path)?;
        self.scripts.push(path);
        let outcome = self.run_text(&text, None);
        self.scripts.pop();
        outcome.map_err(Failure::Stop)
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| {
        Failure::Message(format!("The script {} cannot be read: {error}", path.display()))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::Message(format!("The script {} is not UTF-8 text: byte {at} is none.", path.display()))
    })?;
    // Some editors put a mark at the beginning that is not SQL.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The path with `~/` replaced.
pub(crate) fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}
