//! Rows as bytes, for keys and values in the store.
//!
//! The encoding is arrow-row's: it keeps the order of the values, so that a range of keys is a range of bytes, and the
//! bytes of some columns are the bytes of the first of them followed by those of the others, so that the bytes of a
//! key's first columns are a prefix of the key.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, RowParser, Rows, SortField};

use crate::error::{Error, Result};

/// Turns rows of fixed column types into bytes and back.
#[derive(Debug)]
pub struct RowCodec {
    converter: RowConverter,
    parser: RowParser,
    types: Vec<DataType>,
}

impl RowCodec {
    pub fn new(types: Vec<DataType>) -> Result<Self> {
        if types.is_empty() {
            return Err(Error::internal("a row without columns cannot be stored"));
        }
        let converter = RowConverter::new(types.iter().cloned().map(SortField::new).collect())?;
        let parser = converter.parser();
        Ok(Self { converter, parser, types })
    }

    pub fn types(&self) -> &[DataType] {
        &self.types
    }

    /// One row of bytes for each row of the columns.
    pub fn encode(&self, columns: &[ArrayRef]) -> Result<Rows> {
        Ok(self.converter.convert_columns(columns)?)
    }

    /// The columns of rows that [`RowCodec::encode`] made.
    pub fn decode<'a>(&'a self, rows: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<ArrayRef>> {
        Ok(self.converter.convert_rows(rows.into_iter().map(|row| self.parser.parse(row)))?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};
    use proptest::prelude::*;

    use super::*;
    use crate::schema::SqlType;

    proptest! {
        /// Rows come back as they were, sort as their values do, and begin with the bytes of their first column.
        #[test]
        fn keeps_values_order_and_prefixes(mut rows in proptest::collection::vec(
            (proptest::option::of(".{0,40}"), any::<i64>()), 1..20)) {
            rows.sort();
            let texts: ArrayRef = Arc::new(StringArray::from_iter(rows.iter().map(|row| row.0.clone())));
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter(rows.iter().map(|row| row.1)));
            let codec = RowCodec::new(vec![DataType::Utf8, DataType::Int64]).unwrap();
            let first = RowCodec::new(vec![DataType::Utf8]).unwrap();
            let bytes = codec.encode(&[texts.clone(), numbers.clone()]).unwrap();
            let prefixes = first.encode(&[texts.clone()]).unwrap();
            let encoded: Vec<&[u8]> = (0..rows.len()).map(|row| bytes.row(row).data()).collect();
            prop_assert!(encoded.is_sorted());
            for (row, bytes) in encoded.iter().enumerate() {
                prop_assert!(bytes.starts_with(prefixes.row(row).data()));
            }
            prop_assert_eq!(codec.decode(encoded).unwrap(), vec![texts, numbers]);
        }
    }

    #[test]
    fn maps_can_be_stored() {
        let map = SqlType::map(SqlType::String, SqlType::array(SqlType::Bigint)).to_arrow();
        let codec = RowCodec::new(vec![map.clone()]).unwrap();
        let column = arrow::array::new_null_array(&map, 2);
        let rows = codec.encode(std::slice::from_ref(&column)).unwrap();
        assert_eq!(codec.decode(rows.iter().map(|row| row.data()).collect::<Vec<_>>()).unwrap()[0].len(), 2);
    }
}
