//! What `/ksql` answers.

use serde_json::Value;

use super::{Failure, Runner};
use crate::render;
use crate::session::OutputFormat;
use crate::statement::words::words;

/// First words of the statements after which names may have changed.
const CHANGING: [&str; 4] = ["create", "drop", "alter", "insert"];

impl Runner {
    pub(super) fn run_statement(&mut self, statement: &str) -> Result<(), Failure> {
        let session = &self.session;
        let entities = self.runtime.block_on(async {
            let request = session.request(statement);
            tokio::select! {
                entities = session.client.execute(&request) => entities.map_err(Failure::from),
                _ = tokio::signal::ctrl_c() => Err(Failure::Message(
                    "Interrupted. The server may still carry the statement out.".to_owned(),
                )),
            }
        })?;
        if words(statement).first().is_some_and(|first| CHANGING.iter().any(|word| first.is(word))) {
            self.session.generation += 1;
        }
        let sequence =
            entities.iter().filter_map(|entity| entity.get("commandSequenceNumber")?.as_i64()).max();
        // -1 stands for a statement that was no command.
        if let Some(sequence) = sequence.filter(|sequence| *sequence >= 0) {
            self.session.last_command = Some(sequence);
        }
        self.show_entities(&entities)?;
        match entities.iter().find_map(failed) {
            Some(_) => Err(Failure::Stop(super::Stop::Failed)),
            None => Ok(()),
        }
    }

    fn show_entities(&mut self, entities: &[Value]) -> Result<(), Failure> {
        if self.session.format == OutputFormat::Json {
            let text = render::json(&Value::Array(entities.to_vec()));
            return Ok(self.screen.print(&text)?);
        }
        let width = self.screen.width();
        for entity in entities {
            let text = render::entity(entity, width);
            match failed(entity) {
                Some(()) => self.screen.error(&text)?,
                None => self.screen.print(&text)?,
            }
        }
        Ok(())
    }
}

/// Whether the server accepted a command and then could not carry it out.
fn failed(entity: &Value) -> Option<()> {
    let status = entity.get("commandStatus")?.get("status")?.as_str()?;
    (status == "ERROR").then_some(())
}
