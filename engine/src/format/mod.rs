//! How records' keys and values are written: one format is one file, and one line in [`FORMATS`].
//!
//! A format turns many payloads into columns at once and back. What cannot be read costs its record alone.

mod cells;
mod column;
mod decimal;
mod delimited;
mod digits;
mod json;
mod kafka;
mod none;
mod print;
pub mod window_key;

use std::borrow::Cow;

use arrow::array::ArrayRef;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::schema::{Column, SqlType};

/// Whether a payload is a record's key or its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    Key,
    Value,
}

/// A format with its settings, as a source's definition holds it. Plain data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FormatInfo {
    /// Upper case, for instance `JSON`.
    pub name: String,
    /// DELIMITED's delimiter where it is not a comma.
    pub delimiter: Option<char>,
    /// Whether a single column stands in a record of its own (`{"A": 1}`) or alone (`1`). Only formats that know both
    /// ask; a key of a single column is never wrapped.
    pub wrap_single: bool,
}

impl FormatInfo {
    /// The format of this name (any case) with its own defaults: a single value column in a record of its own.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_uppercase(), delimiter: None, wrap_single: true }
    }
}

/// What a format can do, for the checks of CREATE and CREATE AS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    pub key: bool,
    pub value: bool,
    /// More than one column.
    pub multiple_columns: bool,
    /// A single column can stand in a record of its own.
    pub wrap: bool,
    /// A single column can stand alone.
    pub unwrap: bool,
}

/// A payload that could not be read, or a row that could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Index in the batch.
    pub row: usize,
    pub reason: String,
}

/// A format of keys and values.
pub trait Format: Sync {
    fn name(&self) -> &'static str;
    fn abilities(&self) -> Abilities;
    /// Whether columns of these types can be written; the error says which cannot and why.
    fn check(&self, columns: &[Column], side: Side) -> Result<()>;
    /// A decoder for a record of `columns`, of which only the ones with `wanted[i]` are asked for.
    fn decoder(
        &self,
        info: &FormatInfo,
        side: Side,
        columns: &[Column],
        wanted: &[bool],
    ) -> Result<Box<dyn Decoder>>;
    fn encoder(&self, info: &FormatInfo, side: Side, columns: &[Column]) -> Result<Box<dyn Encoder>>;
}

/// Payloads in, columns out. Keeps what it learned of the layout from batch to batch.
pub trait Decoder: Send {
    /// One array per *wanted* column, each as long as `payloads`. A NULL payload gives a row of NULLs. So does one that
    /// cannot be read; it is named in `failures` (in row order). Which columns are wanted does not decide what can be read:
    /// a record whose unwanted columns are malformed fails too.
    fn decode(&mut self, payloads: &[Option<&[u8]>], failures: &mut Vec<Failure>) -> Result<Vec<ArrayRef>>;

    /// Rows of the last batch whose payload was not NULL but says that the whole record is (the JSON text `null`),
    /// ascending: in a table such a value deletes its key, as a NULL payload does.
    fn null_records(&self) -> &[usize] {
        &[]
    }
}

/// Columns in, payloads out.
pub trait Encoder: Send {
    /// Appends one payload per row to `out`. A row that cannot be written is a NULL payload named in `failures`.
    /// `columns` are all columns of the record, in order, each `rows` long; the caller decides which rows have no payload
    /// at all (tombstones) and does not ask about them.
    fn encode(
        &mut self,
        columns: &[ArrayRef],
        rows: usize,
        out: &mut Payloads,
        failures: &mut Vec<Failure>,
    ) -> Result<()>;
}

/// Payloads one behind the other in one buffer.
#[derive(Debug, Default, Clone)]
pub struct Payloads {
    pub bytes: Vec<u8>,
    /// Where payload `i` ends in `bytes`; it starts where the one before ends.
    pub ends: Vec<usize>,
    /// Rows whose payload is NULL, ascending (an empty payload is not NULL).
    pub nulls: Vec<usize>,
}

impl Payloads {
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.nulls.clear();
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Ends the payload that was written to `bytes`.
    pub fn end(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Adds a NULL payload.
    pub fn end_null(&mut self) {
        self.nulls.push(self.ends.len());
        self.ends.push(self.bytes.len());
    }

    pub fn get(&self, row: usize) -> Option<&[u8]> {
        let from = if row == 0 { 0 } else { self.ends[row - 1] };
        self.nulls.binary_search(&row).is_err().then(|| &self.bytes[from..self.ends[row]])
    }
}

/// All formats.
pub const FORMATS: &[&dyn Format] = &[&json::Json, &delimited::Delimited, &kafka::Kafka, &none::NoneFormat];

/// The format of a name (upper case).
pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().find(|format| format.name() == name).copied()
}

/// The error of a format that cannot carry these columns, in ksqlDB's words.
fn unsupported(format: &str, columns: &[Column], side: Side, reason: &str) -> Error {
    let name = match side {
        Side::Key => "Key",
        Side::Value => "Value",
    };
    let columns = column_list(columns, side);
    Error::user(format!(
        "{name} format does not support schema.\nformat: {format}\nschema: Persistence{{columns={columns}, features=[]}}\nreason: {reason}"
    ))
}

/// Columns as ksqlDB lists them: ``[`A` INTEGER KEY, `B` STRING KEY]``.
fn column_list(columns: &[Column], side: Side) -> String {
    let mark = if side == Side::Key { " KEY" } else { "" };
    let columns: Vec<_> =
        columns.iter().map(|column| format!("`{}` {}{mark}", column.name, column.ty)).collect();
    format!("[{}]", columns.join(", "))
}

/// The name of a type without what is in it.
fn base_type(ty: &SqlType) -> &'static str {
    match ty {
        SqlType::Boolean => "BOOLEAN",
        SqlType::Integer => "INTEGER",
        SqlType::Bigint => "BIGINT",
        SqlType::Double => "DOUBLE",
        SqlType::Decimal { .. } => "DECIMAL",
        SqlType::String => "STRING",
        SqlType::Bytes => "BYTES",
        SqlType::Timestamp => "TIMESTAMP",
        SqlType::Date => "DATE",
        SqlType::Time => "TIME",
        SqlType::Array(_) => "ARRAY",
        SqlType::Map(..) => "MAP",
        SqlType::Struct(_) => "STRUCT",
    }
}

/// Bytes as text, with U+FFFD for what is not UTF-8: as Java makes strings of bytes.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// The beginning of a value, short enough for a message.
fn shortened(value: &str) -> String {
    const SHOWN: usize = 60;
    let mut short: String = value.chars().take(SHOWN).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}
