//! CAST. What a text does not say in the target type fails the row; NULL stays NULL.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryBuilder, BooleanArray, ListArray, MapArray,
    PrimitiveArray, StringArray, StringBuilder, StructArray, new_null_array,
};
use arrow::compute::cast as arrow_cast;
use arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int32Type, Int64Type, Time32MillisecondType, TimestampMillisecondType,
    i256,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::decimal::{self, DecimalColumn};
use super::java_text;
use super::node::{Value, downcast, shared};
use crate::error::{Error, Result};
use crate::function::failure;
use crate::number::{
    decimal_from_double, decimal_to_double, decimal_to_integer, parse_decimal, parse_double, parse_integer,
    rescale,
};
use crate::schema::{SqlType, StructField};

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

pub(super) fn evaluate(value: Value, from: &SqlType, to: &SqlType) -> Result<Value> {
    let array = column(value.array(), from, to)?;
    Ok(if value.is_constant() { Value::Constant(array) } else { Value::Column(array) })
}

fn column(array: &ArrayRef, from: &SqlType, to: &SqlType) -> Result<ArrayRef> {
    use SqlType::{
        Array as List, Bigint, Boolean, Bytes, Date, Decimal, Double, Integer, Map, String, Struct, Time,
        Timestamp,
    };
    if from == to {
        return Ok(array.clone());
    }
    Ok(match (from, to) {
        (Integer, Bigint | Double) => arrow_cast(array, &to.to_arrow())?,
        (Bigint, Integer) => {
            shared(array.as_primitive::<Int64Type>().unary::<_, Int32Type>(|value| value as i32))
        }
        (Bigint, Double) => {
            shared(array.as_primitive::<Int64Type>().unary::<_, Float64Type>(|value| value as f64))
        }
        (Double, Integer) => {
            shared(array.as_primitive::<Float64Type>().unary::<_, Int32Type>(|value| value as i32))
        }
        (Double, Bigint) => {
            shared(array.as_primitive::<Float64Type>().unary::<_, Int64Type>(|value| value as i64))
        }
        (Integer | Bigint, Decimal { precision, scale }) => {
            let wide = arrow_cast(array, &DataType::Int64)?;
            let values = wide.as_primitive::<Int64Type>();
            to_decimal(array, *precision, *scale, |row| {
                rescale(i256::from(values.value(row)), 0, *precision, *scale)
                    .map_err(|error| error.to_string())
            })?
        }
        (Double, Decimal { precision, scale }) => {
            let values = array.as_primitive::<Float64Type>();
            to_decimal(array, *precision, *scale, |row| {
                decimal_from_double(values.value(row), *precision, *scale).map_err(|error| error.to_string())
            })?
        }
        (Decimal { scale: old, .. }, Decimal { precision, scale }) => {
            let values = DecimalColumn::new(array)?;
            to_decimal(array, *precision, *scale, |row| {
                rescale(values.value(row), *old, *precision, *scale).map_err(|error| error.to_string())
            })?
        }
        (String, Decimal { precision, scale }) => {
            let values: &StringArray = downcast(array)?;
            to_decimal(array, *precision, *scale, |row| {
                parse_decimal(values.value(row), *precision, *scale).map_err(|error| error.to_string())
            })?
        }
        (Decimal { scale, .. }, Integer) => {
            let values = DecimalColumn::new(array)?;
            primitive::<Int32Type>(array, |row| Ok(decimal_to_integer(values.value(row), *scale) as i32))
        }
        (Decimal { scale, .. }, Bigint) => {
            let values = DecimalColumn::new(array)?;
            primitive::<Int64Type>(array, |row| Ok(decimal_to_integer(values.value(row), *scale)))
        }
        (Decimal { scale, .. }, Double) => {
            let values = DecimalColumn::new(array)?;
            primitive::<Float64Type>(array, |row| Ok(decimal_to_double(values.value(row), *scale)))
        }
        (String, Boolean) => boolean(array)?,
        (String, Integer) => text::<Int32Type>(array, to, parse_integer)?,
        (String, Bigint) => text::<Int64Type>(array, to, parse_integer)?,
        (String, Double) => text::<Float64Type>(array, to, parse_double)?,
        (String, Timestamp) => text::<TimestampMillisecondType>(array, to, |text| {
            crate::time::partial::parse_timestamp(text).ok()
        })?,
        (String, Date) => text::<Date32Type>(array, to, |text| crate::time::partial::parse_date(text).ok())?,
        (String, Time) => {
            text::<Time32MillisecondType>(array, to, |text| crate::time::partial::parse_time(text).ok())?
        }
        (String, Bytes) => bytes(array)?,
        (Timestamp, Date) => shared(
            array
                .as_primitive::<TimestampMillisecondType>()
                .unary::<_, Date32Type>(|value| value.div_euclid(DAY_MS) as i32),
        ),
        (Timestamp, Time) => shared(
            array
                .as_primitive::<TimestampMillisecondType>()
                .unary::<_, Time32MillisecondType>(|value| value.rem_euclid(DAY_MS) as i32),
        ),
        (Date, Timestamp) => shared(
            array
                .as_primitive::<Date32Type>()
                .unary::<_, TimestampMillisecondType>(|value| i64::from(value) * DAY_MS),
        ),
        (_, String) => strings(array)?,
        (List(from), List(to)) => list(array, from, to)?,
        (Map(from_key, from_value), Map(to_key, to_value)) => {
            map(array, (from_key, to_key), (from_value, to_value), to)?
        }
        (Struct(from), Struct(fields)) => structure(array, from, fields, to)?,
        _ => return Err(Error::internal(format!("no cast of {from} to {to}"))),
    })
}

fn primitive<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    value: impl Fn(usize) -> std::result::Result<T::Native, String>,
) -> ArrayRef {
    let values: PrimitiveArray<T> = (0..array.len())
        .map(|row| {
            if array.is_null(row) {
                return None;
            }
            value(row).map_err(|reason| failure::note(row, reason)).ok()
        })
        .collect();
    shared(values)
}

fn to_decimal(
    array: &ArrayRef,
    precision: u16,
    scale: u16,
    value: impl Fn(usize) -> std::result::Result<i256, String>,
) -> Result<ArrayRef> {
    let values = (0..array.len())
        .map(|row| {
            if array.is_null(row) {
                return None;
            }
            value(row).map_err(|reason| failure::note(row, reason)).ok()
        })
        .collect();
    decimal::build(values, precision, scale)
}

fn text<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    to: &SqlType,
    parse: impl Fn(&str) -> Option<T::Native>,
) -> Result<ArrayRef> {
    let values: &StringArray = downcast(array)?;
    Ok(primitive::<T>(array, |row| {
        parse(values.value(row)).ok_or_else(|| format!("'{}' is not a valid {to}", values.value(row)))
    }))
}

/// As ksqlDB: a prefix of `true` or `yes` in any case is true, and all else is false.
fn boolean(array: &ArrayRef) -> Result<ArrayRef> {
    let values: &StringArray = downcast(array)?;
    let truth = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        !text.is_empty() && ("true".starts_with(&text) || "yes".starts_with(&text))
    };
    Ok(shared(values.iter().map(|value| value.map(truth)).collect::<BooleanArray>()))
}

fn bytes(array: &ArrayRef) -> Result<ArrayRef> {
    let values: &StringArray = downcast(array)?;
    let mut out = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    for (row, value) in values.iter().enumerate() {
        match value.map(|text| BASE64_STANDARD.decode(text)) {
            Some(Ok(bytes)) => out.append_value(bytes),
            Some(Err(error)) => {
                failure::note(row, format!("the text is not base64: {error}"));
                out.append_null();
            }
            None => out.append_null(),
        }
    }
    Ok(shared(out.finish()))
}

fn strings(array: &ArrayRef) -> Result<ArrayRef> {
    let mut out = StringBuilder::with_capacity(array.len(), array.len() * 8);
    let mut text = String::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            out.append_null();
            continue;
        }
        text.clear();
        java_text::write(&mut text, array, row)?;
        out.append_value(&text);
    }
    Ok(shared(out.finish()))
}

/// The row that each entry of a list or map belongs to, so that an entry's failure fails its row.
fn row_of(offsets: &[i32], entry: usize) -> usize {
    offsets.partition_point(|offset| *offset as usize <= entry).saturating_sub(1)
}

fn list(array: &ArrayRef, from: &SqlType, to: &SqlType) -> Result<ArrayRef> {
    let lists: &ListArray = downcast(array)?;
    let offsets = lists.offsets();
    let values = failure::mapped(|entry| row_of(offsets, entry), || column(lists.values(), from, to))?;
    let DataType::List(field) = SqlType::array(to.clone()).to_arrow() else {
        return Err(Error::internal("an array is no list"));
    };
    Ok(shared(ListArray::try_new(field, offsets.clone(), values, lists.nulls().cloned())?))
}

fn map(
    array: &ArrayRef,
    key: (&SqlType, &SqlType),
    value: (&SqlType, &SqlType),
    to: &SqlType,
) -> Result<ArrayRef> {
    let maps: &MapArray = downcast(array)?;
    let offsets = maps.offsets();
    let (keys, values) = failure::mapped(
        |entry| row_of(offsets, entry),
        || Ok::<_, Error>((column(maps.keys(), key.0, key.1)?, column(maps.values(), value.0, value.1)?)),
    )?;
    let DataType::Map(field, sorted) = to.to_arrow() else {
        return Err(Error::internal("a map is no map"));
    };
    let DataType::Struct(fields) = field.data_type().clone() else {
        return Err(Error::internal("a map's entries are not a struct"));
    };
    let entries = StructArray::try_new(fields, vec![keys, values], None)?;
    Ok(shared(MapArray::try_new(field, offsets.clone(), entries, maps.nulls().cloned(), sorted)?))
}

/// Fields are matched by name; those that the source has not are NULL.
fn structure(
    array: &ArrayRef,
    from: &[StructField],
    fields: &[StructField],
    to: &SqlType,
) -> Result<ArrayRef> {
    let structs: &StructArray = downcast(array)?;
    let columns = fields
        .iter()
        .map(|field| match from.iter().position(|old| old.name == field.name) {
            Some(index) => column(structs.column(index), &from[index].ty, &field.ty),
            None => Ok(new_null_array(&field.ty.to_arrow(), array.len())),
        })
        .collect::<Result<Vec<_>>>()?;
    let DataType::Struct(types) = to.to_arrow() else {
        return Err(Error::internal("a struct is no struct"));
    };
    Ok(Arc::new(StructArray::try_new_with_length(types, columns, structs.nulls().cloned(), array.len())?))
}
