//! Values as Java's `toString` writes them, which CAST AS STRING shows: `[1, 2]`, `{k=v}`, `Struct{A=1}`.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int32Type, Int64Type, Time32MillisecondType, TimeUnit,
    TimestampMillisecondType,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike};

use super::decimal::DecimalColumn;
use crate::error::{Error, Result};
use crate::number::{write_decimal, write_double};

/// Writes the value at an index; `null` for NULL.
pub(super) fn write(out: &mut String, array: &ArrayRef, index: usize) -> Result<()> {
    if array.is_null(index) {
        out.push_str("null");
        return Ok(());
    }
    let written = match array.data_type() {
        DataType::Boolean => write!(out, "{}", array.as_boolean().value(index)),
        DataType::Int32 => write!(out, "{}", array.as_primitive::<Int32Type>().value(index)),
        DataType::Int64 => write!(out, "{}", array.as_primitive::<Int64Type>().value(index)),
        DataType::Float64 => write_double(out, array.as_primitive::<Float64Type>().value(index)),
        DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale) => {
            write_decimal(out, DecimalColumn::new(array)?.value(index), *scale as u16)
        }
        DataType::Utf8 => out.write_str(array.as_string::<i32>().value(index)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            timestamp(out, array.as_primitive::<TimestampMillisecondType>().value(index))
        }
        DataType::Date32 => date(out, array.as_primitive::<Date32Type>().value(index)),
        DataType::Time32(_) => time(out, array.as_primitive::<Time32MillisecondType>().value(index)),
        DataType::List(_) => return list(out, &array.as_list::<i32>().value(index)),
        DataType::Map(..) => return map(out, array, index),
        DataType::Struct(_) => return structure(out, array, index),
        other => return Err(Error::internal(format!("{other} has no text"))),
    };
    written.map_err(|_| Error::internal("a value cannot be written as text"))
}

fn list(out: &mut String, items: &ArrayRef) -> Result<()> {
    out.push('[');
    for index in 0..items.len() {
        out.push_str(if index == 0 { "" } else { ", " });
        write(out, items, index)?;
    }
    out.push(']');
    Ok(())
}

fn map(out: &mut String, array: &ArrayRef, index: usize) -> Result<()> {
    let entries = array.as_map().value(index);
    out.push('{');
    for entry in 0..entries.len() {
        out.push_str(if entry == 0 { "" } else { ", " });
        write(out, entries.column(0), entry)?;
        out.push('=');
        write(out, entries.column(1), entry)?;
    }
    out.push('}');
    Ok(())
}

/// Kafka Connect's struct, which leaves out fields that are NULL.
fn structure(out: &mut String, array: &ArrayRef, index: usize) -> Result<()> {
    let structs = array.as_struct();
    out.push_str("Struct{");
    let mut first = true;
    for (field, column) in structs.fields().iter().zip(structs.columns()) {
        if column.is_null(index) {
            continue;
        }
        out.push_str(if first { "" } else { "," });
        first = false;
        out.push_str(field.name());
        out.push('=');
        write(out, column, index)?;
    }
    out.push('}');
    Ok(())
}

fn timestamp(out: &mut String, millis: i64) -> std::fmt::Result {
    match DateTime::from_timestamp_millis(millis) {
        Some(at) => write!(out, "{}", at.format("%Y-%m-%dT%H:%M:%S%.3f")),
        None => write!(out, "{millis}"),
    }
}

fn date(out: &mut String, days: i32) -> std::fmt::Result {
    match NaiveDate::from_epoch_days(days) {
        Some(date) => write!(out, "{}", date.format("%Y-%m-%d")),
        None => write!(out, "{days}"),
    }
}

/// Java's LocalTime to the second: `09:05`, `09:05:01`.
fn time(out: &mut String, millis: i32) -> std::fmt::Result {
    match NaiveTime::from_num_seconds_from_midnight_opt(millis as u32 / 1000, 0) {
        Some(time) if time.second() == 0 => write!(out, "{}", time.format("%H:%M")),
        Some(time) => write!(out, "{}", time.format("%H:%M:%S")),
        None => write!(out, "{millis}"),
    }
}
