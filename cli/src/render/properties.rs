//! `properties`: the settings.

use serde::Deserialize;
use serde_json::Value;

use super::grid::grid;
use super::{Render, cell};

/// The answer to SHOW PROPERTIES.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    properties: Vec<Property>,
    overwritten_properties: Vec<String>,
    default_properties: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Property {
    name: String,
    scope: String,
    value: Value,
    level: Option<String>,
}

impl Render for Properties {
    fn render(&self, width: usize) -> String {
        let mut properties: Vec<&Property> = self.properties.iter().collect();
        properties.sort_by(|a, b| (&a.scope, &a.name).cmp(&(&b.scope, &b.name)));
        let with_level = properties.iter().any(|property| property.level.is_some());
        let rows = properties.iter().map(|property| {
            let value = if property.value.is_null() { String::new() } else { cell::text(&property.value) };
            let mut row = vec![property.name.clone(), property.scope.clone(), self.origin(property), value];
            if with_level {
                row.push(property.level.clone().unwrap_or_default());
            }
            row
        });
        let mut header = vec!["Property", "Scope", "Origin", "Value"];
        if with_level {
            header.push("Level");
        }
        grid(&header, rows, width)
    }
}

impl Properties {
    /// Who chose the value.
    fn origin(&self, property: &Property) -> String {
        let named = |list: &[String]| list.contains(&property.name);
        let origin = if named(&self.overwritten_properties) {
            "SESSION"
        } else if named(&self.default_properties) {
            "DEFAULT"
        } else {
            "SERVER"
        };
        origin.to_owned()
    }
}
