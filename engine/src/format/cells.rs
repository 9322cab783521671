//! Columns to be written: arrays seen as plain slices, so that writing a value is an index and a match.

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Decimal128Array, Decimal256Array, GenericByteArray,
    ListArray, MapArray, PrimitiveArray, StructArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowPrimitiveType, ByteArrayType, DataType, Date32Type, Float64Type, Int32Type, Int64Type,
    Time32MillisecondType, TimeUnit, TimestampMillisecondType, i256,
};

use crate::error::{Error, Result};
use crate::schema::SqlType;

/// A column to be written.
pub struct Column<'a> {
    pub cells: Cells<'a>,
    nulls: Option<&'a NullBuffer>,
}

/// The values of a column.
pub enum Cells<'a> {
    Boolean(&'a BooleanArray),
    /// INTEGER; DATE as epoch days; TIME as milliseconds of the day.
    Integer(&'a [i32]),
    /// BIGINT; TIMESTAMP as epoch milliseconds.
    Bigint(&'a [i64]),
    Double(&'a [f64]),
    Decimal(&'a [i128], u16),
    WideDecimal(&'a [i256], u16),
    String(Texts<'a>),
    Bytes(Texts<'a>),
    Array(&'a [i32], Box<Column<'a>>),
    Map(&'a [i32], Texts<'a>, Box<Column<'a>>),
    Struct(Vec<(&'a str, Column<'a>)>),
}

/// Texts or byte strings.
pub struct Texts<'a> {
    offsets: &'a [i32],
    bytes: &'a [u8],
}

impl<'a> Texts<'a> {
    fn new<T: ByteArrayType<Offset = i32>>(array: &'a GenericByteArray<T>) -> Self {
        Self { offsets: array.value_offsets(), bytes: array.value_data() }
    }

    #[inline]
    pub fn get(&self, row: usize) -> &'a [u8] {
        &self.bytes[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// All of them, one behind the other.
    pub fn all(&self) -> &'a [u8] {
        let bound = |offset: Option<&i32>| offset.map_or(0, |offset| *offset as usize);
        &self.bytes[bound(self.offsets.first())..bound(self.offsets.last())]
    }
}

/// Brings arrays to the Arrow types that carry these SQL types. Nearly always they have them already.
pub fn align(columns: &[ArrayRef], types: &[SqlType], rows: usize) -> Result<Vec<ArrayRef>> {
    if columns.len() != types.len() {
        return Err(Error::internal(format!("{} columns to write, {} given", types.len(), columns.len())));
    }
    let align = |(column, ty): (&ArrayRef, &SqlType)| {
        if column.len() != rows {
            return Err(Error::internal(format!("{rows} rows to write, a column has {}", column.len())));
        }
        if carries(column.data_type(), ty) { Ok(column.clone()) } else { Ok(cast(column, &ty.to_arrow())?) }
    };
    columns.iter().zip(types).map(align).collect()
}

/// Whether an Arrow type is the one that carries a SQL type; names of nested fields do not matter.
fn carries(data_type: &DataType, ty: &SqlType) -> bool {
    match (data_type, ty) {
        (DataType::List(element), SqlType::Array(ty)) => carries(element.data_type(), ty),
        (DataType::Map(entries, _), SqlType::Map(key, value)) => match entries.data_type() {
            DataType::Struct(fields) => {
                fields.len() == 2
                    && carries(fields[0].data_type(), key)
                    && carries(fields[1].data_type(), value)
            }
            _ => false,
        },
        (DataType::Struct(fields), SqlType::Struct(types)) => {
            fields.len() == types.len()
                && fields.iter().zip(types).all(|(field, ty)| carries(field.data_type(), &ty.ty))
        }
        (DataType::Timestamp(TimeUnit::Millisecond, _), SqlType::Timestamp) => true,
        _ => *data_type == ty.to_arrow(),
    }
}

impl<'a> Column<'a> {
    /// A column that [`align`] has been over.
    pub fn new(array: &'a ArrayRef, ty: &'a SqlType) -> Result<Self> {
        let cells = match ty {
            SqlType::Boolean => Cells::Boolean(downcast(array)?),
            SqlType::Integer => Cells::Integer(values::<Int32Type>(array)?),
            SqlType::Date => Cells::Integer(values::<Date32Type>(array)?),
            SqlType::Time => Cells::Integer(values::<Time32MillisecondType>(array)?),
            SqlType::Bigint => Cells::Bigint(values::<Int64Type>(array)?),
            SqlType::Timestamp => Cells::Bigint(values::<TimestampMillisecondType>(array)?),
            SqlType::Double => Cells::Double(values::<Float64Type>(array)?),
            SqlType::Decimal { precision, scale } if *precision <= 38 => {
                Cells::Decimal(downcast::<Decimal128Array>(array)?.values(), *scale)
            }
            SqlType::Decimal { scale, .. } => {
                Cells::WideDecimal(downcast::<Decimal256Array>(array)?.values(), *scale)
            }
            SqlType::String => {
                Cells::String(Texts::new(array.as_string_opt::<i32>().ok_or_else(|| wrong_type(array))?))
            }
            SqlType::Bytes => Cells::Bytes(Texts::new(downcast::<BinaryArray>(array)?)),
            SqlType::Array(element) => {
                let array = downcast::<ListArray>(array)?;
                Cells::Array(array.value_offsets(), Box::new(Self::new(array.values(), element)?))
            }
            SqlType::Map(_, value) => {
                let array = downcast::<MapArray>(array)?;
                let keys = array.keys().as_string_opt::<i32>().ok_or_else(|| wrong_type(array.keys()))?;
                let values = Self::new(array.values(), value)?;
                Cells::Map(array.value_offsets(), Texts::new(keys), Box::new(values))
            }
            SqlType::Struct(fields) => {
                let array = downcast::<StructArray>(array)?;
                let columns = fields
                    .iter()
                    .zip(array.columns())
                    .map(|(field, column)| Ok((field.name.as_str(), Self::new(column, &field.ty)?)));
                Cells::Struct(columns.collect::<Result<_>>()?)
            }
        };
        Ok(Self { cells, nulls: array.nulls().filter(|nulls| nulls.null_count() > 0) })
    }

    #[inline]
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.is_some_and(|nulls| nulls.is_null(row))
    }
}

fn downcast<T: 'static>(array: &ArrayRef) -> Result<&T> {
    array.as_any().downcast_ref().ok_or_else(|| wrong_type(array))
}

fn values<T: ArrowPrimitiveType>(array: &ArrayRef) -> Result<&[T::Native]> {
    downcast::<PrimitiveArray<T>>(array).map(|array| &**array.values())
}

fn wrong_type(array: &ArrayRef) -> Error {
    Error::internal(format!("a column to be written has the type {}", array.data_type()))
}
