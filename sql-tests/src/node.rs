//! An engine of its own, over a storage in a temporary directory, driven by hand.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use engine::engine::{Engine, EngineOptions, QueryIds, Session};
use engine::plan::QueryId;
use engine::runtime::RuntimeOptions;
use engine::settings::Settings;
use storage::{
    BatchBuilder, Isolation, ManualClock, Offset, Options, OsFiles, OsRandom, Seams, Storage, TopicConfig,
    TopicName, TopicPartition,
};
use tempfile::TempDir;

/// A node's memory for state: the cases are small and many run at once.
const STATE_BYTES: usize = 1 << 20;

/// A record of a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Epoch milliseconds.
    pub timestamp: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// What may be chosen about a node.
#[derive(Debug, Clone)]
pub struct NodeOptions {
    /// The server's settings.
    pub settings: Vec<(String, String)>,
    /// Most rows that an operator sees at once.
    pub batch_records_max: usize,
    /// Whether statements are kept in the command topic, and so are there again after a restart.
    pub persist_statements: bool,
}

/// An engine whose tasks run only when they are told to, on a clock that stands still.
pub struct Node {
    // Dropped in this order: the engine before its storage, the storage before its directory.
    pub engine: Engine,
    pub storage: Storage,
    pub clock: Arc<ManualClock>,
    dir: TempDir,
    options: NodeOptions,
}

impl Node {
    /// # Errors
    /// The storage or the engine cannot be opened.
    pub fn new(options: NodeOptions) -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|error| format!("no temporary directory: {error}"))?;
        let clock = Arc::new(ManualClock::new(0));
        let storage = open_storage(dir.path(), &clock)?;
        let engine = open_engine(&storage, &options)?;
        Ok(Self { engine, storage, clock, dir, options })
    }

    /// The same node after a restart: its directory is all that is left of it.
    ///
    /// # Errors
    /// As for [`Node::new`].
    pub fn restarted(self) -> Result<Self, String> {
        let Self { engine, storage, clock, dir, options } = self;
        engine.shutdown().map_err(|error| format!("the engine does not shut down: {error}"))?;
        drop(engine);
        storage.shutdown().map_err(|error| format!("the storage does not shut down: {error}"))?;
        drop(storage);
        let storage = open_storage(dir.path(), &clock)?;
        let engine = open_engine(&storage, &options)?;
        Ok(Self { engine, storage, clock, dir, options })
    }

    /// The queries that run.
    pub fn queries(&self) -> BTreeSet<QueryId> {
        self.engine.runtime().queries().into_iter().collect()
    }

    /// Creates a topic with one partition if it is missing.
    ///
    /// # Errors
    /// The name is none for a topic.
    pub fn ensure_topic(&self, name: &str) -> Result<(), String> {
        let topic = TopicName::new(name).map_err(text)?;
        if self.storage.topic(&topic).is_none() {
            self.storage.create_topic(&topic, 1, 1, TopicConfig::default()).map_err(text)?;
        }
        Ok(())
    }

    /// Appends a record to the first partition of a topic.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn append(&self, topic: &str, record: &Record) -> Result<(), String> {
        let mut batch = BatchBuilder::new();
        let headers: Vec<_> =
            record.headers.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        batch.push(record.timestamp, record.key.as_deref(), record.value.as_deref(), &headers);
        let partition = TopicPartition::new(TopicName::new(topic).map_err(text)?, 0);
        self.storage.append(&partition, batch.finish()).wait().map(drop).map_err(text)
    }

    /// Appends records to the first partition of a topic, in one batch.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn append_all(&self, topic: &str, records: &[Record]) -> Result<(), String> {
        let mut batch = BatchBuilder::new();
        for record in records {
            batch.push(record.timestamp, record.key.as_deref(), record.value.as_deref(), &[]);
        }
        let partition = TopicPartition::new(TopicName::new(topic).map_err(text)?, 0);
        self.storage.append(&partition, batch.finish()).wait().map(drop).map_err(text)
    }

    /// All committed records of a topic's first partition; none if there is no such topic.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn records(&self, topic: &str) -> Result<Vec<Record>, String> {
        let name = TopicName::new(topic).map_err(text)?;
        let mut all = Vec::new();
        if self.storage.topic(&name).is_none() {
            return Ok(all);
        }
        let partition = TopicPartition::new(name, 0);
        let mut from = Offset(0);
        loop {
            let fetch =
                self.storage.read(&partition, from, 1 << 20, Isolation::ReadCommitted).map_err(text)?;
            if fetch.next_offset <= from {
                return Ok(all);
            }
            from = fetch.next_offset;
            for record in fetch.records() {
                let record = record.map_err(text)?;
                all.push(Record {
                    timestamp: record.timestamp,
                    key: record.key.map(<[u8]>::to_vec),
                    value: record.value.map(<[u8]>::to_vec),
                    headers: record
                        .headers()
                        .map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec)))
                        .collect(),
                });
            }
        }
    }
}

/// A session with these properties set.
///
/// # Errors
/// A property that does not take its value.
pub fn session(properties: &[(String, String)]) -> engine::Result<Session> {
    Ok(Session { properties: Settings::new(properties.iter().cloned())?, ..Session::default() })
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn open_storage(dir: &Path, clock: &Arc<ManualClock>) -> Result<Storage, String> {
    let options = Options {
        fsync: false,
        state_cache_bytes: STATE_BYTES,
        write_buffer_bytes: STATE_BYTES,
        ..Options::default()
    };
    let seams = Seams { clock: clock.clone(), random: Arc::new(OsRandom::new()), files: Arc::new(OsFiles) };
    Storage::open_with(dir, options, seams).map_err(|error| format!("the storage does not open: {error}"))
}

fn open_engine(storage: &Storage, options: &NodeOptions) -> Result<Engine, String> {
    let runtime = RuntimeOptions {
        manual: true,
        batch_records_max: options.batch_records_max,
        ..RuntimeOptions::default()
    };
    let options = EngineOptions {
        settings: Settings::new(options.settings.iter().cloned()).map_err(text)?,
        runtime,
        persist_statements: options.persist_statements,
        query_ids: QueryIds::default(),
        one_partition: true,
    };
    Engine::open(storage.clone(), options).map_err(|error| format!("the engine does not open: {error}"))
}
