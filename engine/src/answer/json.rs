//! Arrow values as JSON.
//!
//! DECIMAL is a plain number; TIMESTAMP, DATE and TIME are ISO 8601 text; BYTES is base64; STRUCT and MAP are objects.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Decimal256Type, Float64Type, Int32Type, Int64Type,
    Time32MillisecondType, TimestampMillisecondType,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, NaiveDate, NaiveTime};

use crate::number::{write_decimal, write_double};

/// Writes the row as an array: `[1,"a",null]`.
pub fn write_row(out: &mut String, columns: &[ArrayRef], row: usize) {
    out.push('[');
    for (index, column) in columns.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        write_value(out, column, row);
    }
    out.push(']');
}

/// Writes one value.
pub fn write_value(out: &mut String, array: &ArrayRef, row: usize) {
    if array.is_null(row) {
        out.push_str("null");
        return;
    }
    // Writing to a String cannot fail.
    let _ = match array.data_type() {
        DataType::Boolean => write!(out, "{}", array.as_boolean().value(row)),
        DataType::Int32 => write!(out, "{}", array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => write!(out, "{}", array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => double(out, array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, scale) => {
            write_decimal(out, array.as_primitive::<Decimal128Type>().value(row), *scale as u16)
        }
        DataType::Decimal256(_, scale) => {
            write_decimal(out, array.as_primitive::<Decimal256Type>().value(row), *scale as u16)
        }
        DataType::Utf8 => text(out, array.as_string::<i32>().value(row)),
        DataType::Binary => {
            write!(out, "\"{}\"", BASE64_STANDARD.encode(array.as_binary::<i32>().value(row)))
        }
        DataType::Timestamp(..) => {
            let millis = array.as_primitive::<TimestampMillisecondType>().value(row);
            match DateTime::from_timestamp_millis(millis) {
                Some(at) => write!(out, "\"{}\"", at.format("%Y-%m-%dT%H:%M:%S%.3f")),
                None => write!(out, "{millis}"),
            }
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            match NaiveDate::from_epoch_days(days) {
                Some(date) => write!(out, "\"{}\"", date.format("%Y-%m-%d")),
                None => write!(out, "{days}"),
            }
        }
        DataType::Time32(_) => time(out, array.as_primitive::<Time32MillisecondType>().value(row)),
        DataType::List(_) => {
            list(out, &array.as_list::<i32>().value(row));
            Ok(())
        }
        DataType::Map(..) => {
            map(out, array, row);
            Ok(())
        }
        DataType::Struct(_) => {
            structure(out, array, row);
            Ok(())
        }
        other => text(out, &other.to_string()),
    };
}

fn double(out: &mut String, value: f64) -> std::fmt::Result {
    if value.is_finite() { write_double(out, value) } else { write!(out, "\"{}\"", name_of(value)) }
}

/// JSON has no such numbers; Jackson writes them as text.
fn name_of(value: f64) -> &'static str {
    match value {
        value if value.is_nan() => "NaN",
        value if value > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

fn text(out: &mut String, value: &str) -> std::fmt::Result {
    match serde_json::to_string(value) {
        Ok(json) => out.write_str(&json),
        Err(_) => Err(std::fmt::Error),
    }
}

fn time(out: &mut String, millis: i32) -> std::fmt::Result {
    let (seconds, millis) = (millis as u32 / 1000, millis as u32 % 1000);
    match NaiveTime::from_num_seconds_from_midnight_opt(seconds, millis * 1_000_000) {
        Some(time) if millis == 0 => write!(out, "\"{}\"", time.format("%H:%M:%S")),
        Some(time) => write!(out, "\"{}\"", time.format("%H:%M:%S%.3f")),
        None => write!(out, "{millis}"),
    }
}

fn list(out: &mut String, items: &ArrayRef) {
    out.push('[');
    for index in 0..items.len() {
        out.push_str(if index == 0 { "" } else { "," });
        write_value(out, items, index);
    }
    out.push(']');
}

fn map(out: &mut String, array: &ArrayRef, row: usize) {
    let entries = array.as_map().value(row);
    out.push('{');
    for entry in 0..entries.len() {
        out.push_str(if entry == 0 { "" } else { "," });
        let mut key = String::new();
        write_value(&mut key, entries.column(0), entry);
        if key.starts_with('"') {
            out.push_str(&key);
        } else {
            let _ = text(out, &key);
        }
        out.push(':');
        write_value(out, entries.column(1), entry);
    }
    out.push('}');
}

fn structure(out: &mut String, array: &ArrayRef, row: usize) {
    let structs = array.as_struct();
    out.push('{');
    for (index, (field, column)) in structs.fields().iter().zip(structs.columns()).enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        let _ = text(out, field.name());
        out.push(':');
        write_value(out, column, row);
    }
    out.push('}');
}
