//! Topics, records and plans for the tests.

use std::sync::Arc;
use std::time::Duration;

use millrace_engine::change::{Field, Relation};
use millrace_engine::format::FormatInfo;
use millrace_engine::operator::{ProcessingLog, RowFailure};
use millrace_engine::plan::{Plan, QueryId, Sink, SinkTarget, Source, SourceKind, Step, SubPlan};
use millrace_engine::runtime::{Runtime, RuntimeOptions};
use millrace_engine::schema::{Column, Namespace, SqlType};
use parking_lot::Mutex;
use storage::{BatchBuilder, Isolation, Offset, Options, Storage, TopicConfig, TopicName, TopicPartition};
use tempfile::TempDir;

/// Remembers what failed.
#[derive(Default)]
pub struct Remembered(pub Mutex<Vec<RowFailure>>);

impl ProcessingLog for Remembered {
    fn failed(&self, failure: RowFailure) {
        self.0.lock().push(failure);
    }
}

/// A record as the tests compare it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    pub partition: i32,
    pub time: i64,
    pub key: Option<String>,
    pub value: Option<String>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

pub struct Node {
    pub dir: TempDir,
    pub storage: Storage,
    pub log: Arc<Remembered>,
}

impl Node {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let storage = open(&dir);
        Self { dir, storage, log: Arc::default() }
    }

    /// As after a crash: nothing is shut down.
    pub fn reopened(self) -> Self {
        let Self { dir, storage, log } = self;
        drop(storage);
        let storage = open(&dir);
        Self { dir, storage, log }
    }

    pub fn topic(&self, name: &str, partitions: i32) -> &Self {
        self.storage
            .create_topic(&TopicName::new(name).unwrap(), partitions, 1, TopicConfig::default())
            .unwrap();
        self
    }

    pub fn runtime(&self, options: RuntimeOptions) -> Runtime {
        Runtime::new(self.storage.clone(), options, self.log.clone()).unwrap()
    }

    pub fn produce(&self, topic: &str, partition: i32, records: &[(i64, Option<&str>, Option<&str>)]) {
        let mut batch = BatchBuilder::new();
        for (time, key, value) in records {
            batch.push(*time, key.map(str::as_bytes), value.map(str::as_bytes), &[]);
        }
        self.append(topic, partition, batch);
    }

    pub fn append(&self, topic: &str, partition: i32, batch: BatchBuilder) {
        self.storage.append(&partition_of(topic, partition), batch.finish()).wait().unwrap();
    }

    /// All committed records of a topic, partition by partition.
    pub fn records(&self, topic: &str) -> Vec<Record> {
        let partitions = self.storage.topic(&TopicName::new(topic).unwrap()).unwrap().partitions;
        let mut all = Vec::new();
        for partition in 0..partitions {
            let mut from = Offset(0);
            loop {
                let tp = partition_of(topic, partition);
                let fetch = self.storage.read(&tp, from, 1 << 20, Isolation::ReadCommitted).unwrap();
                if fetch.next_offset <= from {
                    break;
                }
                from = fetch.next_offset;
                for record in fetch.records() {
                    let record = record.unwrap();
                    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                    all.push(Record {
                        partition,
                        time: record.timestamp,
                        key: record.key.map(text),
                        value: record.value.map(text),
                        headers: record
                            .headers()
                            .map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec)))
                            .collect(),
                    });
                }
            }
        }
        all
    }
}

fn open(dir: &TempDir) -> Storage {
    Storage::open(dir.path(), Options { fsync: false, ..Options::default() }).unwrap()
}

pub fn partition_of(topic: &str, partition: i32) -> TopicPartition {
    TopicPartition::new(TopicName::new(topic).unwrap(), partition)
}

pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn id(name: &str) -> QueryId {
    QueryId(name.to_owned())
}

pub fn manual() -> RuntimeOptions {
    RuntimeOptions { manual: true, ..RuntimeOptions::default() }
}

fn column(name: &str, ty: SqlType, namespace: Namespace) -> Column {
    Column { name: name.to_owned(), ty, namespace }
}

/// `K STRING KEY, N BIGINT, S STRING` in KAFKA and JSON.
pub fn source(topic: &str, kind: SourceKind) -> Source {
    let field = |name: &str, ty| Field { name: name.to_owned(), ty };
    Source {
        name: topic.to_uppercase(),
        kind,
        topic: topic.to_owned(),
        key_format: FormatInfo::new("KAFKA"),
        value_format: FormatInfo::new("JSON"),
        columns: vec![
            column("K", SqlType::String, Namespace::Key),
            column("N", SqlType::Bigint, Namespace::Value),
            column("S", SqlType::String, Namespace::Value),
        ],
        wanted: vec![0, 1, 2],
        relation: Relation {
            key: vec![field("K", SqlType::String)],
            value: vec![field("N", SqlType::Bigint), field("S", SqlType::String)],
            ..Relation::default()
        },
        timestamp: None,
        window: None,
    }
}

pub fn topic_sink(topic: &str) -> SinkTarget {
    SinkTarget::Topic {
        topic: topic.to_owned(),
        key_format: FormatInfo::new("KAFKA"),
        value_format: FormatInfo::new("JSON"),
        window: None,
        timestamp: None,
    }
}

pub fn subplan(source: Source, target: SinkTarget) -> SubPlan {
    SubPlan { sink: Sink { relation: source.relation.clone(), target }, root: Step::Source(source) }
}

pub fn plan(subplans: Vec<SubPlan>) -> Plan {
    Plan { subplans, stores: 0 }
}
