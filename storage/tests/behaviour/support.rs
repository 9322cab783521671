//! A node in a directory of its own, and short ways to say what a test does with it.

use std::path::Path;
use std::sync::Arc;

use storage::files::FaultyFiles;
use storage::{
    BatchBuilder, EncodedBatch, Isolation, ManualClock, Offset, Options, Seams, SeededRandom, Storage,
    TopicConfig, TopicName, TopicPartition, Transaction,
};

pub struct Node {
    pub storage: Storage,
    pub clock: Arc<ManualClock>,
}

impl std::ops::Deref for Node {
    type Target = Storage;

    fn deref(&self) -> &Storage {
        &self.storage
    }
}

/// Options for tests: real syncs are counted by the faulty files, and no thread runs behind the test's back.
pub fn options() -> Options {
    Options {
        index_interval_bytes: 256,
        maintenance_interval: std::time::Duration::ZERO,
        state_cache_bytes: 1 << 20,
        write_buffer_bytes: 4 << 20,
        ..Options::default()
    }
}

pub fn open(dir: &Path) -> Node {
    try_open(dir, options(), FaultyFiles::new()).unwrap()
}

pub fn try_open(dir: &Path, options: Options, files: FaultyFiles) -> storage::Result<Node> {
    let clock = Arc::new(ManualClock::new(1_000_000));
    let seams = Seams {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(1)),
        files: Arc::new(files.clone()),
    };
    Ok(Node { storage: Storage::open_with(dir, options, seams)?, clock })
}

pub fn topic(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

pub fn tp(name: &str, partition: i32) -> TopicPartition {
    TopicPartition::new(topic(name), partition)
}

/// A batch with one record per value; key and value are the same.
pub fn batch(values: &[&str]) -> EncodedBatch {
    let mut builder = BatchBuilder::new();
    for (i, value) in values.iter().enumerate() {
        builder.push(1000 + i as i64, Some(value.as_bytes()), Some(value.as_bytes()), &[]);
    }
    builder.finish()
}

impl Node {
    pub fn create(&self, name: &str, partitions: i32) {
        self.create_topic(&topic(name), partitions, 1, TopicConfig::default()).unwrap();
    }

    pub fn put(&self, partition: &TopicPartition, values: &[&str]) -> i64 {
        self.append(partition, batch(values)).wait().unwrap().base_offset.0
    }

    /// Everything a reader sees, as `offset:value`, reading in small pieces.
    pub fn all(&self, partition: &TopicPartition, isolation: Isolation) -> Vec<String> {
        let mut from = self.offsets(partition).unwrap().log_start;
        let mut seen = Vec::new();
        loop {
            let fetch = self.read(partition, from, 100, isolation).unwrap();
            for record in fetch.records() {
                let record = record.unwrap();
                let value = record.value.map_or("-".into(), String::from_utf8_lossy);
                seen.push(format!("{}:{value}", record.offset));
            }
            if fetch.next_offset == from {
                return seen;
            }
            from = fetch.next_offset;
        }
    }

    pub fn committed(&self, partition: &TopicPartition) -> Vec<String> {
        self.all(partition, Isolation::ReadCommitted)
    }
}

/// One task's commit: outputs, a state key and an input offset that all say `text`.
pub fn transaction(id: &str, outputs: &[(&TopicPartition, &[&str])], next: i64) -> Transaction {
    let mut transaction = Transaction::new(id);
    for (partition, values) in outputs {
        transaction.append((*partition).clone(), batch(values));
    }
    transaction.offset(storage::GroupId::new("g"), tp("in", 0), Offset(next));
    transaction.state().put(&state_key("n"), next.to_string().as_bytes());
    transaction
}

pub fn state_key(text: &str) -> Vec<u8> {
    let mut key = storage::state::key::state_prefix(1, 1, 0).to_vec();
    key.extend_from_slice(text.as_bytes());
    key
}
