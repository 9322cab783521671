//! The command topic: the statements that have to be there again after a restart, as ksqlDB keeps them.
//!
//! One record a statement, `{"statement": …, "streamsProperties": {…}}`. A statement's offset is its number, which is part
//! of its query's id, so that a replayed query finds its state and offsets again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use storage::{BatchBuilder, Isolation, Offset, Storage, TopicConfig, TopicName, TopicPartition};

use super::session::Session;
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Bytes read at a time: statements are short, so this is hundreds of them.
const READ_BYTES: usize = 256 << 10;

pub(super) struct CommandLog {
    storage: Storage,
    partition: TopicPartition,
}

/// A statement as the topic holds it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    statement: String,
    #[serde(default)]
    streams_properties: BTreeMap<String, String>,
}

/// A statement that was kept.
pub(super) struct Command {
    /// Its offset.
    pub(super) number: i64,
    pub(super) statement: String,
    properties: BTreeMap<String, String>,
}

impl Command {
    /// The session as it was when the statement was given.
    pub(super) fn session(&self) -> Result<Session> {
        Ok(Session { properties: Settings::new(self.properties.clone())?, ..Session::default() })
    }
}

impl CommandLog {
    /// Opens the topic of a service, and makes it if it is not there.
    pub(super) fn open(storage: &Storage, service: &str) -> Result<Self> {
        let name = TopicName::new(&format!("_confluent-ksql-{service}_command_topic"))?;
        if storage.topic(&name).is_none() {
            let config = TopicConfig { retention_ms: None, retention_bytes: None, ..TopicConfig::default() };
            storage.create_topic(&name, 1, 1, config)?;
        }
        Ok(Self { storage: storage.clone(), partition: TopicPartition::new(name, 0) })
    }

    /// The number that the next statement gets.
    pub(super) fn next_number(&self) -> Result<i64> {
        Ok(self.storage.offsets(&self.partition)?.log_end.0)
    }

    /// Keeps a statement; returns when it is on disk.
    pub(super) fn append(&mut self, statement: &str, session: &Session) -> Result<()> {
        let stored = Stored {
            statement: format!("{statement};"),
            streams_properties: session.properties.set_values().clone(),
        };
        let json = serde_json::to_vec(&stored)
            .map_err(|error| Error::internal(format!("a statement cannot be written as JSON: {error}")))?;
        let mut batch = BatchBuilder::new();
        batch.push(self.storage.clock().now_ms(), None, Some(&json), &[]);
        self.storage.append(&self.partition, batch.finish()).wait()?;
        Ok(())
    }

    pub(super) fn read_all(&self, storage: &Storage) -> Result<Vec<Command>> {
        let mut commands = Vec::new();
        let mut from = Offset(storage.offsets(&self.partition)?.log_start.0);
        loop {
            let fetch = storage.read(&self.partition, from, READ_BYTES, Isolation::ReadCommitted)?;
            if fetch.is_empty() || fetch.next_offset <= from {
                return Ok(commands);
            }
            for record in fetch.records() {
                let record = record?;
                let Some(value) = record.value else { continue };
                let stored: Stored = serde_json::from_slice(value).map_err(|error| {
                    Error::external(format!(
                        "record {} of the command topic {} is no statement: {error}",
                        record.offset, self.partition.topic
                    ))
                })?;
                commands.push(Command {
                    number: record.offset,
                    statement: stored.statement,
                    properties: stored.streams_properties,
                });
            }
            from = fetch.next_offset;
        }
    }
}
