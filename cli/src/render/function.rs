//! `describe_function`: one function with all the ways to call it.

use serde::Deserialize;

use super::Render;
use super::grid::{facts, sections};

/// The answer to DESCRIBE FUNCTION.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Function {
    name: String,
    description: String,
    author: String,
    version: String,
    path: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    functions: Vec<Variation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Variation {
    arguments: Vec<Argument>,
    return_type: String,
    description: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Argument {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    description: String,
    is_variadic: bool,
}

impl Render for Function {
    fn render(&self, _width: usize) -> String {
        let known = |text: &String| text.trim().to_owned();
        let head = facts([
            ("Name", self.name.clone()),
            ("Author", known(&self.author)),
            ("Version", known(&self.version)),
            ("Overview", known(&self.description)),
            ("Type", self.kind.clone().unwrap_or_default()),
            ("Jar", if self.path == "internal" { String::new() } else { known(&self.path) }),
        ]);
        sections(std::iter::once(head).chain(self.functions.iter().map(|one| one.render(&self.name))))
    }
}

impl Variation {
    fn render(&self, name: &str) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(Argument::signature).collect();
        let head = format!("{name}({}) -> {}", arguments.join(", "), self.return_type);
        let described = self.arguments.iter().filter(|argument| !argument.description.is_empty());
        let list = facts(described.map(|argument| (argument.name.as_str(), argument.description.clone())));
        let parts = [self.description.trim().to_owned(), list];
        parts.iter().flat_map(|part| part.lines()).fold(head, |text, line| format!("{text}\n    {line}"))
    }
}

impl Argument {
    fn signature(&self) -> String {
        let dots = if self.is_variadic && !self.kind.ends_with("...") { "..." } else { "" };
        format!("{} {}{dots}", self.name, self.kind).trim().to_owned()
    }
}
