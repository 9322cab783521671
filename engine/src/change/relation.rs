//! The columns of a stream or table between two operators.

use arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::schema::SqlType;

/// A named and typed column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub ty: SqlType,
}

/// The order in which the columns of a [`super::ChangeBatch`] stand:
/// `key… value… ROWTIME [WINDOWSTART WINDOWEND] [ROWPARTITION ROWOFFSET]`.
///
/// Expressions name columns by their index in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Relation {
    pub key: Vec<Field>,
    pub value: Vec<Field>,
    /// The key has a window: WINDOWSTART and WINDOWEND (epoch milliseconds) are there and belong to the key.
    pub windowed: bool,
    /// ROWPARTITION and ROWOFFSET are there.
    pub positioned: bool,
}

impl Relation {
    pub fn rowtime(&self) -> usize {
        self.key.len() + self.value.len()
    }

    /// Index of WINDOWSTART; WINDOWEND follows it.
    pub fn window_start(&self) -> Option<usize> {
        self.windowed.then(|| self.rowtime() + 1)
    }

    /// Index of ROWPARTITION; ROWOFFSET follows it.
    pub fn row_partition(&self) -> Option<usize> {
        self.positioned.then(|| self.rowtime() + if self.windowed { 3 } else { 1 })
    }

    /// How many columns a batch has.
    pub fn width(&self) -> usize {
        self.rowtime() + 1 + if self.windowed { 2 } else { 0 } + if self.positioned { 2 } else { 0 }
    }

    /// Type of the column at an index.
    pub fn type_at(&self, index: usize) -> Option<SqlType> {
        let keys = self.key.len();
        if index < keys {
            return Some(self.key[index].ty.clone());
        }
        if index < self.rowtime() {
            return Some(self.value[index - keys].ty.clone());
        }
        if index >= self.width() {
            return None;
        }
        Some(if Some(index) == self.row_partition() { SqlType::Integer } else { SqlType::Bigint })
    }

    /// The Arrow schema of a batch.
    pub fn arrow_schema(&self) -> SchemaRef {
        let mut fields: Vec<ArrowField> = self
            .key
            .iter()
            .chain(&self.value)
            .map(|field| ArrowField::new(&field.name, field.ty.to_arrow(), true))
            .collect();
        let mut pseudo = |name: &str, data_type| fields.push(ArrowField::new(name, data_type, true));
        pseudo("ROWTIME", DataType::Int64);
        if self.windowed {
            pseudo("WINDOWSTART", DataType::Int64);
            pseudo("WINDOWEND", DataType::Int64);
        }
        if self.positioned {
            pseudo("ROWPARTITION", DataType::Int32);
            pseudo("ROWOFFSET", DataType::Int64);
        }
        Arc::new(Schema::new(fields))
    }
}
