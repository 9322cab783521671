//! Rows to records of a user's topic.

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Int64Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::Int64Type;
use storage::{BatchBuilder, EncodedBatch, Storage, TopicName, TopicPartition, Transaction};

use super::headers;
use super::partitioner::partition_of;
use super::timestamp::TimestampExtractor;
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};
use crate::format::{self, Encoder, Failure, FormatInfo, Payloads, Side, window_key};
use crate::operator::{Context, RowFailure};
use crate::plan::{TimestampColumn, WindowKind};
use crate::schema::{Column, Namespace};

/// A record batch is closed at this size: large batches cost the log less per record, and Kafka's clients read a
/// megabyte at a time by default.
const BATCH_BYTES: usize = 1 << 20;

/// The records of one task for a topic, since its last commit.
pub struct TopicSink {
    relation: Relation,
    key: Option<Box<dyn Encoder>>,
    value: Option<Box<dyn Encoder>>,
    window: Option<WindowKind>,
    timestamp: Option<(usize, TimestampExtractor)>,
    outputs: Vec<Output>,
    /// The partition of records without a key.
    own_partition: usize,
    stream_time: i64,
    bytes: usize,
    keys: Payloads,
    /// The keys again, with their windows.
    windowed_keys: Payloads,
    values: Payloads,
    times: Vec<i64>,
    failures: Vec<Failure>,
}

/// What goes to one partition.
struct Output {
    partition: TopicPartition,
    open: BatchBuilder,
    closed: Vec<EncodedBatch>,
    /// Size of the last batch, as a guess for the next.
    last_bytes: usize,
}

/// Where a topic sink writes to and how.
pub struct TopicTarget<'a> {
    pub topic: &'a str,
    pub key_format: &'a FormatInfo,
    pub value_format: &'a FormatInfo,
    pub window: Option<WindowKind>,
    pub timestamp: Option<&'a TimestampColumn>,
}

impl TopicSink {
    /// `partition` is the task's own.
    pub fn new(
        storage: &Storage,
        target: TopicTarget<'_>,
        relation: &Relation,
        partition: i32,
    ) -> Result<Self> {
        let outputs = outputs(storage, target.topic)?;
        let timestamp = match target.timestamp {
            Some(time) => {
                let fields = relation.key.iter().chain(&relation.value);
                let index = fields.clone().position(|field| field.name == time.column).ok_or_else(|| {
                    Error::user(format!("The TIMESTAMP column {} is not in the projection", time.column))
                })?;
                let ty = relation.type_at(index).ok_or_else(|| Error::internal("no timestamp column"))?;
                Some((index, TimestampExtractor::new(time, &ty)?))
            }
            None => None,
        };
        Ok(Self {
            key: key_encoder(target.key_format, relation)?,
            value: encoder(target.value_format, Side::Value, relation)?,
            window: target.window,
            timestamp,
            own_partition: partition as usize % outputs.len(),
            outputs,
            relation: relation.clone(),
            stream_time: 0,
            bytes: 0,
            keys: Payloads::default(),
            windowed_keys: Payloads::default(),
            values: Payloads::default(),
            times: Vec::new(),
            failures: Vec::new(),
        })
    }

    /// Bytes that wait for the commit.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Gives how many records were written.
    pub fn write(&mut self, batch: &ChangeBatch, context: &mut Context<'_>) -> Result<u64> {
        let selected;
        let batch = match &batch.ops {
            Some(ops) if ops.contains(&Op::UpdateBefore) => {
                let rows = (0..ops.len() as u32).filter(|row| ops[*row as usize] != Op::UpdateBefore);
                selected = batch.take(&UInt32Array::from_iter_values(rows))?;
                &selected
            }
            _ => batch,
        };
        let rows = batch.rows();
        if rows == 0 {
            return Ok(0);
        }
        let keys = self.relation.key.len();
        let columns = batch
            .columns
            .get(..self.relation.width())
            .ok_or_else(|| Error::internal("a batch has fewer columns than its relation says"))?;

        self.failures.clear();
        self.keys.clear();
        if let Some(key) = &mut self.key {
            key.encode(&columns[..keys], rows, &mut self.keys, &mut self.failures)?;
        }
        let mut failed: Vec<bool> = Vec::new();
        report(&mut self.failures, &mut failed, rows, |row| row, "serialize key", context);

        // Rows that are tombstones have no value: only the others are encoded.
        let live: Option<UInt32Array> =
            batch.ops.as_ref().filter(|ops| ops.iter().any(|op| is_tombstone(*op))).map(|ops| {
                UInt32Array::from_iter_values(
                    (0..rows as u32).filter(|row| !is_tombstone(ops[*row as usize])),
                )
            });
        self.values.clear();
        if let Some(value) = &mut self.value {
            let columns = &columns[keys..self.relation.rowtime()];
            match &live {
                None => value.encode(columns, rows, &mut self.values, &mut self.failures)?,
                Some(live) => {
                    let columns: Vec<ArrayRef> =
                        columns.iter().map(|column| take(column, live, None)).collect::<Result<_, _>>()?;
                    value.encode(&columns, live.len(), &mut self.values, &mut self.failures)?;
                }
            }
        }
        let row_of = |index: usize| live.as_ref().map_or(index, |live| live.value(index) as usize);
        report(&mut self.failures, &mut failed, rows, row_of, "serialize value", context);

        let rowtimes = batch.timestamps(&self.relation)?.values();
        self.stream_time = rowtimes.iter().copied().fold(self.stream_time, i64::max);
        self.times.clear();
        self.times.extend_from_slice(rowtimes);
        if let Some((index, extractor)) = &self.timestamp {
            if let Some(ops) = &batch.ops {
                for (time, op) in self.times.iter_mut().zip(ops.iter()) {
                    if is_tombstone(*op) {
                        *time = self.stream_time;
                    }
                }
            }
            let mut late = Vec::new();
            let wanted = |row: usize| !is_tombstone(batch.op(row));
            extractor.extract(&columns[*index], &mut self.times, wanted, |row, reason| {
                late.push(Failure { row, reason })
            })?;
            report(&mut late, &mut failed, rows, |row| row, "extract timestamp", context);
        }
        let window = match (self.window, self.relation.window_start()) {
            (Some(kind), Some(start)) => Some((kind, longs(&columns[start])?, longs(&columns[start + 1])?)),
            (None, _) => None,
            (Some(_), None) => {
                return Err(Error::internal("the sink's keys are windowed, but its rows are not"));
            }
        };
        let written = self.append(batch, &failed, window);
        Ok(written)
    }

    fn append(
        &mut self,
        batch: &ChangeBatch,
        failed: &[bool],
        window: Option<(WindowKind, &Int64Array, &Int64Array)>,
    ) -> u64 {
        let rows = batch.rows();
        let partitions = self.outputs.len();
        let has_key = self.key.is_some();
        let has_value = self.value.is_some();
        if let Some((kind, starts, ends)) = window {
            self.windowed_keys.clear();
            window_key::join(kind, &self.keys, starts.values(), ends.values(), &mut self.windowed_keys);
        }
        let mut key_nulls = self.keys.nulls.iter().copied().peekable();
        let mut value_nulls = self.values.nulls.iter().copied().peekable();
        let (mut key_at, mut value_at, mut value_row) = (0, 0, 0);
        let mut written = 0;
        for row in 0..rows {
            let mut key = None;
            if has_key {
                let end = self.keys.ends[row];
                let bytes = &self.keys.bytes[key_at..end];
                key_at = end;
                key = key_nulls.next_if_eq(&row).is_none().then_some(bytes);
            }
            let mut value = None;
            if has_value && !batch.ops.as_ref().is_some_and(|ops| is_tombstone(ops[row])) {
                let end = self.values.ends[value_row];
                let bytes = &self.values.bytes[value_at..end];
                value_at = end;
                value = value_nulls.next_if_eq(&value_row).is_none().then_some(bytes);
                value_row += 1;
            }
            if !failed.is_empty() && failed[row] {
                continue;
            }
            // The window is no part of what chooses the partition, as in Kafka Streams.
            let partition = match key {
                Some(key) => partition_of(key, partitions),
                None => self.own_partition,
            };
            if window.is_some() && key.is_some() {
                key = self.windowed_keys.get(row);
            }
            let output = &mut self.outputs[partition];
            let before = output.open.byte_len();
            match &batch.headers {
                None => output.open.push(self.times[row], key, value, &[]),
                Some(headers) => {
                    push_with_headers(&mut output.open, self.times[row], key, value, headers, row)
                }
            }
            written += 1;
            self.bytes += output.open.byte_len() - before;
            if output.open.byte_len() >= BATCH_BYTES {
                output.close();
            }
        }
        written
    }

    /// Moves everything into a commit.
    pub fn drain(&mut self, transaction: &mut Transaction) {
        drain(&mut self.outputs, transaction);
        self.bytes = 0;
    }
}

impl Output {
    fn close(&mut self) {
        self.last_bytes = self.open.byte_len();
        let capacity = if self.last_bytes >= BATCH_BYTES { BATCH_BYTES + BATCH_BYTES / 16 } else { 0 };
        let full = std::mem::replace(&mut self.open, BatchBuilder::with_capacity(capacity));
        self.closed.push(full.finish());
    }
}

/// The open batches of a topic's partitions.
pub(super) struct Outputs(Vec<Output>);

impl Outputs {
    pub fn new(storage: &Storage, topic: &str) -> Result<Self> {
        outputs(storage, topic).map(Self)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Appends a record; gives its bytes.
    pub fn push(&mut self, partition: usize, timestamp: i64, value: &[u8]) -> usize {
        let output = &mut self.0[partition];
        let before = output.open.byte_len();
        output.open.push(timestamp, None, Some(value), &[]);
        let bytes = output.open.byte_len() - before;
        if output.open.byte_len() >= BATCH_BYTES {
            output.close();
        }
        bytes
    }

    pub fn drain(&mut self, transaction: &mut Transaction) {
        drain(&mut self.0, transaction);
    }
}

fn drain(outputs: &mut [Output], transaction: &mut Transaction) {
    for output in outputs {
        if !output.open.is_empty() {
            let rest = std::mem::take(&mut output.open);
            output.closed.push(rest.finish());
        }
        for batch in output.closed.drain(..) {
            transaction.append(output.partition.clone(), batch);
        }
    }
}

fn outputs(storage: &Storage, topic: &str) -> Result<Vec<Output>> {
    let name = TopicName::new(topic)?;
    let description = storage
        .topic(&name)
        .ok_or_else(|| Error::external(format!("the topic {topic} to write to does not exist")))?;
    Ok((0..description.partitions)
        .map(|partition| Output {
            partition: TopicPartition::new(name.clone(), partition),
            open: BatchBuilder::new(),
            closed: Vec::new(),
            last_bytes: 0,
        })
        .collect())
}

/// The encoder of a relation's key; none if it has none.
pub(super) fn key_encoder(info: &FormatInfo, relation: &Relation) -> Result<Option<Box<dyn Encoder>>> {
    encoder(info, Side::Key, relation)
}

fn encoder(info: &FormatInfo, side: Side, relation: &Relation) -> Result<Option<Box<dyn Encoder>>> {
    let (fields, namespace) = match side {
        Side::Key => (&relation.key, Namespace::Key),
        Side::Value => (&relation.value, Namespace::Value),
    };
    if fields.is_empty() {
        return Ok(None);
    }
    let columns: Vec<Column> = fields
        .iter()
        .map(|field| Column { name: field.name.clone(), ty: field.ty.clone(), namespace: namespace.clone() })
        .collect();
    let format =
        format::find(&info.name).ok_or_else(|| Error::user(format!("Unknown format: {}", info.name)))?;
    format.encoder(info, side, &columns).map(Some)
}

#[inline]
fn is_tombstone(op: Op) -> bool {
    matches!(op, Op::Delete | Op::Tombstone)
}

fn longs(column: &ArrayRef) -> Result<&Int64Array> {
    column.as_primitive_opt::<Int64Type>().ok_or_else(|| Error::internal("a window bound is not a BIGINT"))
}

/// Tells of the rows that cannot be written and marks them.
fn report(
    failures: &mut Vec<Failure>,
    failed: &mut Vec<bool>,
    rows: usize,
    row_of: impl Fn(usize) -> usize,
    operation: &'static str,
    context: &mut Context<'_>,
) {
    for failure in failures.drain(..) {
        failed.resize(rows, false);
        failed[row_of(failure.row)] = true;
        context.metrics.failed_rows += 1;
        context.log.failed(RowFailure { operation, reason: failure.reason, position: None });
    }
}

#[cold]
fn push_with_headers(
    builder: &mut BatchBuilder,
    time: i64,
    key: Option<&[u8]>,
    value: Option<&[u8]>,
    headers: &BinaryArray,
    row: usize,
) {
    let mut list = Vec::new();
    if headers.is_valid(row) && headers::decode(headers.value(row), &mut list).is_err() {
        // Written by this process a moment ago: an empty list is all that can be said of it.
        list.clear();
    }
    builder.push(time, key, value, &list);
}
