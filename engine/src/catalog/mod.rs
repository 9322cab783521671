//! What exists: streams, tables and types by name.

mod source;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use source::SourceDefinition;

use crate::schema::SqlType;

/// Everything that statements can name.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub sources: BTreeMap<String, Arc<SourceDefinition>>,
    /// The types of CREATE TYPE.
    pub types: BTreeMap<String, SqlType>,
}

impl Catalog {
    pub fn source(&self, name: &str) -> Option<&Arc<SourceDefinition>> {
        self.sources.get(name)
    }
}
