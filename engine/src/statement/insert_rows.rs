//! Many rows at once, as JSON objects: what `/inserts-stream` takes.
//!
//! The rows are decoded to columns, and the columns encoded in the source's formats, a batch at a time. Field names are
//! those of columns in any case, or exact between back-quotes; a field that is no column is an error.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use storage::{Appended, BatchBuilder, Pending, TopicName, TopicPartition};

use super::create_source::value_columns;
use super::insert_values::target;
use crate::catalog::SourceDefinition;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::format::{self, Decoder, Encoder, FormatInfo, Payloads, Side};
use crate::runtime::partitioner::partition_of;
use crate::schema::{Column, Namespace, SqlType};
use crate::time;

/// A record batch is closed at this size, as those of queries are.
const BATCH_BYTES: usize = 1 << 20;
/// Spellings of field names that are remembered; more are looked up each time.
const SPELLINGS_MAX: usize = 1024;
const ROWTIME: &str = "ROWTIME";

/// Inserts rows into one stream or table.
pub struct RowInserter {
    engine: Engine,
    source: Arc<SourceDefinition>,
    /// Key columns, value columns, ROWTIME.
    columns: Vec<Column>,
    fields: Fields,
    decoder: Box<dyn Decoder>,
    key: Option<Box<dyn Encoder>>,
    value: Option<Box<dyn Encoder>>,
    topic: TopicName,
    partitions: usize,
    /// Where records without a key go next: together, a batch at a time.
    next_partition: usize,
    payloads: (Payloads, Payloads),
}

/// What became of some rows.
#[derive(Debug, Default)]
pub struct Inserted {
    /// How many of the rows, from the first, are on their way.
    pub rows: usize,
    /// When all of these are done, the rows are on disk.
    pub appends: Vec<Pending<Appended>>,
    /// Why the row after them is refused.
    pub failure: Option<Error>,
}

impl Engine {
    /// Prepares to insert rows. The name is in any case, or exact between back-quotes.
    ///
    /// # Errors
    /// A source that does not exist or takes no rows.
    pub fn row_inserter(&self, name: &str) -> Result<RowInserter> {
        let name = match name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
            Some(exact) => exact.to_owned(),
            None => name.to_uppercase(),
        };
        RowInserter::new(self, &name)
    }
}

impl RowInserter {
    fn new(engine: &Engine, name: &str) -> Result<Self> {
        let catalog = engine.catalog();
        target(&catalog, name)?;
        let source =
            catalog.source(name).cloned().ok_or_else(|| Error::internal("a target that is not there"))?;
        let keys = source.schema.key().to_vec();
        let values = value_columns(&source.schema);
        let mut columns = [keys.clone(), values.clone()].concat();
        columns.push(Column { name: ROWTIME.into(), ty: SqlType::Bigint, namespace: Namespace::Value });
        let json = FormatInfo::new("JSON");
        let topic = TopicName::new(&source.topic)?;
        let description = engine.storage().topic(&topic).ok_or_else(|| {
            Error::not_found(format!("The topic '{topic}' of {name} does not exist any more"))
        })?;
        Ok(Self {
            engine: engine.clone(),
            fields: Fields::new(&columns),
            decoder: find("JSON")?.decoder(&json, Side::Value, &columns, &vec![true; columns.len()])?,
            key: encoder(&source.key_format, Side::Key, &keys)?,
            value: encoder(&source.value_format, Side::Value, &values)?,
            columns,
            source,
            topic,
            partitions: description.partitions.max(1) as usize,
            next_partition: 0,
            payloads: Default::default(),
        })
    }

    /// Inserts rows, each a JSON object. Stops before the first that cannot be inserted.
    pub fn insert(&mut self, rows: &[&[u8]]) -> Inserted {
        match self.insert_checked(rows) {
            Ok(inserted) => inserted,
            Err(error) => Inserted { failure: Some(error), ..Inserted::default() },
        }
    }

    fn insert_checked(&mut self, rows: &[&[u8]]) -> Result<Inserted> {
        if !self.engine.catalog().source(&self.source.name).is_some_and(|now| Arc::ptr_eq(now, &self.source))
        {
            // Replaced or dropped since.
            *self = Self::new(&self.engine, &self.source.name)?;
        }
        let mut failure = None;
        let mut rewritten: Vec<Option<Vec<u8>>> = Vec::new();
        let mut accepted = rows.len();
        for (index, row) in rows.iter().enumerate() {
            match self.fields.check(row, &self.columns) {
                Ok(None) => {}
                Ok(Some(text)) => {
                    rewritten.resize(rows.len(), None);
                    rewritten[index] = Some(text);
                }
                Err(error) => {
                    (accepted, failure) = (index, Some(error));
                    break;
                }
            }
        }
        let payloads: Vec<Option<&[u8]>> = rows[..accepted]
            .iter()
            .enumerate()
            .map(|(index, row)| Some(rewritten.get(index).and_then(Option::as_deref).unwrap_or(row)))
            .collect();
        let mut failures = Vec::new();
        let mut columns = self.decoder.decode(&payloads, &mut failures)?;
        if let Some(first) = failures.first() {
            accepted = first.row;
            failure = Some(Error::user(format!("Failed to coerce a value of the row: {}", first.reason)));
        }
        let keys = self.source.schema.key().len();
        if self.source.is_table()
            && let Some(row) =
                (0..accepted).find(|row| columns[..keys].iter().any(|column| column.is_null(*row)))
        {
            accepted = row;
            failure = Some(Error::user(format!(
                "Failed to insert values into '{}'. Value for primary key column(s) {} is required for tables",
                self.source.name,
                self.columns[..keys]
                    .iter()
                    .map(|column| format!("`{}`", column.name))
                    .collect::<Vec<_>>()
                    .join(", ")
            )));
        }
        if accepted < rows.len() {
            columns = columns.iter().map(|column| column.slice(0, accepted)).collect();
        }
        let (appends, written, refused) = self.append(&columns, accepted)?;
        Ok(Inserted { rows: written, appends, failure: refused.or(failure) })
    }

    /// Gives the appends, how many rows they hold, and why the row after these cannot be written.
    #[allow(clippy::type_complexity)]
    fn append(
        &mut self,
        columns: &[ArrayRef],
        rows: usize,
    ) -> Result<(Vec<Pending<Appended>>, usize, Option<Error>)> {
        let keys = self.source.schema.key().len();
        let times = columns.last().and_then(|column| column.as_any().downcast_ref::<Int64Array>());
        let times = times.ok_or_else(|| Error::internal("ROWTIME is not a BIGINT"))?;
        let mut failures = Vec::new();
        self.payloads.0.clear();
        self.payloads.1.clear();
        if let Some(key) = &mut self.key {
            key.encode(&columns[..keys], rows, &mut self.payloads.0, &mut failures)?;
        }
        if let Some(value) = &mut self.value {
            value.encode(&columns[keys..columns.len() - 1], rows, &mut self.payloads.1, &mut failures)?;
        }
        let first = failures.iter().min_by_key(|failure| failure.row);
        let refused =
            first.map(|failure| Error::user(format!("Could not serialize value: {}", failure.reason)));
        let written = first.map_or(rows, |failure| failure.row);

        let now = self.engine.storage().clock().now_ms();
        let unkeyed = self.next_partition % self.partitions;
        self.next_partition = self.next_partition.wrapping_add(1);
        let mut open: Vec<BatchBuilder> = (0..self.partitions).map(|_| BatchBuilder::new()).collect();
        let mut appends = Vec::new();
        let storage = self.engine.storage();
        for row in 0..written {
            let has_key = self.key.is_some() && columns[..keys].iter().any(|column| column.is_valid(row));
            let key = has_key.then(|| self.payloads.0.get(row)).flatten();
            let value = self.value.as_ref().and_then(|_| self.payloads.1.get(row));
            let partition = key.map_or(unkeyed, |key| partition_of(key, self.partitions));
            let time = if times.is_valid(row) { times.value(row) } else { now };
            let batch = &mut open[partition];
            batch.push(time, key, value, &[]);
            if batch.byte_len() >= BATCH_BYTES {
                let to = TopicPartition::new(self.topic.clone(), partition as i32);
                appends.push(storage.append(&to, std::mem::take(batch).finish()));
            }
        }
        for (partition, batch) in open.into_iter().enumerate().filter(|(_, batch)| !batch.is_empty()) {
            appends.push(
                storage.append(&TopicPartition::new(self.topic.clone(), partition as i32), batch.finish()),
            );
        }
        Ok((appends, written, refused))
    }
}

fn find(name: &str) -> Result<&'static dyn format::Format> {
    format::find(name).ok_or_else(|| Error::user(format!("Unknown format: {name}")))
}

fn encoder(info: &FormatInfo, side: Side, columns: &[Column]) -> Result<Option<Box<dyn Encoder>>> {
    if columns.is_empty() {
        return Ok(None);
    }
    find(&info.name)?.encoder(info, side, columns).map(Some)
}

/// The names that fields may have.
struct Fields {
    /// Column by spelling.
    spellings: HashMap<String, Spelling>,
    /// Some column's values are written in another way than the JSON format has them.
    rewrite_all: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// The decoder finds the column by it.
    Plain,
    /// Between back-quotes.
    Quoted,
}

impl Fields {
    fn new(columns: &[Column]) -> Self {
        let spellings = columns.iter().map(|column| (column.name.clone(), Spelling::Plain)).collect();
        Self { spellings, rewrite_all: columns.iter().any(|column| has_times(&column.ty)) }
    }

    /// Whether the row is an object of known fields; its text in the JSON format, where that is another.
    fn check(&mut self, row: &[u8], columns: &[Column]) -> Result<Option<Vec<u8>>> {
        let mut quoted = false;
        let mut unknown = None;
        let mut reader = serde_json::Deserializer::from_slice(row);
        let visitor = FieldNames { fields: self, columns, quoted: &mut quoted, unknown: &mut unknown };
        reader
            .deserialize_map(visitor)
            .and_then(|()| reader.end())
            .map_err(|error| Error::user(format!("Invalid JSON in inserts stream: {error}")))?;
        if let Some(name) = unknown {
            return Err(Error::user(format!("Column name `{name}` does not exist.")));
        }
        if !quoted && !self.rewrite_all {
            return Ok(None);
        }
        let object: Map<String, Value> = serde_json::from_slice(row)
            .map_err(|error| Error::user(format!("Invalid JSON in inserts stream: {error}")))?;
        let mut rewritten = Map::new();
        for (name, value) in object {
            let Some(column) = column_of(&name, columns) else { continue };
            rewritten.insert(column.name.clone(), with_times(value, &column.ty)?);
        }
        let text = serde_json::to_vec(&rewritten).map_err(|error| Error::internal(error.to_string()))?;
        Ok(Some(text))
    }

    fn find(&mut self, name: &str, columns: &[Column]) -> Option<Spelling> {
        if let Some(known) = self.spellings.get(name) {
            return Some(*known);
        }
        column_of(name, columns)?;
        let spelling = if name.starts_with('`') { Spelling::Quoted } else { Spelling::Plain };
        if self.spellings.len() < SPELLINGS_MAX {
            self.spellings.insert(name.to_owned(), spelling);
        }
        Some(spelling)
    }
}

fn column_of<'c>(name: &str, columns: &'c [Column]) -> Option<&'c Column> {
    match name.strip_prefix('`').and_then(|name| name.strip_suffix('`')) {
        Some(exact) => columns.iter().find(|column| column.name == exact),
        None => columns
            .iter()
            .find(|column| column.name == name)
            .or_else(|| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))),
    }
}

/// Reads an object and looks at the names of its fields only.
struct FieldNames<'a> {
    fields: &'a mut Fields,
    columns: &'a [Column],
    quoted: &'a mut bool,
    unknown: &'a mut Option<String>,
}

impl<'de> Visitor<'de> for FieldNames<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<(), A::Error> {
        while map.next_key_seed(FieldName(&mut self))?.is_some() {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

struct FieldName<'a, 'b>(&'a mut FieldNames<'b>);

impl<'de> DeserializeSeed<'de> for FieldName<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldName<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> std::result::Result<(), E> {
        match self.0.fields.find(name, self.0.columns) {
            Some(Spelling::Plain) => {}
            Some(Spelling::Quoted) => *self.0.quoted = true,
            None => {
                self.0.unknown.get_or_insert_with(|| name.to_owned());
            }
        }
        Ok(())
    }
}

fn has_times(ty: &SqlType) -> bool {
    match ty {
        SqlType::Timestamp | SqlType::Date | SqlType::Time => true,
        SqlType::Array(element) => has_times(element),
        SqlType::Map(_, value) => has_times(value),
        SqlType::Struct(fields) => fields.iter().any(|field| has_times(&field.ty)),
        _ => false,
    }
}

/// The value with times that are written as text in the numbers that the JSON format has for them.
fn with_times(value: Value, ty: &SqlType) -> Result<Value> {
    let wrong = |text: &str, error: time::TimeError| Error::user(format!("'{text}' is no {ty}: {error}"));
    Ok(match (ty, value) {
        (SqlType::Timestamp, Value::String(text)) => {
            time::partial::parse_timestamp(&text).map_err(|e| wrong(&text, e))?.into()
        }
        (SqlType::Date, Value::String(text)) => {
            time::partial::parse_date(&text).map_err(|e| wrong(&text, e))?.into()
        }
        (SqlType::Time, Value::String(text)) => {
            time::partial::parse_time(&text).map_err(|e| wrong(&text, e))?.into()
        }
        (SqlType::Array(element), Value::Array(items)) => {
            items.into_iter().map(|item| with_times(item, element)).collect::<Result<Vec<_>>>()?.into()
        }
        (SqlType::Map(_, inner), Value::Object(entries)) => Value::Object(
            entries
                .into_iter()
                .map(|(key, value)| Ok((key, with_times(value, inner)?)))
                .collect::<Result<_>>()?,
        ),
        (SqlType::Struct(fields), Value::Object(entries)) => Value::Object(
            entries
                .into_iter()
                .map(|(name, value)| {
                    let field = fields.iter().find(|field| field.name.eq_ignore_ascii_case(&name));
                    let value = match field {
                        Some(field) => with_times(value, &field.ty)?,
                        None => value,
                    };
                    Ok((name, value))
                })
                .collect::<Result<_>>()?,
        ),
        (_, value) => value,
    })
}
