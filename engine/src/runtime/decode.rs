//! Records of a user's topic into columns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BinaryBuilder, BooleanArray, Int64Array};
use arrow::compute::filter;
use storage::{Fetch, RecordRef, TopicPartition};

use super::chunk::Chunk;
use super::headers;
use super::timestamp::TimestampExtractor;
use crate::change::Op;
use crate::error::{Error, Result};
use crate::format::{self, Decoder, Failure, FormatInfo, Side, window_key};
use crate::operator::{ProcessingLog, RowFailure};
use crate::plan::{Source, SourceKind, TimestampColumn, WindowKind};
use crate::schema::{Column, Namespace};

/// All that decides what the records of a topic mean. Sources of the same shape share their decoding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shape {
    kind: SourceKind,
    key_format: FormatInfo,
    value_format: FormatInfo,
    columns: Vec<Column>,
    timestamp: Option<TimestampColumn>,
    window: Option<WindowKind>,
}

impl Shape {
    pub fn of(source: &Source) -> Self {
        Self {
            kind: source.kind,
            key_format: source.key_format.clone(),
            value_format: source.value_format.clone(),
            columns: source.columns.clone(),
            timestamp: source.timestamp.clone(),
            window: source.window,
        }
    }

    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// `wanted` and what has to be decoded besides: the timestamp column, and a table's key, which says whether a
    /// record counts.
    pub fn needed(&self, wanted: &[usize]) -> Vec<bool> {
        let mut needed = vec![false; self.columns.len()];
        for index in wanted {
            if let Some(entry) = needed.get_mut(*index) {
                *entry = true;
            }
        }
        for (entry, column) in needed.iter_mut().zip(&self.columns) {
            let is_time = self.timestamp.as_ref().is_some_and(|time| time.column == column.name);
            let is_table_key = self.kind == SourceKind::Table && column.namespace == Namespace::Key;
            *entry |= is_time || is_table_key;
        }
        needed
    }
}

/// One side of the records: its decoder and where its answers go.
struct SideDecoder {
    decoder: Box<dyn Decoder>,
    /// Indices of the wanted columns in the source's columns.
    columns: Vec<usize>,
    operation: &'static str,
}

impl SideDecoder {
    fn new(shape: &Shape, side: Side, needed: &[bool]) -> Result<Option<Self>> {
        let (namespace, info, operation) = match side {
            Side::Key => (Namespace::Key, &shape.key_format, "deserialize key"),
            Side::Value => (Namespace::Value, &shape.value_format, "deserialize value"),
        };
        let indices: Vec<usize> =
            (0..shape.columns.len()).filter(|index| shape.columns[*index].namespace == namespace).collect();
        let wanted: Vec<bool> = indices.iter().map(|index| needed[*index]).collect();
        let reads = wanted.contains(&true);
        // Keys that nobody asks for are not looked at. Values are: a record that cannot be read does not count.
        if indices.is_empty() || (side == Side::Key && !reads) {
            return Ok(None);
        }
        let columns: Vec<Column> = indices.iter().map(|index| shape.columns[*index].clone()).collect();
        let format =
            format::find(&info.name).ok_or_else(|| Error::user(format!("Unknown format: {}", info.name)))?;
        let decoder = format.decoder(info, side, &columns, &wanted)?;
        let columns = indices.into_iter().filter(|index| needed[*index]).collect();
        Ok(Some(Self { decoder, columns, operation }))
    }

    fn decode(
        &mut self,
        payloads: &[Option<&[u8]>],
        out: &mut [Option<ArrayRef>],
        failures: &mut Vec<Failure>,
    ) -> Result<()> {
        let arrays = self.decoder.decode(payloads, failures)?;
        if arrays.len() != self.columns.len() {
            return Err(Error::internal("a format gave another number of columns than was asked for"));
        }
        for (index, array) in self.columns.iter().zip(arrays) {
            out[*index] = Some(array);
        }
        Ok(())
    }
}

/// Decodes the records of one partition, of which some columns are needed.
pub struct RecordDecoder {
    shape: Shape,
    partition: TopicPartition,
    topic: Arc<str>,
    key: Option<SideDecoder>,
    value: Option<SideDecoder>,
    /// Header columns that are needed.
    header_columns: Vec<usize>,
    timestamp: Option<(usize, TimestampExtractor)>,
    /// The only key column of a table: a record whose key is NULL does not count.
    table_key: Option<usize>,
}

/// Rows that are left out, and how many of them are worth a line in the processing log.
struct Dropped<'a> {
    keep: Vec<bool>,
    failed: u64,
    offsets: &'a [i64],
    topic: &'a Arc<str>,
    partition: i32,
    log: &'a dyn ProcessingLog,
}

impl Dropped<'_> {
    fn drop(&mut self, row: usize, operation: &'static str, reason: String) {
        if self.keep.is_empty() {
            self.keep = vec![true; self.offsets.len()];
        }
        // A record that fails twice is told of once.
        if std::mem::replace(&mut self.keep[row], false) {
            self.failed += 1;
            let position = Some((self.topic.clone(), self.partition, self.offsets[row]));
            self.log.failed(RowFailure { operation, reason, position });
        }
    }

    fn kept(&self, row: usize) -> bool {
        self.keep.get(row).copied().unwrap_or(true)
    }
}

impl RecordDecoder {
    pub fn new(shape: &Shape, partition: TopicPartition, needed: &[bool]) -> Result<Self> {
        let timestamp = match &shape.timestamp {
            Some(time) => {
                let index = shape.columns.iter().position(|column| column.name == time.column);
                let index = index.ok_or_else(|| {
                    Error::user(format!("The timestamp column {} is no column of the source", time.column))
                })?;
                Some((index, TimestampExtractor::new(time, &shape.columns[index].ty)?))
            }
            None => None,
        };
        let is_header =
            |column: &Column| matches!(column.namespace, Namespace::Headers | Namespace::Header(_));
        let keys: Vec<usize> =
            (0..shape.columns.len()).filter(|i| shape.columns[*i].namespace == Namespace::Key).collect();
        Ok(Self {
            key: SideDecoder::new(shape, Side::Key, needed)?,
            value: SideDecoder::new(shape, Side::Value, needed)?,
            header_columns: (0..needed.len())
                .filter(|i| needed[*i] && is_header(&shape.columns[*i]))
                .collect(),
            table_key: (shape.kind == SourceKind::Table && keys.len() == 1).then(|| keys[0]),
            topic: partition.topic.as_str().into(),
            shape: shape.clone(),
            partition,
            timestamp,
        })
    }

    /// The rows of a fetch; what cannot be read is told to `log` and left out.
    pub fn decode(&mut self, fetch: &Fetch, log: &dyn ProcessingLog) -> Result<Chunk> {
        // A guess from the size of a small record, so that the vectors mostly grow once at most.
        let guess = fetch.batches.len() / 128 + 8;
        let mut offsets = Vec::with_capacity(guess);
        let mut times = Vec::with_capacity(guess);
        let mut keys: Vec<Option<&[u8]>> = Vec::new();
        let mut values: Vec<Option<&[u8]>> = Vec::with_capacity(guess);
        let reads_keys =
            self.key.is_some() || self.shape.window.is_some() || self.shape.kind == SourceKind::Table;
        if reads_keys {
            keys.reserve(guess);
        }
        let mut any_headers = false;
        let mut any_null = false;
        for record in fetch.records() {
            let record = record?;
            offsets.push(record.offset);
            times.push(record.timestamp);
            values.push(record.value);
            if reads_keys {
                keys.push(record.key);
            }
            any_headers |= record.has_headers();
            any_null |= record.value.is_none();
        }
        let rows = offsets.len();
        let mut dropped = Dropped {
            keep: Vec::new(),
            failed: 0,
            offsets: &offsets,
            topic: &self.topic,
            partition: self.partition.partition.0,
            log,
        };

        let mut columns = vec![None; self.shape.columns.len()];
        let mut failures = Vec::new();
        let window = match self.shape.window {
            Some(kind) => {
                let mut inner = Vec::new();
                let windows = window_key::split(kind, &keys, &mut inner, &mut failures);
                keys = inner;
                let (starts, ends) = windows.into_arrays();
                Some([Arc::new(starts) as ArrayRef, Arc::new(ends)])
            }
            None => None,
        };
        for failure in failures.drain(..) {
            dropped.drop(failure.row, "deserialize key", failure.reason);
        }
        for (side, payloads) in [(&mut self.key, &keys), (&mut self.value, &values)] {
            let Some(side) = side else { continue };
            side.decode(payloads, &mut columns, &mut failures)?;
            for failure in failures.drain(..) {
                dropped.drop(failure.row, side.operation, failure.reason);
            }
        }
        // A value may say NULL in the words of its format.
        let null_records = self.value.as_ref().map_or(&[][..], |side| side.decoder.null_records());
        let ops = (any_null || !null_records.is_empty()).then(|| {
            let op = |value: &Option<&[u8]>| if value.is_some() { Op::Insert } else { Op::Tombstone };
            let mut ops: Vec<Op> = values.iter().map(op).collect();
            for row in null_records {
                ops[*row] = Op::Tombstone;
            }
            ops
        });
        if self.shape.kind == SourceKind::Table {
            let key = self.table_key.and_then(|index| columns[index].as_ref());
            for row in 0..rows {
                if keys[row].is_none() || key.is_some_and(|key| key.is_null(row)) {
                    dropped.drop(row, "source", "a record of a table has no key".to_owned());
                }
            }
        }
        if let Some((index, extractor)) = &self.timestamp {
            // Records without a value keep their own time, as in ksqlDB.
            let column = columns[*index].as_ref().ok_or_else(|| Error::internal("no timestamp column"))?;
            let mut failed = Vec::new();
            extractor.extract(
                column,
                &mut times,
                |row| ops.as_ref().is_none_or(|ops| ops[row] == Op::Insert) && dropped.kept(row),
                |row, reason| failed.push((row, reason)),
            )?;
            for (row, reason) in failed {
                dropped.drop(row, "extract timestamp", reason);
            }
        }
        let mut raw_headers = None;
        if any_headers || !self.header_columns.is_empty() {
            let records: Vec<RecordRef<'_>> = fetch.records().collect::<Result<_, _>>()?;
            for index in &self.header_columns {
                let column = &self.shape.columns[*index];
                columns[*index] = Some(match &column.namespace {
                    Namespace::Header(key) => headers::column_of_one(key, &records),
                    _ => headers::column_of_all(&column.ty, &records)?,
                });
            }
            raw_headers = any_headers.then(|| raw_header_column(&records));
        }
        let (keep, failed) = (std::mem::take(&mut dropped.keep), dropped.failed);
        let chunk = Chunk {
            from: fetch.from.0,
            next: fetch.next_offset.0,
            offsets: Arc::new(Int64Array::from(offsets)),
            rowtimes: Arc::new(Int64Array::from(times)),
            columns,
            window,
            ops: ops.map(Into::into),
            headers: raw_headers,
            failed,
        };
        if keep.is_empty() { Ok(chunk) } else { retain(chunk, &BooleanArray::from(keep)) }
    }
}

fn raw_header_column(records: &[RecordRef<'_>]) -> Arc<BinaryArray> {
    let mut builder = BinaryBuilder::new();
    let mut scratch = Vec::new();
    for record in records {
        scratch.clear();
        headers::encode(record, &mut scratch);
        builder.append_value(&scratch);
    }
    Arc::new(builder.finish())
}

/// The rows of a chunk that the mask names.
fn retain(chunk: Chunk, keep: &BooleanArray) -> Result<Chunk> {
    let numbers = |array: &Int64Array| -> Result<Arc<Int64Array>> {
        Ok(Arc::new(
            filter(array, keep)?
                .as_any()
                .downcast_ref()
                .cloned()
                .unwrap_or_else(|| Int64Array::from(vec![0; 0])),
        ))
    };
    let offsets = numbers(&chunk.offsets)?;
    let rowtimes = numbers(&chunk.rowtimes)?;
    let columns = chunk
        .columns
        .iter()
        .map(|column| column.as_ref().map(|column| filter(column, keep)).transpose())
        .collect::<Result<_, _>>()?;
    let window = match &chunk.window {
        Some([start, end]) => Some([filter(start, keep)?, filter(end, keep)?]),
        None => None,
    };
    let ops = chunk
        .ops
        .as_ref()
        .map(|ops| ops.iter().enumerate().filter(|(row, _)| keep.value(*row)).map(|(_, op)| *op).collect());
    let headers = match &chunk.headers {
        Some(headers) => {
            filter(headers.as_ref(), keep)?.as_any().downcast_ref::<BinaryArray>().cloned().map(Arc::new)
        }
        None => None,
    };
    Ok(Chunk { offsets, rowtimes, columns, window, ops, headers, ..chunk })
}
