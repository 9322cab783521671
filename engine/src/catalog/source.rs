//! A stream or a table.

use serde::{Deserialize, Serialize};

use crate::format::FormatInfo;
use crate::plan::{QueryId, SourceKind, TimestampColumn, WindowKind};
use crate::schema::LogicalSchema;

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
}
