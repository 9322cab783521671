//! Columns under construction: what decoders append values to, straight from the bytes of a payload.
//!
//! A builder holds plain vectors. NULLs are a list of rows, so that a value that is there costs no bookkeeping, and a
//! record that turns out to be malformed half way is taken back by cutting every column to its old length.

mod bytes;
mod nested;
mod nulls;
mod values;

use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, Decimal256Array};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{
    Date32Type, Float64Type, Int32Type, Int64Type, Time32MillisecondType, TimestampMillisecondType, i256,
};
use std::sync::Arc;

use super::json::Record;
use crate::error::Result;
use crate::schema::SqlType;

pub use bytes::BytesColumn;
pub use nested::{ListColumn, MapColumn, StructColumn};
pub use values::Values;

/// A column under construction.
pub enum Builder {
    Boolean(Values<bool>),
    Integer(Values<i32>),
    Bigint(Values<i64>),
    Double(Values<f64>),
    Decimal(Values<i128>, DecimalType),
    WideDecimal(Values<i256>, DecimalType),
    String(BytesColumn),
    Bytes(BytesColumn),
    /// Epoch milliseconds.
    Timestamp(Values<i64>),
    /// Epoch days.
    Date(Values<i32>),
    /// Milliseconds of the day.
    Time(Values<i32>),
    Array(Box<ListColumn>),
    Map(Box<MapColumn>),
    Struct(Box<StructColumn>),
    /// A column that nobody asked for: its values are checked, not kept.
    Unwanted(Scalar, usize),
}

/// Precision and scale of a DECIMAL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecimalType {
    pub precision: u16,
    pub scale: u16,
}

/// The types whose values can be checked without being built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    Boolean,
    Integer,
    Bigint,
    Double,
    String,
    Timestamp,
    Date,
    Time,
}

impl Builder {
    pub fn new(ty: &SqlType) -> Self {
        match ty {
            SqlType::Boolean => Self::Boolean(Values::default()),
            SqlType::Integer => Self::Integer(Values::default()),
            SqlType::Bigint => Self::Bigint(Values::default()),
            SqlType::Double => Self::Double(Values::default()),
            SqlType::Decimal { precision, scale } => {
                let ty = DecimalType { precision: *precision, scale: *scale };
                if *precision <= 38 {
                    Self::Decimal(Values::default(), ty)
                } else {
                    Self::WideDecimal(Values::default(), ty)
                }
            }
            SqlType::String => Self::String(BytesColumn::default()),
            SqlType::Bytes => Self::Bytes(BytesColumn::default()),
            SqlType::Timestamp => Self::Timestamp(Values::default()),
            SqlType::Date => Self::Date(Values::default()),
            SqlType::Time => Self::Time(Values::default()),
            SqlType::Array(element) => Self::Array(Box::new(ListColumn::new(Self::new(element)))),
            SqlType::Map(_, value) => Self::Map(Box::new(MapColumn::new(Self::new(value)))),
            SqlType::Struct(fields) => Self::Struct(Box::new(StructColumn::new(Record::new(
                fields.iter().map(|field| (field.name.as_str(), &field.ty, true)),
            )))),
        }
    }

    /// For a column that nobody asked for.
    pub fn unwanted(ty: &SqlType) -> Self {
        let scalar = match ty {
            SqlType::Boolean => Scalar::Boolean,
            SqlType::Integer => Scalar::Integer,
            SqlType::Bigint => Scalar::Bigint,
            SqlType::Double => Scalar::Double,
            SqlType::String => Scalar::String,
            SqlType::Timestamp => Scalar::Timestamp,
            SqlType::Date => Scalar::Date,
            SqlType::Time => Scalar::Time,
            SqlType::Decimal { .. }
            | SqlType::Bytes
            | SqlType::Array(_)
            | SqlType::Map(..)
            | SqlType::Struct(_) => return Self::new(ty),
        };
        Self::Unwanted(scalar, 0)
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Boolean(column) => column.len(),
            Self::Integer(column) | Self::Date(column) | Self::Time(column) => column.len(),
            Self::Bigint(column) | Self::Timestamp(column) => column.len(),
            Self::Double(column) => column.len(),
            Self::Decimal(column, _) => column.len(),
            Self::WideDecimal(column, _) => column.len(),
            Self::String(column) | Self::Bytes(column) => column.len(),
            Self::Array(column) => column.len(),
            Self::Map(column) => column.len(),
            Self::Struct(column) => column.len(),
            Self::Unwanted(_, len) => *len,
        }
    }

    pub fn push_null(&mut self) {
        match self {
            Self::Boolean(column) => column.push_null(),
            Self::Integer(column) | Self::Date(column) | Self::Time(column) => column.push_null(),
            Self::Bigint(column) | Self::Timestamp(column) => column.push_null(),
            Self::Double(column) => column.push_null(),
            Self::Decimal(column, _) => column.push_null(),
            Self::WideDecimal(column, _) => column.push_null(),
            Self::String(column) | Self::Bytes(column) => column.push_null(),
            Self::Array(column) => column.push_null(),
            Self::Map(column) => column.push_null(),
            Self::Struct(column) => column.push_null(),
            Self::Unwanted(_, len) => *len += 1,
        }
    }

    /// Forgets the rows from `len` on.
    pub fn truncate(&mut self, len: usize) {
        match self {
            Self::Boolean(column) => column.truncate(len),
            Self::Integer(column) | Self::Date(column) | Self::Time(column) => column.truncate(len),
            Self::Bigint(column) | Self::Timestamp(column) => column.truncate(len),
            Self::Double(column) => column.truncate(len),
            Self::Decimal(column, _) => column.truncate(len),
            Self::WideDecimal(column, _) => column.truncate(len),
            Self::String(column) | Self::Bytes(column) => column.truncate(len),
            Self::Array(column) => column.truncate(len),
            Self::Map(column) => column.truncate(len),
            Self::Struct(column) => column.truncate(len),
            Self::Unwanted(_, old) => *old = len.min(*old),
        }
    }

    /// The column as an array; the builder is empty again, with room for as much.
    pub fn finish(&mut self) -> Result<ArrayRef> {
        Ok(match self {
            Self::Boolean(column) => {
                let (values, nulls) = column.take();
                Arc::new(BooleanArray::new(BooleanBuffer::from(values), nulls))
            }
            Self::Integer(column) => column.finish::<Int32Type>(),
            Self::Bigint(column) => column.finish::<Int64Type>(),
            Self::Double(column) => column.finish::<Float64Type>(),
            Self::Decimal(column, ty) => {
                let (values, nulls) = column.take();
                Arc::new(
                    Decimal128Array::new(values.into(), nulls)
                        .with_precision_and_scale(ty.precision as u8, ty.scale as i8)?,
                )
            }
            Self::WideDecimal(column, ty) => {
                let (values, nulls) = column.take();
                Arc::new(
                    Decimal256Array::new(values.into(), nulls)
                        .with_precision_and_scale(ty.precision as u8, ty.scale as i8)?,
                )
            }
            Self::String(column) => column.finish_strings()?,
            Self::Bytes(column) => column.finish_binaries()?,
            Self::Timestamp(column) => column.finish::<TimestampMillisecondType>(),
            Self::Date(column) => column.finish::<Date32Type>(),
            Self::Time(column) => column.finish::<Time32MillisecondType>(),
            Self::Array(column) => column.finish()?,
            Self::Map(column) => column.finish()?,
            Self::Struct(column) => column.finish()?,
            Self::Unwanted(_, len) => {
                arrow::array::new_null_array(&arrow::datatypes::DataType::Null, std::mem::take(len))
            }
        })
    }
}
