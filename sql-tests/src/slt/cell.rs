//! Records and values as lines of text.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use engine::plan::WindowKind;
use engine::schema::SqlType;

use crate::ksqldb::payload::TopicFormats;
use crate::node::Record;

/// Stands between the parts of a line.
const SEPARATOR: &str = " | ";

/// The record of a line `key | value | timestamp`, whose headers may follow as `name=text`.
///
/// # Errors
/// The line has no such parts.
pub fn record(line: &str, formats: &TopicFormats) -> Result<Record, String> {
    let mut parts = line.split(SEPARATOR).map(str::trim);
    let mut next = |what: &str| parts.next().ok_or_else(|| format!("{line}: the {what} is missing"));
    let (key, value, time) = (next("key")?, next("value")?, next("timestamp")?);
    Ok(Record {
        timestamp: time.parse().map_err(|error| format!("{line}: {error}"))?,
        key: bytes(key, &formats.key.name, formats.key_type.as_ref())?,
        value: bytes(value, &formats.value.name, formats.value_type.as_ref())?,
        headers: parts
            .map(|header| match header.split_once('=') {
                Some((name, text)) => (name.to_owned(), Some(text.as_bytes().to_vec())),
                None => (header.to_owned(), None),
            })
            .collect(),
    })
}

fn bytes(text: &str, format: &str, ty: Option<&SqlType>) -> Result<Option<Vec<u8>>, String> {
    if text == "null" {
        return Ok(None);
    }
    let wrong = |error: &dyn std::fmt::Display| format!("{text}: {error}");
    Ok(Some(match (format, ty) {
        ("KAFKA", Some(SqlType::Integer)) => {
            text.parse::<i32>().map_err(|e| wrong(&e))?.to_be_bytes().to_vec()
        }
        ("KAFKA", Some(SqlType::Bigint)) => {
            text.parse::<i64>().map_err(|e| wrong(&e))?.to_be_bytes().to_vec()
        }
        ("KAFKA", Some(SqlType::Double)) => {
            text.parse::<f64>().map_err(|e| wrong(&e))?.to_be_bytes().to_vec()
        }
        _ => text.as_bytes().to_vec(),
    }))
}

/// `key | value @timestamp`, with `[start..end]` behind a key that carries a window.
pub fn line(record: &Record, formats: &TopicFormats) -> String {
    let mut key = record.key.as_deref();
    let mut window = String::new();
    if let (Some(kind), Some(bytes)) = (formats.window, key) {
        let number = |from: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&bytes[from..from + 8]);
            i64::from_be_bytes(number)
        };
        let at = bytes.len() - if matches!(kind, WindowKind::Session { .. }) { 16 } else { 8 };
        window = match kind {
            WindowKind::Session { .. } => format!("[{}..{}]", number(at + 8), number(at)),
            WindowKind::Tumbling { size_ms } | WindowKind::Hopping { size_ms, .. } => {
                format!("[{}..{}]", number(at), number(at) + size_ms)
            }
        };
        key = Some(&bytes[..at]);
    }
    let headers: String = record
        .headers
        .iter()
        .map(|(name, value)| match value {
            Some(value) => format!("{SEPARATOR}{name}={}", String::from_utf8_lossy(value)),
            None => format!("{SEPARATOR}{name}"),
        })
        .collect();
    format!(
        "{}{window}{SEPARATOR}{} @{}{headers}",
        text(key, &formats.key.name, formats.key_type.as_ref()),
        text(record.value.as_deref(), &formats.value.name, formats.value_type.as_ref()),
        record.timestamp
    )
}

fn text(bytes: Option<&[u8]>, format: &str, ty: Option<&SqlType>) -> String {
    let Some(bytes) = bytes else { return "null".to_owned() };
    let number = |length: usize| (bytes.len() == length).then_some(bytes);
    match (format, ty) {
        ("KAFKA", Some(SqlType::Integer)) => {
            number(4).and_then(|b| b.try_into().ok()).map(|b| i32::from_be_bytes(b).to_string())
        }
        ("KAFKA", Some(SqlType::Bigint)) => {
            number(8).and_then(|b| b.try_into().ok()).map(|b| i64::from_be_bytes(b).to_string())
        }
        ("KAFKA", Some(SqlType::Double)) => {
            number(8).and_then(|b| b.try_into().ok()).map(|b| format!("{:?}", f64::from_be_bytes(b)))
        }
        _ => None,
    }
    .unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// A row of an answer: values as JSON, but texts without quotes.
pub fn row(columns: &[ArrayRef], row: usize) -> String {
    let values: Vec<String> = columns.iter().map(|column| value(column, row)).collect();
    values.join(SEPARATOR)
}

fn value(column: &ArrayRef, row: usize) -> String {
    if column.is_null(row) {
        return "NULL".to_owned();
    }
    if *column.data_type() == DataType::Utf8 {
        let text = column.as_string::<i32>().value(row);
        return if text.is_empty() { "(empty)".to_owned() } else { text.to_owned() };
    }
    let mut out = String::new();
    engine::answer::write_value(&mut out, column, row);
    out
}
