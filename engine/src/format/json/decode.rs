//! JSON payloads into columns.

use arrow::array::ArrayRef;

use super::problem::{Problem, Result};
use super::record::{Record, not_an_object};
use super::{scan, value};
use crate::error::{self, Error};
use crate::format::column::Builder;
use crate::format::{Decoder, Failure};
use crate::schema::Column;

/// The most bytes of payload in a batch: their texts have to stay below 2 GB even where a text is longer than its JSON
/// (`[1,2]` becomes `[1, 2]`).
const MAX_BATCH_BYTES: usize = 1 << 30;

/// Decodes JSON.
pub struct JsonDecoder {
    shape: Shape,
    wanted: Vec<bool>,
    null_records: Vec<usize>,
}

enum Shape {
    /// `{"A": 1, "B": 2}`
    Wrapped(Record),
    /// `1`: the only column.
    Alone(Builder),
}

impl JsonDecoder {
    /// `alone`: the only column stands in the payload without an object around it.
    pub fn new(columns: &[Column], wanted: &[bool], alone: bool) -> Self {
        let shape = match columns {
            [column] if alone => Shape::Alone(Builder::new(&column.ty)),
            _ => Shape::Wrapped(Record::new(
                columns
                    .iter()
                    .zip(wanted)
                    .map(|(column, wanted)| (column.name.as_str(), &column.ty, *wanted)),
            )),
        };
        Self { shape, wanted: wanted.to_vec(), null_records: Vec::new() }
    }

    /// Appends a row; true if the payload says that there is none.
    fn decode_row(&mut self, payload: &[u8], row: usize) -> Result<bool> {
        if !scan::is_ascii(payload) && simdutf8::basic::from_utf8(payload).is_err() {
            return Err(Problem::syntax("the text is not UTF-8"));
        }
        let at = scan::whitespace(payload, 0);
        match &mut self.shape {
            Shape::Wrapped(record) => match payload.get(at) {
                // What follows the object is ignored, as Jackson does.
                Some(b'{') => record.decode(payload, at, row, 0).map(|_| false),
                Some(b'n') => {
                    ends(payload, scan::literal(payload, at, b"null")?)?;
                    record.push_nulls();
                    Ok(true)
                }
                _ => Err(not_an_object(payload, at)),
            },
            Shape::Alone(column) => {
                let result = value::decode(payload, at, column, 0)
                    .and_then(|end| if is_scalar(payload[at]) { ends(payload, end) } else { Ok(()) });
                result.inspect_err(|_| column.truncate(row)).map(|()| false)
            }
        }
    }

    fn push_nulls(&mut self) {
        match &mut self.shape {
            Shape::Wrapped(record) => record.push_nulls(),
            Shape::Alone(column) => column.push_null(),
        }
    }
}

fn is_scalar(first: u8) -> bool {
    !matches!(first, b'"' | b'{' | b'[')
}

/// A number or a word at the top must not run into something else.
fn ends(payload: &[u8], end: usize) -> Result<()> {
    match payload.get(end) {
        None | Some(b' ' | b'\n' | b'\t' | b'\r') => Ok(()),
        Some(_) => Err(Problem::unexpected(payload, end)),
    }
}

impl Decoder for JsonDecoder {
    fn decode(
        &mut self,
        payloads: &[Option<&[u8]>],
        failures: &mut Vec<Failure>,
    ) -> error::Result<Vec<ArrayRef>> {
        let bytes: usize = payloads.iter().map(|payload| payload.map_or(0, <[u8]>::len)).sum();
        if bytes > MAX_BATCH_BYTES {
            return Err(Error::internal(format!(
                "a batch has {bytes} bytes of JSON; {MAX_BATCH_BYTES} are decoded at once"
            )));
        }
        self.null_records.clear();
        for (row, payload) in payloads.iter().enumerate() {
            let Some(payload) = payload else {
                self.push_nulls();
                continue;
            };
            match self.decode_row(payload, row) {
                Ok(false) => {}
                Ok(true) => self.null_records.push(row),
                Err(problem) => {
                    self.push_nulls();
                    failures.push(Failure { row, reason: problem.to_string() });
                }
            }
        }
        let arrays = match &mut self.shape {
            Shape::Wrapped(record) => record.finish()?,
            Shape::Alone(column) => vec![column.finish()?],
        };
        Ok(arrays
            .into_iter()
            .zip(&self.wanted)
            .filter(|(_, wanted)| **wanted)
            .map(|(array, _)| array)
            .collect())
    }

    fn null_records(&self) -> &[usize] {
        &self.null_records
    }
}
