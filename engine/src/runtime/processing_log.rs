//! The processing log: records and rows that could not be processed, as ksqlDB writes them to a topic of its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};
use serde_json::{Value, json};
use storage::task::{TaskKind, spawn_thread};
use storage::{BatchBuilder, Clock, Storage, TopicConfig, TopicName, TopicPartition};

use crate::error::Result;
use crate::operator::{ProcessingLog, RowFailure};

/// Entries that wait to be written: what a burst of a second may bring. More are counted and dropped, because a topic
/// full of garbage must not fill memory or disk.
const QUEUE_MAX: usize = 1000;

/// Entries that are written in a second.
const PER_SECOND_MAX: u32 = 1000;

/// Entries of a second that are also told to the server's own log.
const TOLD_PER_SECOND_MAX: u32 = 5;

/// Characters of a reason that are kept: a reason may quote the record.
const REASON_MAX: usize = 1000;

/// Writes what fails to a topic.
pub struct TopicProcessingLog {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Queue {
    entries: VecDeque<Entry>,
    /// The second that `in_second` counts.
    second: i64,
    in_second: u32,
    dropped: u64,
    /// Entries that the writer has taken and not yet written.
    writing: bool,
    stopped: bool,
}

struct Entry {
    time_ms: i64,
    query: String,
    failure: RowFailure,
}

impl TopicProcessingLog {
    /// Creates the topic (one partition) if it is missing.
    pub fn new(storage: &Storage, topic: &str) -> Result<Self> {
        let name = TopicName::new(topic)?;
        if storage.topic(&name).is_none() {
            storage.create_topic(&name, 1, 1, TopicConfig::default())?;
        }
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            changed: Condvar::new(),
            clock: storage.clock().clone(),
        });
        let writer = spawn_thread("processing-log", TaskKind::Background, {
            let (shared, storage) = (shared.clone(), storage.clone());
            let partition = TopicPartition::new(name, 0);
            move || write_all(&shared, &storage, &partition)
        })?;
        Ok(Self { shared, writer: Some(writer) })
    }

    /// Waits until everything up to now is in the topic.
    pub fn flush(&self) {
        let mut queue = self.shared.queue.lock();
        while !queue.stopped && (queue.writing || !queue.entries.is_empty()) {
            self.shared.changed.wait(&mut queue);
        }
    }
}

impl ProcessingLog for TopicProcessingLog {
    fn failed(&self, failure: RowFailure) {
        self.failed_in("", failure);
    }

    fn failed_in(&self, query: &str, mut failure: RowFailure) {
        let time_ms = self.shared.clock.now_ms();
        let mut queue = self.shared.queue.lock();
        if queue.second != time_ms / 1000 {
            queue.second = time_ms / 1000;
            queue.in_second = 0;
        }
        queue.in_second += 1;
        if queue.in_second <= TOLD_PER_SECOND_MAX {
            tracing::warn!(query, operation = failure.operation, position = ?failure.position, "{}", failure.reason);
        }
        if queue.in_second > PER_SECOND_MAX || queue.entries.len() >= QUEUE_MAX || queue.stopped {
            queue.dropped += 1;
            return;
        }
        if let Some((end, _)) = failure.reason.char_indices().nth(REASON_MAX) {
            failure.reason.truncate(end);
        }
        queue.entries.push_back(Entry { time_ms, query: query.to_owned(), failure });
        drop(queue);
        self.shared.changed.notify_all();
    }
}

impl Drop for TopicProcessingLog {
    fn drop(&mut self) {
        self.shared.queue.lock().stopped = true;
        self.shared.changed.notify_all();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

fn write_all(shared: &Shared, storage: &Storage, partition: &TopicPartition) {
    loop {
        let (entries, dropped) = {
            let mut queue = shared.queue.lock();
            queue.writing = false;
            shared.changed.notify_all();
            while queue.entries.is_empty() && !queue.stopped {
                shared.changed.wait(&mut queue);
            }
            if queue.entries.is_empty() {
                return;
            }
            queue.writing = true;
            (std::mem::take(&mut queue.entries), std::mem::take(&mut queue.dropped))
        };
        if dropped > 0 {
            tracing::warn!(dropped, "more rows fail than the processing log takes; these are not in it");
        }
        let mut batch = BatchBuilder::new();
        for entry in &entries {
            let text = entry.to_json().to_string();
            batch.push(entry.time_ms, None, Some(text.as_bytes()), &[]);
        }
        if let Err(error) = storage.append(partition, batch.finish()).wait() {
            tracing::warn!(%error, entries = entries.len(), "the processing log cannot be written");
        }
    }
}

impl Entry {
    /// One row of ksqlDB's processing log stream.
    fn to_json(&self) -> Value {
        let RowFailure { operation, reason, position } = &self.failure;
        let target = operation.split_once(' ').map_or("value", |(_, target)| target);
        let topic = position.as_ref().map(|(topic, ..)| topic.as_ref());
        let mut message = json!({
            "type": 1,
            "deserializationError": null,
            "recordProcessingError": null,
            "productionError": null,
            "serializationError": null,
            "kafkaStreamsThreadError": null,
        });
        if operation.starts_with("deserialize") {
            message["type"] = json!(0);
            message["deserializationError"] = json!({
                "target": target,
                "errorMessage": reason,
                "recordB64": null,
                "cause": [],
                "topic": topic,
                "partition": position.as_ref().map(|(_, partition, _)| partition),
                "offset": position.as_ref().map(|(.., offset)| offset),
            });
        } else if operation.starts_with("serialize") {
            message["type"] = json!(3);
            message["serializationError"] = json!({
                "target": target,
                "errorMessage": reason,
                "record": null,
                "cause": [],
                "topic": topic,
            });
        } else {
            // ksqlDB has no field for the position here; where it is known it helps.
            message["recordProcessingError"] = json!({
                "errorMessage": match position {
                    Some((topic, partition, offset)) => format!("{reason} ({topic}-{partition}, offset {offset})"),
                    None => reason.clone(),
                },
                "record": null,
                "cause": [],
            });
        }
        let operation = operation.replace(' ', ".");
        let logger = match self.query.as_str() {
            "" => format!("processing.{operation}"),
            query => format!("processing.{query}.{operation}"),
        };
        json!({ "logger": logger, "level": "ERROR", "time": self.time_ms, "message": message })
    }
}
