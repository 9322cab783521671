//! `function_names`: the functions that there are.

use serde::Deserialize;

use super::Render;
use super::grid::grid;

/// The answer to SHOW FUNCTIONS.
#[derive(Debug, Deserialize)]
pub struct Functions {
    functions: Vec<Function>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Function {
    name: String,
    category: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Render for Functions {
    fn render(&self, width: usize) -> String {
        let mut functions: Vec<&Function> = self.functions.iter().collect();
        functions.sort_by(|a, b| a.name.cmp(&b.name));
        let rows = functions.iter().map(|function| {
            [function.name.as_str(), function.kind.as_deref().unwrap_or_default(), function.category.as_str()]
        });
        grid(&["Function Name", "Type", "Category"], rows, width)
            + "\nDESCRIBE FUNCTION <name>; tells more about one."
    }
}
