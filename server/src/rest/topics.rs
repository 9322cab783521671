//! `POST` and `GET /topics/{topic}/records`: records in and out, whatever streams and tables say. Millrace's own.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use engine::runtime::partitioner::partition_of;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use storage::{
    Appended, BatchBuilder, Fetch, Isolation, Offset, Pending, Storage, TopicDescription, TopicName,
    TopicPartition,
};
use tokio::sync::Notify;

use super::Failure;
use super::lines::{self, BodyLines};
use super::stream::{AnswerWriter, PIECE_BYTES};
use crate::node::Node;

/// Bytes read of a partition at a time.
const READ_BYTES: usize = 256 << 10;
/// Appends that wait for their sync.
const APPENDS_MAX: usize = 16;
/// A record batch is closed at this size, as the engine's are.
const BATCH_BYTES: usize = 1 << 20;
const NDJSON: &str = "application/x-ndjson";

#[derive(Debug, Deserialize)]
pub struct ProduceQuery {
    key_field: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct ConsumeQuery {
    from: Option<String>,
    limit: Option<u64>,
}

/// Appends one record per line; answers when all are on disk.
pub async fn produce(
    State(node): State<Arc<Node>>,
    Path(topic): Path<String>,
    Query(query): Query<ProduceQuery>,
    body: Body,
) -> Result<Json<Value>, Failure> {
    let topic = find(node.engine.storage(), &topic)?;
    let key_field: Option<Arc<str>> = query.key_field.map(Into::into);
    let mut body = BodyLines::new(body);
    let mut waiting = std::collections::VecDeque::new();
    let (mut records, mut lines_before) = (0, 0);
    while let Some(text) = body.next().await? {
        let (storage, topic, key_field) = (node.engine.storage().clone(), topic.clone(), key_field.clone());
        let appended = tokio::task::spawn_blocking(move || {
            append(&storage, &topic, key_field.as_deref(), &text, lines_before)
        });
        let (count, line_count, appends) = appended.await.map_err(|_| Failure::lost())??;
        records += count;
        lines_before += line_count;
        waiting.extend(appends);
        while waiting.len() > APPENDS_MAX {
            if let Some(append) = waiting.pop_front() {
                append.await?;
            }
        }
    }
    for append in waiting {
        append.await?;
    }
    Ok(Json(json!({ "records": records })))
}

fn find(storage: &Storage, topic: &str) -> Result<TopicDescription, Failure> {
    let missing = || {
        Failure::not_found(format!(
            "Topic {topic} does not exist. SHOW TOPICS lists those that do; CREATE STREAM ... WITH (KAFKA_TOPIC='{topic}', \
             PARTITIONS=1, ...) makes it."
        ))
    };
    let name = TopicName::new(topic).map_err(|error| Failure::bad_request(error.to_string()))?;
    storage.topic(&name).ok_or_else(missing)
}

type Produced = (usize, usize, Vec<Pending<Appended>>);

/// All lines or none: each is checked before the first is appended.
fn append(
    storage: &Storage,
    topic: &TopicDescription,
    key_field: Option<&str>,
    text: &Bytes,
    lines_before: usize,
) -> Result<Produced, Failure> {
    let now = storage.clock().now_ms();
    let partitions = topic.partitions.max(1) as usize;
    let mut open: Vec<BatchBuilder> = (0..partitions).map(|_| BatchBuilder::new()).collect();
    let mut closed = Vec::new();
    // Records without a key stay together in one partition for a while, as Kafka's clients do.
    let unkeyed = lines_before / 1000 % partitions;
    let mut count = 0;
    for (number, line) in lines::split(text) {
        let wrong =
            |reason: String| Failure::bad_request(format!("line {}: {reason}", lines_before + number));
        let key = match key_field {
            Some(field) => key(line, field).map_err(wrong)?,
            None => {
                serde_json::from_slice::<IgnoredAny>(line)
                    .map_err(|error| wrong(format!("not JSON: {error}")))?;
                None
            }
        };
        let partition = key.as_ref().map_or(unkeyed, |key| partition_of(key, partitions));
        open[partition].push(now, key.as_deref(), Some(line), &[]);
        if open[partition].byte_len() >= BATCH_BYTES {
            closed.push((partition, std::mem::take(&mut open[partition])));
        }
        count += 1;
    }
    closed.extend(open.into_iter().enumerate().filter(|(_, batch)| !batch.is_empty()));
    let appends = closed
        .into_iter()
        .map(|(partition, batch)| {
            storage.append(&TopicPartition::new(topic.name.clone(), partition as i32), batch.finish())
        })
        .collect();
    let line_count = text.iter().filter(|byte| **byte == b'\n').count();
    Ok((count, line_count, appends))
}

/// The text of a field of an object, as a KAFKA STRING has it; none if it is NULL or not there.
fn key(line: &[u8], field: &str) -> Result<Option<Vec<u8>>, String> {
    use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

    struct Field<'f>(&'f str);

    impl<'de> Visitor<'de> for Field<'_> {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                if name == self.0 {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    let mut reader = serde_json::Deserializer::from_slice(line);
    let found = reader
        .deserialize_map(Field(field))
        .and_then(|found| reader.end().map(|()| found))
        .map_err(|error| format!("not a JSON object: {error}"))?;
    let Some(raw) = found.map(RawValue::get).filter(|raw| *raw != "null") else { return Ok(None) };
    match raw.starts_with('"') {
        true => {
            let text: String =
                serde_json::from_str(raw).map_err(|error| serde_json::Error::custom(error).to_string())?;
            Ok(Some(text.into_bytes()))
        }
        false => Ok(Some(raw.as_bytes().to_vec())),
    }
}

/// Tells the records of a topic, and goes on with those that come.
pub async fn consume(
    State(node): State<Arc<Node>>,
    Path(topic): Path<String>,
    Query(query): Query<ConsumeQuery>,
) -> Result<Response, Failure> {
    let from_beginning = match query.from.as_deref() {
        Some("beginning") => true,
        None | Some("latest") => false,
        Some(other) => {
            return Err(Failure::bad_request(format!("from is beginning or latest, not '{other}'")));
        }
    };
    let topic = find(node.engine.storage(), &topic)?;
    let storage = node.engine.storage().clone();
    let mut positions = Vec::new();
    for partition in 0..topic.partitions {
        let partition = TopicPartition::new(topic.name.clone(), partition);
        let offsets = storage.offsets(&partition)?;
        positions.push((partition, if from_beginning { offsets.log_start } else { offsets.high_watermark }));
    }
    let (writer, response) = AnswerWriter::open(NDJSON, node.stall_limit);
    let reader = Reader { storage, positions, left: query.limit.unwrap_or(u64::MAX) };
    tokio::spawn(tell(node, reader, writer));
    Ok(response)
}

struct Reader {
    storage: Storage,
    positions: Vec<(TopicPartition, Offset)>,
    left: u64,
}

async fn tell(node: Arc<Node>, mut reader: Reader, writer: AnswerWriter) {
    let news = Arc::new(Notify::new());
    let mut watches = Vec::new();
    for (partition, _) in &reader.positions {
        let news = news.clone();
        let Ok(watch) = reader.storage.watch(partition, Arc::new(move || news.notify_one())) else { return };
        watches.push(watch);
    }
    while reader.left > 0 {
        let Ok((pieces, back)) = tokio::task::spawn_blocking(move || (reader.read(), reader)).await else {
            return;
        };
        reader = back;
        match pieces {
            Ok(pieces) if pieces.is_empty() => tokio::select! {
                () = news.notified() => {}
                () = writer.gone() => return,
                () = node.stop.stopped() => return,
            },
            Ok(pieces) => {
                for piece in pieces {
                    if writer.send(piece).await.is_err() {
                        return;
                    }
                }
            }
            Err(failure) => {
                writer.finish(format!("{}\n", failure.json()));
                return;
            }
        }
    }
}

impl Reader {
    /// What has come since, in pieces for the connection.
    fn read(&mut self) -> Result<Vec<String>, Failure> {
        let mut pieces = Vec::new();
        let mut out = String::new();
        for (partition, position) in &mut self.positions {
            if self.left == 0 {
                break;
            }
            let fetch: Fetch =
                self.storage.read(partition, *position, READ_BYTES, Isolation::ReadCommitted)?;
            for record in fetch.records() {
                let record = record?;
                if self.left == 0 {
                    break;
                }
                self.left -= 1;
                write_record(&mut out, partition.partition.0, &record);
                if out.len() >= PIECE_BYTES {
                    pieces.push(std::mem::take(&mut out));
                }
            }
            *position = fetch.next_offset.max(*position);
        }
        if !out.is_empty() {
            pieces.push(out);
        }
        Ok(pieces)
    }
}

fn write_record(out: &mut String, partition: i32, record: &storage::RecordRef<'_>) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{{\"partition\":{partition},\"offset\":{},\"timestamp\":{},\"key\":",
        record.offset, record.timestamp
    );
    write_bytes(out, record.key);
    out.push_str(",\"value\":");
    write_bytes(out, record.value);
    out.push_str("}\n");
}

/// JSON as it is, other text as a string, other bytes as `\x` escapes in a string.
fn write_bytes(out: &mut String, bytes: Option<&[u8]>) {
    let Some(bytes) = bytes else {
        out.push_str("null");
        return;
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(['\n', '\r']) && serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            out.push_str(text);
            return;
        }
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|byte| format!("\\x{byte:02X}")).collect(),
    };
    out.push_str(&Value::String(text.into_owned()).to_string());
}
