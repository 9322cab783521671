//! TO_JSON_STRING.

use std::fmt::{self, Write};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Decimal256Type, Float64Type, Int32Type, Int64Type,
    Time32MillisecondType, TimestampMillisecondType,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike};

use crate::error::{Error, Result};
use crate::function::{Call, Category, Example, Returns, ScalarFunction, Variant};
use crate::number::{write_decimal, write_double};

pub(super) static TO_JSON_STRING: ScalarFunction = ScalarFunction {
    name: "TO_JSON_STRING",
    category: Category::Json,
    description: "A value of any type as JSON text.",
    variants: &[Variant {
        signature: "(input T) -> STRING",
        description: "Fields and keys in the order of the alphabet, times in ISO 8601, bytes in base64; the text null \
                      for NULL.",
        returns: Returns::Declared,
        call: to_json_string,
    }],
    examples: &[
        Example {
            call: "TO_JSON_STRING(STRUCT(b := 1, a := ARRAY['x']))",
            result: "\"{\\\"A\\\":[\\\"x\\\"],\\\"B\\\":1}\"",
        },
        Example { call: "TO_JSON_STRING(CAST(NULL AS INT))", result: "\"null\"" },
    ],
};

fn to_json_string(call: &Call<'_>) -> Result<ArrayRef> {
    let (array, constant) = call.column(0)?;
    let mut out = StringBuilder::new();
    for row in 0..call.rows {
        write(&mut out, array, if constant { 0 } else { row })
            .map_err(|_| Error::internal(format!("TO_JSON_STRING cannot write {:?}", array.data_type())))?;
        out.append_value("");
    }
    Ok(Arc::new(out.finish()))
}

fn write(out: &mut StringBuilder, array: &ArrayRef, index: usize) -> fmt::Result {
    if array.is_null(index) {
        return out.write_str("null");
    }
    match array.data_type() {
        DataType::Boolean => write!(out, "{}", array.as_boolean().value(index)),
        DataType::Int32 => write!(out, "{}", array.as_primitive::<Int32Type>().value(index)),
        DataType::Int64 => write!(out, "{}", array.as_primitive::<Int64Type>().value(index)),
        DataType::Float64 => match array.as_primitive::<Float64Type>().value(index) {
            value if value.is_finite() => write_double(out, value),
            // JSON has no number for these.
            value => {
                out.write_char('"')?;
                write_double(out, value)?;
                out.write_char('"')
            }
        },
        DataType::Decimal128(_, scale) => {
            write_decimal(out, array.as_primitive::<Decimal128Type>().value(index), *scale as u16)
        }
        DataType::Decimal256(_, scale) => {
            write_decimal(out, array.as_primitive::<Decimal256Type>().value(index), *scale as u16)
        }
        DataType::Utf8 => string(out, array.as_string::<i32>().value(index)),
        DataType::Binary => {
            write!(out, "\"{}\"", BASE64_STANDARD.encode(array.as_binary::<i32>().value(index)))
        }
        DataType::Timestamp(..) => {
            timestamp(out, array.as_primitive::<TimestampMillisecondType>().value(index))
        }
        DataType::Date32 => date(out, array.as_primitive::<Date32Type>().value(index)),
        DataType::Time32(_) => time(out, array.as_primitive::<Time32MillisecondType>().value(index)),
        DataType::List(_) => list(out, &array.as_list::<i32>().value(index)),
        DataType::Map(..) => {
            let entries = array.as_map().value(index);
            let keys = entries.column(0).as_string_opt::<i32>().ok_or(fmt::Error)?;
            let names = keys.iter().map(|key| key.unwrap_or("null"));
            object(out, names.enumerate().map(|(entry, name)| (name, entries.column(1), entry)))
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            object(
                out,
                fields.iter().zip(columns).map(|(field, column)| (field.name().as_str(), column, index)),
            )
        }
        _ => Err(fmt::Error),
    }
}

fn list(out: &mut StringBuilder, items: &ArrayRef) -> fmt::Result {
    out.write_char('[')?;
    for item in 0..items.len() {
        out.write_str(if item == 0 { "" } else { "," })?;
        write(out, items, item)?;
    }
    out.write_char(']')
}

/// Fields as their name, the column of the value and the index in it.
fn object<'a>(
    out: &mut StringBuilder,
    fields: impl Iterator<Item = (&'a str, &'a ArrayRef, usize)>,
) -> fmt::Result {
    let mut fields: Vec<_> = fields.collect();
    fields.sort_by_key(|(name, _, _)| *name);
    out.write_char('{')?;
    for (place, (name, column, index)) in fields.into_iter().enumerate() {
        out.write_str(if place == 0 { "" } else { "," })?;
        string(out, name)?;
        out.write_char(':')?;
        write(out, column, index)?;
    }
    out.write_char('}')
}

fn string(out: &mut StringBuilder, text: &str) -> fmt::Result {
    out.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

fn timestamp(out: &mut StringBuilder, millis: i64) -> fmt::Result {
    let time = DateTime::from_timestamp_millis(millis).ok_or(fmt::Error)?;
    write!(out, "\"{}\"", time.format("%Y-%m-%dT%H:%M:%S%.3f"))
}

fn date(out: &mut StringBuilder, days: i32) -> fmt::Result {
    write!(out, "\"{}\"", NaiveDate::from_epoch_days(days).ok_or(fmt::Error)?)
}

/// As java.time.LocalTime prints: seconds and what is below them only when they are not 0.
fn time(out: &mut StringBuilder, millis: i32) -> fmt::Result {
    let (seconds, rest) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds as u32, rest as u32 * 1_000_000)
        .ok_or(fmt::Error)?;
    match (time.second(), rest) {
        (0, 0) => write!(out, "\"{}\"", time.format("%H:%M")),
        (_, 0) => write!(out, "\"{}\"", time.format("%H:%M:%S")),
        _ => write!(out, "\"{}\"", time.format("%H:%M:%S%.3f")),
    }
}
