//! The columns of a stream or a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::types::SqlType;

/// Names that a record has by itself, so that no column may be called so.
pub const PSEUDO_COLUMNS: [&str; 5] = ["ROWTIME", "ROWPARTITION", "ROWOFFSET", "WINDOWSTART", "WINDOWEND"];

pub fn is_pseudo_column(name: &str) -> bool {
    PSEUDO_COLUMNS.contains(&name)
}

/// Where a column comes from in a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Namespace {
    /// A part of the record's key.
    Key,
    /// A part of the record's value.
    Value,
    /// All the record's headers.
    Headers,
    /// The last header with this key.
    Header(String),
}

/// A column of a stream or table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub ty: SqlType,
    pub namespace: Namespace,
}

/// The columns of a stream or a table: the key's first, then the value's, each in declared order.
/// Header columns stand among the value columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LogicalSchema {
    columns: Vec<Column>,
    keys: usize,
}

impl LogicalSchema {
    /// Sorts the columns given in any order: keys before the rest, otherwise as they stand.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        let (mut keys, rest): (Vec<_>, Vec<_>) =
            columns.into_iter().partition(|column| column.namespace == Namespace::Key);
        let count = keys.len();
        keys.extend(rest);
        Self { columns: keys, keys: count }
    }

    /// Keeps the columns in the order given, as an answer's are: a key column may stand behind a value column.
    pub fn in_order(columns: impl IntoIterator<Item = Column>) -> Self {
        let columns: Vec<Column> = columns.into_iter().collect();
        let keys = columns.iter().take_while(|column| column.namespace == Namespace::Key).count();
        Self { columns, keys }
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn key(&self) -> &[Column] {
        &self.columns[..self.keys]
    }

    /// The columns that are not the key's: value and header columns.
    pub fn value(&self) -> &[Column] {
        &self.columns[self.keys..]
    }

    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.index_of(name).map(|index| &self.columns[index])
    }
}

impl LogicalSchema {
    fn write(&self, f: &mut fmt::Formatter<'_>, mark_keys: bool) -> fmt::Result {
        for (i, column) in self.columns.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}`{}` {}", column.name, column.ty)?;
            match &column.namespace {
                Namespace::Key if mark_keys => f.write_str(" KEY")?,
                Namespace::Headers => f.write_str(" HEADERS")?,
                Namespace::Header(key) => write!(f, " HEADER('{key}')")?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The schema string without KEY marks, as the header of a push query has it.
    pub fn without_keys(&self) -> String {
        struct Plain<'a>(&'a LogicalSchema);
        impl fmt::Display for Plain<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.write(f, false)
            }
        }
        Plain(self).to_string()
    }
}

/// ksqlDB's schema string: `` `ID` STRING KEY, `N` BIGINT ``.
impl fmt::Display for LogicalSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, true)
    }
}
