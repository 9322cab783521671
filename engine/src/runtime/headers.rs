//! Record headers between source and sink, and the header columns.
//!
//! A row's headers travel as the record batch encodes them: their count, then for each the key's length and bytes and the
//! value's length (-1 is NULL) and bytes, numbers as zigzag varints.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, ListBuilder, StringBuilder, StructBuilder};
use arrow::datatypes::{DataType, Field, Fields};
use storage::RecordRef;

use crate::error::{Error, Result};
use crate::schema::SqlType;

/// A header as the sink hands it on.
pub type Header<'a> = (&'a str, Option<&'a [u8]>);

fn put_number(out: &mut Vec<u8>, value: i64) {
    let mut bits = ((value << 1) ^ (value >> 63)) as u64;
    while bits >= 0x80 {
        out.push(bits as u8 | 0x80);
        bits >>= 7;
    }
    out.push(bits as u8);
}

fn number(bytes: &[u8], at: &mut usize) -> Option<i64> {
    let mut bits = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        bits |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((bits >> 1) as i64 ^ -((bits & 1) as i64));
        }
    }
    None
}

fn slice<'a>(bytes: &'a [u8], at: &mut usize) -> Option<Option<&'a [u8]>> {
    let Ok(len) = usize::try_from(number(bytes, at)?) else { return Some(None) };
    let end = at.checked_add(len)?;
    let slice = bytes.get(*at..end)?;
    *at = end;
    Some(Some(slice))
}

/// Writes a record's headers to `out`.
pub fn encode(record: &RecordRef<'_>, out: &mut Vec<u8>) {
    put_number(out, record.headers().count() as i64);
    for header in record.headers() {
        put_number(out, header.key.len() as i64);
        out.extend_from_slice(header.key.as_bytes());
        put_number(out, header.value.map_or(-1, |value| value.len() as i64));
        out.extend_from_slice(header.value.unwrap_or_default());
    }
}

/// The headers that [`encode`] wrote.
pub fn decode<'a>(bytes: &'a [u8], out: &mut Vec<Header<'a>>) -> Result<()> {
    out.clear();
    let mut at = 0;
    let mut read = || -> Option<()> {
        for _ in 0..number(bytes, &mut at)? {
            let key = std::str::from_utf8(slice(bytes, &mut at)??).ok()?;
            let value = slice(bytes, &mut at)?;
            out.push((key, value));
        }
        Some(())
    };
    if !bytes.is_empty() && read().is_none() {
        return Err(Error::internal("the headers of a row are damaged"));
    }
    Ok(())
}

/// A column of all headers, of type `ARRAY<STRUCT<key STRING, value BYTES>>`.
pub fn column_of_all(ty: &SqlType, records: &[RecordRef<'_>]) -> Result<ArrayRef> {
    let DataType::List(item) = ty.to_arrow() else {
        return Err(Error::internal(format!("a HEADERS column cannot be of type {ty}")));
    };
    let fields: Fields = match item.data_type() {
        DataType::Struct(fields) if fields.len() == 2 => fields.clone(),
        _ => return Err(Error::internal(format!("a HEADERS column cannot be of type {ty}"))),
    };
    let entry =
        StructBuilder::new(fields, vec![Box::new(StringBuilder::new()), Box::new(BinaryBuilder::new())]);
    let mut lists = ListBuilder::new(entry).with_field(Arc::new(Field::clone(&item)));
    for record in records {
        let entry = lists.values();
        for header in record.headers() {
            if let Some(keys) = entry.field_builder::<StringBuilder>(0) {
                keys.append_value(header.key);
            }
            if let Some(values) = entry.field_builder::<BinaryBuilder>(1) {
                values.append_option(header.value);
            }
            entry.append(true);
        }
        lists.append(true);
    }
    Ok(Arc::new(lists.finish()))
}

/// A column of the last header of the name `key`.
pub fn column_of_one(key: &str, records: &[RecordRef<'_>]) -> ArrayRef {
    let mut values = BinaryBuilder::new();
    for record in records {
        values
            .append_option(record.headers().filter(|header| header.key == key).last().and_then(|h| h.value));
    }
    Arc::new(values.finish())
}
