//! `type_list`: the named types.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Render;
use super::grid::grid;
use super::schema::Schema;

/// The answer to SHOW TYPES.
#[derive(Debug, Deserialize)]
pub struct Types {
    types: BTreeMap<String, Schema>,
}

impl Render for Types {
    fn render(&self, width: usize) -> String {
        if self.types.is_empty() {
            return "There are no named types. `help create type` shows how to name one.".to_owned();
        }
        let rows = self.types.iter().map(|(name, schema)| [name.clone(), schema.sql()]);
        grid(&["Type Name", "Schema"], rows, width)
    }
}
