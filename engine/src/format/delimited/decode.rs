//! Lines into columns.

use arrow::array::ArrayRef;
use base64::Engine;

use super::line::Fields;
use crate::error::Result;
use crate::format::column::{Builder, DecimalType, Scalar};
use crate::format::decimal::DecimalText;
use crate::format::json::{BASE64, DAY_MS};
use crate::format::{Decoder, Failure, digits, shortened};
use crate::schema::Column;

pub struct DelimitedDecoder {
    names: Vec<String>,
    columns: Vec<Builder>,
    wanted: Vec<bool>,
    delimiter: char,
}

impl DelimitedDecoder {
    pub fn new(columns: &[Column], wanted: &[bool], delimiter: char) -> Self {
        Self {
            names: columns.iter().map(|column| column.name.clone()).collect(),
            columns: columns
                .iter()
                .zip(wanted)
                .map(
                    |(column, wanted)| {
                        if *wanted { Builder::new(&column.ty) } else { Builder::unwanted(&column.ty) }
                    },
                )
                .collect(),
            wanted: wanted.to_vec(),
            delimiter,
        }
    }

    fn decode_row(&mut self, payload: &[u8]) -> Result<(), String> {
        let text = crate::format::lossy(payload);
        let mut fields = Fields::new(&text, self.delimiter).ok_or("No fields in record")?;
        let expected = self.columns.len();
        let mut count = 0;
        while let Some(field) = fields.next()? {
            if let (Some(column), Some(name)) = (self.columns.get_mut(count), self.names.get(count)) {
                read(field, column).map_err(|expected| match expected {
                    Unread::Mismatch(expected) => {
                        format!("column `{name}`: expected {expected}, found {}", shortened(field))
                    }
                    Unread::Misfit(reason) => format!("column `{name}`: {reason}"),
                })?;
            }
            count += 1;
        }
        if count == expected {
            return Ok(());
        }
        Err(format!("Column count mismatch on deserialization. expected: {expected}, got: {count}"))
    }
}

impl Decoder for DelimitedDecoder {
    fn decode(&mut self, payloads: &[Option<&[u8]>], failures: &mut Vec<Failure>) -> Result<Vec<ArrayRef>> {
        for (row, payload) in payloads.iter().enumerate() {
            if let Some(payload) = payload {
                match self.decode_row(payload) {
                    Ok(()) => continue,
                    Err(reason) => failures.push(Failure { row, reason }),
                }
                self.columns.iter_mut().for_each(|column| column.truncate(row));
            }
            self.columns.iter_mut().for_each(Builder::push_null);
        }
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (column, wanted) in self.columns.iter_mut().zip(&self.wanted) {
            let array = column.finish()?;
            if *wanted {
                arrays.push(array);
            }
        }
        Ok(arrays)
    }
}

enum Unread {
    /// What was expected.
    Mismatch(&'static str),
    Misfit(String),
}

fn read(field: &str, column: &mut Builder) -> Result<(), Unread> {
    if field.is_empty() {
        column.push_null();
        return Ok(());
    }
    let bytes = field.as_bytes();
    match column {
        Builder::Boolean(values) => values.push(field.eq_ignore_ascii_case("true")),
        Builder::Integer(values) => values.push(integer(bytes)?),
        Builder::Bigint(values) => values.push(bigint(bytes)?),
        Builder::Double(values) => values.push(double(bytes)?),
        Builder::Decimal(values, ty) => values.push(decimal(bytes, *ty, |number, ty| number.fit(ty))?),
        Builder::WideDecimal(values, ty) => {
            values.push(decimal(bytes, *ty, |number, ty| number.fit_wide(ty))?)
        }
        Builder::String(values) => values.push(bytes),
        Builder::Bytes(values) => {
            BASE64.decode_vec(bytes, values.open()).map_err(|_| Unread::Mismatch("BYTES (a base64 text)"))?;
            values.end();
        }
        Builder::Timestamp(values) => values.push(bigint(bytes)?),
        Builder::Date(values) => values.push(date(bytes)?),
        Builder::Time(values) => values.push(time(bytes)?),
        Builder::Unwanted(scalar, rows) => {
            match scalar {
                Scalar::Boolean | Scalar::String => {}
                Scalar::Integer => drop(integer(bytes)?),
                Scalar::Bigint | Scalar::Timestamp => drop(bigint(bytes)?),
                Scalar::Double => drop(double(bytes)?),
                Scalar::Date => drop(date(bytes)?),
                Scalar::Time => drop(time(bytes)?),
            }
            *rows += 1;
        }
        Builder::Array(_) | Builder::Map(_) | Builder::Struct(_) => {
            return Err(Unread::Mismatch("no nested value"));
        }
    }
    Ok(())
}

fn integer(field: &[u8]) -> Result<i32, Unread> {
    digits::java_int(field).ok_or(Unread::Mismatch("INTEGER"))
}

fn bigint(field: &[u8]) -> Result<i64, Unread> {
    digits::java_long(field).ok_or(Unread::Mismatch("BIGINT"))
}

fn double(field: &[u8]) -> Result<f64, Unread> {
    digits::java_double(field).ok_or(Unread::Mismatch("DOUBLE"))
}

fn date(field: &[u8]) -> Result<i32, Unread> {
    digits::java_int(field).ok_or(Unread::Mismatch("DATE (epoch days)"))
}

fn time(field: &[u8]) -> Result<i32, Unread> {
    digits::java_long(field)
        .filter(|millis| (0..=DAY_MS).contains(millis))
        .map(|millis| millis as i32)
        .ok_or(Unread::Mismatch("TIME (milliseconds of the day, 0 to 86400000)"))
}

fn decimal<T>(
    field: &[u8],
    ty: DecimalType,
    fit: impl Fn(&DecimalText<'_>, DecimalType) -> Option<T>,
) -> Result<T, Unread> {
    let number = DecimalText::parse(field).ok_or(Unread::Mismatch("DECIMAL"))?;
    fit(&number, ty).ok_or_else(|| Unread::Misfit(number.misfit(ty)))
}
