//! `variables`: what DEFINE has defined.

use serde::Deserialize;

use super::Render;
use super::grid::grid;

/// The answer to SHOW VARIABLES.
#[derive(Debug, Deserialize)]
pub struct Variables {
    variables: Vec<Variable>,
}

#[derive(Debug, Deserialize)]
struct Variable {
    name: String,
    value: String,
}

impl Render for Variables {
    fn render(&self, width: usize) -> String {
        if self.variables.is_empty() {
            return "There are no variables. DEFINE name = 'value'; makes one.".to_owned();
        }
        let rows = self.variables.iter().map(|variable| [variable.name.as_str(), variable.value.as_str()]);
        grid(&["Variable Name", "Value"], rows, width)
    }
}
