//! Columns into lines.

use arrow::array::ArrayRef;

use crate::error::Result;
use crate::format::cells::{self, Cells};
use crate::format::json::write_base64;
use crate::format::print::{write_decimal, write_double, write_integer};
use crate::format::{Encoder, Failure, Payloads, Side};
use crate::schema::{Column, SqlType};

pub struct DelimitedEncoder {
    types: Vec<SqlType>,
    delimiter: char,
    side: Side,
}

impl DelimitedEncoder {
    pub fn new(columns: &[Column], delimiter: char, side: Side) -> Self {
        Self { types: columns.iter().map(|column| column.ty.clone()).collect(), delimiter, side }
    }
}

impl Encoder for DelimitedEncoder {
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
            .map(|(column, ty)| cells::Column::new(column, ty))
            .collect::<Result<Vec<_>>>()?;
        let mut delimiter = [0; 4];
        let delimiter = self.delimiter.encode_utf8(&mut delimiter).as_bytes();
        // A value is written as it is first, and again in quotes if it turns out to need them.
        let mut quoted = Vec::new();
        for row in 0..rows {
            if let [column] = &columns[..]
                && self.side == Side::Key
                && column.is_null(row)
            {
                out.end_null();
                continue;
            }
            for (i, column) in columns.iter().enumerate() {
                if i > 0 {
                    out.bytes.extend_from_slice(delimiter);
                }
                if column.is_null(row) {
                    continue;
                }
                let from = out.bytes.len();
                write(column, row, &mut out.bytes);
                if needs_quotes(&out.bytes[from..], delimiter, i == 0) {
                    quoted.clear();
                    quoted.extend_from_slice(&out.bytes[from..]);
                    out.bytes.truncate(from);
                    quote(&quoted, &mut out.bytes);
                }
            }
            out.end();
        }
        Ok(())
    }
}

/// When Apache Commons CSV quotes a value by itself: where a reader could take it for something else, and some more.
fn needs_quotes(value: &[u8], delimiter: &[u8], first: bool) -> bool {
    let (Some(head), Some(last)) = (value.first(), value.last()) else {
        // An empty text at the beginning might be all there is in the line.
        return first;
    };
    (first && !head.is_ascii_alphanumeric())
        || *head <= b'#'
        || *last <= b' '
        || value.iter().any(|byte| matches!(byte, b'\n' | b'\r' | b'"'))
        || value.windows(delimiter.len()).any(|window| window == delimiter)
}

fn quote(value: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in value {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

fn write(column: &cells::Column<'_>, row: usize, out: &mut Vec<u8>) {
    match &column.cells {
        Cells::Boolean(values) => {
            out.extend_from_slice(if values.value(row) { b"true" } else { b"false" });
        }
        Cells::Integer(values) => write_integer(values[row], out),
        Cells::Bigint(values) => write_integer(values[row], out),
        Cells::Double(values) => write_double(values[row], out),
        Cells::Decimal(values, scale) => write_decimal(values[row], *scale, out),
        Cells::WideDecimal(values, scale) => write_decimal(values[row], *scale, out),
        Cells::String(texts) => out.extend_from_slice(texts.get(row)),
        Cells::Bytes(values) => write_base64(values.get(row), out),
        // `check` refuses these types.
        Cells::Array(..) | Cells::Map(..) | Cells::Struct(_) => {}
    }
}
