//! KAFKA: one column, as Kafka's own serialisers write it: numbers big-endian, STRING as UTF-8, BYTES as they are.

use arrow::array::ArrayRef;

use super::cells::{self, Cells};
use super::column::{Builder, Values};
use super::{
    Abilities, Decoder, Encoder, Failure, Format, FormatInfo, Payloads, Side, column_list, unsupported,
};
use crate::error::Result;
use crate::schema::{Column, SqlType};

/// The format KAFKA.
pub struct Kafka;

impl Format for Kafka {
    fn name(&self) -> &'static str {
        "KAFKA"
    }

    fn abilities(&self) -> Abilities {
        Abilities { key: true, value: true, multiple_columns: false, wrap: false, unwrap: false }
    }

    fn check(&self, columns: &[Column], side: Side) -> Result<()> {
        let reason = match columns {
            [] => return Ok(()),
            [column] => match &column.ty {
                SqlType::Integer | SqlType::Bigint | SqlType::Double | SqlType::String | SqlType::Bytes => {
                    return Ok(());
                }
                other => {
                    format!("The 'KAFKA' format does not support type '{}'", super::base_type(other))
                }
            },
            _ => {
                format!(
                    "The 'KAFKA' format only supports a single field. Got: {}",
                    column_list(columns, side)
                )
            }
        };
        Err(unsupported(self.name(), columns, side, &reason))
    }

    fn decoder(
        &self,
        _info: &FormatInfo,
        side: Side,
        columns: &[Column],
        wanted: &[bool],
    ) -> Result<Box<dyn Decoder>> {
        self.check(columns, side)?;
        Ok(Box::new(KafkaDecoder {
            column: columns.first().map(|column| Builder::new(&column.ty)),
            wanted: wanted.first().copied().unwrap_or(false),
        }))
    }

    fn encoder(&self, _info: &FormatInfo, side: Side, columns: &[Column]) -> Result<Box<dyn Encoder>> {
        self.check(columns, side)?;
        Ok(Box::new(KafkaEncoder { types: columns.iter().map(|column| column.ty.clone()).collect() }))
    }
}

struct KafkaDecoder {
    /// None where the record has no columns: payloads are ignored then.
    column: Option<Builder>,
    wanted: bool,
}

impl Decoder for KafkaDecoder {
    fn decode(&mut self, payloads: &[Option<&[u8]>], failures: &mut Vec<Failure>) -> Result<Vec<ArrayRef>> {
        let Some(column) = &mut self.column else {
            return Ok(Vec::new());
        };
        match column {
            Builder::Integer(values) => fixed(payloads, values, i32::from_be_bytes, "INTEGER", failures),
            Builder::Bigint(values) => fixed(payloads, values, i64::from_be_bytes, "BIGINT", failures),
            Builder::Double(values) => fixed(payloads, values, f64::from_be_bytes, "DOUBLE", failures),
            Builder::String(values) => {
                for payload in payloads {
                    match payload {
                        Some(payload) => values.push(super::lossy(payload).as_bytes()),
                        None => values.push_null(),
                    }
                }
            }
            Builder::Bytes(values) => {
                for payload in payloads {
                    match payload {
                        Some(payload) => values.push(payload),
                        None => values.push_null(),
                    }
                }
            }
            _ => {}
        }
        let array = column.finish()?;
        Ok(if self.wanted { vec![array] } else { Vec::new() })
    }
}

fn fixed<T: Default, const N: usize>(
    payloads: &[Option<&[u8]>],
    values: &mut Values<T>,
    read: fn([u8; N]) -> T,
    ty: &str,
    failures: &mut Vec<Failure>,
) {
    for (row, payload) in payloads.iter().enumerate() {
        match payload.map(|payload| <[u8; N]>::try_from(payload).map_err(|_| payload.len())) {
            Some(Ok(bytes)) => values.push(read(bytes)),
            None => values.push_null(),
            Some(Err(len)) => {
                values.push_null();
                failures.push(Failure {
                    row,
                    reason: format!("{ty} has {N} bytes in the KAFKA format, found {len}"),
                });
            }
        }
    }
}

struct KafkaEncoder {
    types: Vec<SqlType>,
}

impl Encoder for KafkaEncoder {
    fn encode(
        &mut self,
        columns: &[ArrayRef],
        rows: usize,
        out: &mut Payloads,
        _failures: &mut Vec<Failure>,
    ) -> Result<()> {
        let columns = cells::align(columns, &self.types, rows)?;
        let (Some(array), Some(ty)) = (columns.first(), self.types.first()) else {
            (0..rows).for_each(|_| out.end_null());
            return Ok(());
        };
        let column = cells::Column::new(array, ty)?;
        for row in 0..rows {
            if column.is_null(row) {
                out.end_null();
                continue;
            }
            match &column.cells {
                Cells::Integer(values) => out.bytes.extend_from_slice(&values[row].to_be_bytes()),
                Cells::Bigint(values) => out.bytes.extend_from_slice(&values[row].to_be_bytes()),
                Cells::Double(values) => out.bytes.extend_from_slice(&values[row].to_be_bytes()),
                Cells::String(texts) | Cells::Bytes(texts) => out.bytes.extend_from_slice(texts.get(row)),
                _ => {}
            }
            out.end();
        }
        Ok(())
    }
}
