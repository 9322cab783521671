//! A stream or a table.

use serde::{Deserialize, Serialize};

use crate::change::{Field, Relation};
use crate::format::FormatInfo;
use crate::plan::{QueryId, Source, SourceKind, TimestampColumn, WindowKind};
use crate::schema::{Column, LogicalSchema};

/// The definition of a stream or table. Plain data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceDefinition {
    pub name: String,
    pub kind: SourceKind,
    pub schema: LogicalSchema,
    pub topic: String,
    /// How many partitions the topic was declared to have.
    pub partitions: i32,
    pub key_format: FormatInfo,
    pub value_format: FormatInfo,
    pub timestamp: Option<TimestampColumn>,
    /// The window that the keys carry.
    pub window: Option<WindowKind>,
    /// CREATE SOURCE: nothing may write to it.
    pub read_only: bool,
    /// The query of CREATE … AS that writes it.
    pub created_by: Option<QueryId>,
    /// The statement that made it.
    pub statement: String,
}

impl SourceDefinition {
    pub fn is_table(&self) -> bool {
        self.kind == SourceKind::Table
    }

    /// The step that reads all columns, and ROWPARTITION and ROWOFFSET if `positioned`.
    pub fn step(&self, positioned: bool) -> Source {
        let fields = |columns: &[Column]| -> Vec<Field> {
            columns.iter().map(|column| Field { name: column.name.clone(), ty: column.ty.clone() }).collect()
        };
        Source {
            name: self.name.clone(),
            kind: self.kind,
            topic: self.topic.clone(),
            key_format: self.key_format.clone(),
            value_format: self.value_format.clone(),
            columns: self.schema.columns().to_vec(),
            wanted: (0..self.schema.columns().len()).collect(),
            relation: Relation {
                key: fields(self.schema.key()),
                value: fields(self.schema.value()),
                windowed: self.window.is_some(),
                positioned,
            },
            timestamp: self.timestamp.clone(),
            window: self.window,
        }
    }
}
