//! Columns into JSON payloads.

use arrow::array::ArrayRef;
use base64::Engine;

use super::escape::{escape, needs_escape};
use super::value::BASE64;
use crate::error::Result;
use crate::format::cells::{self, Cells};
use crate::format::print::{write_decimal, write_double, write_integer};
use crate::format::{Encoder, Failure, Payloads};
use crate::schema::{Column, SqlType};

/// Encodes JSON.
pub struct JsonEncoder {
    types: Vec<SqlType>,
    /// What stands in front of each column's value: `{"A":`, then `,"B":`.
    leads: Vec<Vec<u8>>,
    alone: bool,
}

impl JsonEncoder {
    /// `alone`: the only column stands in the payload without an object around it.
    pub fn new(columns: &[Column], alone: bool) -> Self {
        let leads = columns
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let mut bytes = Vec::with_capacity(column.name.len() + 4);
                lead(i, &column.name, &mut bytes);
                bytes
            })
            .collect();
        Self { types: columns.iter().map(|column| column.ty.clone()).collect(), leads, alone }
    }
}

/// `{"NAME":` for the first member, `,"NAME":` for the others.
fn lead(index: usize, name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(if index == 0 { b"{\"" } else { b",\"" });
    escape(name.as_bytes(), out);
    out.extend_from_slice(b"\":");
}

impl Encoder for JsonEncoder {
    fn encode(
        &mut self,
        columns: &[ArrayRef],
        rows: usize,
        out: &mut Payloads,
        _failures: &mut Vec<Failure>,
    ) -> Result<()> {
        let columns = cells::align(columns, &self.types, rows)?;
        let columns = columns
            .iter()
            .zip(&self.types)
            .map(|(column, ty)| Ok(Values::new(cells::Column::new(column, ty)?)))
            .collect::<Result<Vec<_>>>()?;
        out.ends.reserve(rows);
        if let ([column], true) = (&columns[..], self.alone) {
            for row in 0..rows {
                if column.column.is_null(row) {
                    out.end_null();
                } else {
                    column.write(row, &mut out.bytes);
                    out.end();
                }
            }
            return Ok(());
        }
        for row in 0..rows {
            if columns.is_empty() {
                out.bytes.push(b'{');
            }
            for (column, lead) in columns.iter().zip(&self.leads) {
                out.bytes.extend_from_slice(lead);
                column.write(row, &mut out.bytes);
            }
            out.bytes.push(b'}');
            out.end();
        }
        Ok(())
    }
}

/// A column, and what is known of all its values at once.
struct Values<'a> {
    column: cells::Column<'a>,
    /// It has texts, and none has a character to be escaped.
    plain: bool,
}

impl<'a> Values<'a> {
    fn new(column: cells::Column<'a>) -> Self {
        let plain = match &column.cells {
            Cells::String(texts) => !needs_escape(texts.all()),
            _ => false,
        };
        Self { column, plain }
    }

    #[inline]
    fn write(&self, row: usize, out: &mut Vec<u8>) {
        if self.column.is_null(row) {
            out.extend_from_slice(b"null");
            return;
        }
        match &self.column.cells {
            Cells::String(texts) if self.plain => {
                out.push(b'"');
                out.extend_from_slice(texts.get(row));
                out.push(b'"');
            }
            Cells::Bigint(values) => write_integer(values[row], out),
            _ => write_value(&self.column, row, out),
        }
    }
}

fn write_nullable(column: &cells::Column<'_>, row: usize, out: &mut Vec<u8>) {
    if column.is_null(row) {
        out.extend_from_slice(b"null");
    } else {
        write_value(column, row, out);
    }
}

fn write_value(column: &cells::Column<'_>, row: usize, out: &mut Vec<u8>) {
    match &column.cells {
        Cells::Boolean(values) => {
            out.extend_from_slice(if values.value(row) { b"true" } else { b"false" });
        }
        Cells::Integer(values) => write_integer(values[row], out),
        Cells::Bigint(values) => write_integer(values[row], out),
        Cells::Double(values) if values[row].is_finite() => write_double(values[row], out),
        Cells::Double(values) => {
            // JSON has no such numbers; Jackson writes their names.
            out.push(b'"');
            write_double(values[row], out);
            out.push(b'"');
        }
        Cells::Decimal(values, scale) => write_decimal(values[row], *scale, out),
        Cells::WideDecimal(values, scale) => write_decimal(values[row], *scale, out),
        Cells::String(texts) => write_text(texts.get(row), out),
        Cells::Bytes(values) => {
            out.push(b'"');
            write_base64(values.get(row), out);
            out.push(b'"');
        }
        Cells::Array(offsets, elements) => {
            out.push(b'[');
            for (i, element) in (offsets[row]..offsets[row + 1]).enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_nullable(elements, element as usize, out);
            }
            out.push(b']');
        }
        Cells::Map(offsets, keys, values) => {
            out.push(b'{');
            for (i, entry) in (offsets[row]..offsets[row + 1]).enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_text(keys.get(entry as usize), out);
                out.push(b':');
                write_nullable(values, entry as usize, out);
            }
            out.push(b'}');
        }
        Cells::Struct(fields) => {
            if fields.is_empty() {
                out.push(b'{');
            }
            for (i, (name, field)) in fields.iter().enumerate() {
                lead(i, name, out);
                write_nullable(field, row, out);
            }
            out.push(b'}');
        }
    }
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    escape(text, out);
    out.push(b'"');
}

/// Appends bytes as base64.
pub fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    let from = out.len();
    let most = bytes.len().div_ceil(3) * 4;
    out.resize(from + most, 0);
    // The buffer has just been made large enough, the only thing that can go wrong.
    let written = BASE64.encode_slice(bytes, &mut out[from..]).unwrap_or(0);
    out.truncate(from + written);
}
