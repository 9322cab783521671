//! Records of a case to bytes and back, by the formats of the topic.

use engine::format::FormatInfo;
use engine::plan::WindowKind;
use engine::schema::SqlType;
use serde_json::{Number, Value};

use super::case::{Record, Window};
use super::compare::Actual;

/// How the records of a topic are written.
#[derive(Debug, Clone)]
pub struct TopicFormats {
    pub key: FormatInfo,
    pub value: FormatInfo,
    /// The type of the only key column; none if there are none or more.
    pub key_type: Option<SqlType>,
    /// The type of the only value column; none if there are none or more.
    pub value_type: Option<SqlType>,
    pub window: Option<WindowKind>,
}

/// The record as bytes.
///
/// # Errors
/// The format is none that records can be written in.
pub fn encode(record: &Record, formats: &TopicFormats) -> Result<crate::node::Record, String> {
    let mut key = encode_side(&record.key, &formats.key, formats.key_type.as_ref())?;
    if let (Some(key), Some(window)) = (&mut key, record.window) {
        if window.session {
            key.extend_from_slice(&window.end.to_be_bytes());
        }
        key.extend_from_slice(&window.start.to_be_bytes());
    }
    Ok(crate::node::Record {
        timestamp: record.timestamp.unwrap_or(0),
        key,
        value: encode_side(&record.value, &formats.value, formats.value_type.as_ref())?,
        headers: record.headers.clone(),
    })
}

fn encode_side(value: &Value, format: &FormatInfo, ty: Option<&SqlType>) -> Result<Option<Vec<u8>>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match format.name.as_str() {
        "JSON" => Ok(Some(value.to_string().into_bytes())),
        // What a NONE topic has is not looked at, but it may be there.
        "DELIMITED" | "NONE" => Ok(Some(plain(value).into_bytes())),
        "KAFKA" => encode_kafka(value, ty).map(Some),
        other => Err(format!("format not supported: {other}")),
    }
}

fn encode_kafka(value: &Value, ty: Option<&SqlType>) -> Result<Vec<u8>, String> {
    let number = || match value {
        Value::Number(number) => Ok(number.as_str().to_owned()),
        Value::String(text) => Ok(text.clone()),
        other => Err(format!("KAFKA takes a number here: {other}")),
    };
    let wrong = |error: &dyn std::fmt::Display| format!("KAFKA takes another number here: {value}: {error}");
    Ok(match ty {
        Some(SqlType::Integer) => number()?.parse::<i32>().map_err(|e| wrong(&e))?.to_be_bytes().to_vec(),
        Some(SqlType::Bigint) => number()?.parse::<i64>().map_err(|e| wrong(&e))?.to_be_bytes().to_vec(),
        Some(SqlType::Double) => number()?.parse::<f64>().map_err(|e| wrong(&e))?.to_be_bytes().to_vec(),
        _ => match value {
            Value::String(text) => text.clone().into_bytes(),
            other => other.to_string().into_bytes(),
        },
    })
}

/// A record read back: key, window, value.
#[derive(Debug, Clone)]
pub struct Decoded {
    pub key: Actual,
    pub window: Option<Window>,
    pub value: Actual,
}

/// The bytes as what a case compares with.
///
/// # Errors
/// The bytes are not what the format says.
pub fn decode(record: &crate::node::Record, formats: &TopicFormats) -> Result<Decoded, String> {
    let mut key = record.key.as_deref();
    let mut window = None;
    if let (Some(kind), Some(bytes)) = (formats.window, key) {
        let session = matches!(kind, WindowKind::Session { .. });
        let suffix = if session { 16 } else { 8 };
        let at = bytes.len().checked_sub(suffix).ok_or("a windowed key without its window")?;
        let number = |from: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&bytes[from..from + 8]);
            i64::from_be_bytes(number)
        };
        window = Some(match kind {
            WindowKind::Session { .. } => Window { start: number(at + 8), end: number(at), session },
            WindowKind::Tumbling { size_ms } | WindowKind::Hopping { size_ms, .. } => {
                Window { start: number(at), end: number(at).saturating_add(size_ms), session }
            }
        });
        key = Some(&bytes[..at]);
    }
    Ok(Decoded {
        key: decode_side(key, &formats.key, formats.key_type.as_ref()).map_err(|e| format!("key: {e}"))?,
        window,
        value: decode_side(record.value.as_deref(), &formats.value, formats.value_type.as_ref())
            .map_err(|e| format!("value: {e}"))?,
    })
}

fn decode_side(bytes: Option<&[u8]>, format: &FormatInfo, ty: Option<&SqlType>) -> Result<Actual, String> {
    let Some(bytes) = bytes else { return Ok(Actual::Null) };
    let text = || String::from_utf8_lossy(bytes).into_owned();
    match format.name.as_str() {
        "JSON" => match serde_json::from_slice(bytes) {
            Ok(Value::Null) => Ok(Actual::Null),
            Ok(value) => Ok(Actual::Json(value)),
            Err(error) => Err(format!("not JSON: {error}: {}", text())),
        },
        "DELIMITED" => Ok(Actual::Text(text())),
        "KAFKA" => decode_kafka(bytes, ty),
        "NONE" => Err(format!("there should be nothing, but there are {} bytes", bytes.len())),
        other => Err(format!("format not supported: {other}")),
    }
}

fn decode_kafka(bytes: &[u8], ty: Option<&SqlType>) -> Result<Actual, String> {
    let wrong =
        |_| format!("{} bytes are no {}", bytes.len(), ty.map_or("STRING".to_owned(), ToString::to_string));
    let number = |text: String| {
        serde_json::from_str::<Number>(&text)
            .map(|number| Actual::Json(Value::Number(number)))
            .map_err(|e| e.to_string())
    };
    match ty {
        Some(SqlType::Integer) => number(i32::from_be_bytes(bytes.try_into().map_err(wrong)?).to_string()),
        Some(SqlType::Bigint) => number(i64::from_be_bytes(bytes.try_into().map_err(wrong)?).to_string()),
        // As BigDecimal.valueOf(double) has it: the digits of the double's text, at least one behind the point.
        Some(SqlType::Double) => {
            number(format!("{:?}", f64::from_be_bytes(bytes.try_into().map_err(wrong)?)))
        }
        _ => Ok(Actual::Text(String::from_utf8_lossy(bytes).into_owned())),
    }
}
