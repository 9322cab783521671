//! `currentStatus`: how a statement that changes something went.

use serde::Deserialize;

use super::{Render, cell};

/// The answer to CREATE, DROP, TERMINATE and the like.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CurrentStatus {
    command_id: Option<String>,
    command_status: CommandStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CommandStatus {
    status: String,
    message: String,
    query_id: Option<String>,
}

impl Render for CurrentStatus {
    fn render(&self, _width: usize) -> String {
        let status = &self.command_status;
        let mut text = cell::plain(status.message.trim());
        if text.is_empty() {
            let command = self.command_id.as_deref().unwrap_or("The statement");
            text = format!("{command}: {}", status.status);
        }
        // The id is what PAUSE, EXPLAIN and TERMINATE want; the message may have it already.
        match status.query_id.as_deref() {
            Some(id) if !id.is_empty() && !text.contains(id) => format!("{text}\nQuery id: {id}"),
            _ => text,
        }
    }
}
