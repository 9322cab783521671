//! `queryDescription` and `query_descriptions`: a query with its plan.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::grid::{facts, grid, sections};
use super::schema::{Field, name};
use super::{Render, cell};

/// The answer to EXPLAIN.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct One {
    query_description: Description,
}

/// The answer to SHOW QUERIES EXTENDED.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Many {
    query_descriptions: Vec<Description>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Description {
    id: Option<String>,
    statement_text: String,
    window_type: Option<String>,
    fields: Vec<Field>,
    sources: Vec<String>,
    sinks: Vec<String>,
    topology: String,
    execution_plan: String,
    overridden_properties: BTreeMap<String, Value>,
    ksql_host_query_status: BTreeMap<String, String>,
    query_type: String,
    query_errors: Vec<QueryError>,
    tasks_metadata: Vec<Task>,
    state: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct QueryError {
    timestamp: Value,
    error_message: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Task {
    task_id: String,
    topic_offsets: Vec<TopicOffset>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TopicOffset {
    topic_partition_entity: Value,
    end_offset: i64,
    committed_offset: i64,
}

impl Render for One {
    fn render(&self, width: usize) -> String {
        self.query_description.render(width)
    }
}

impl Render for Many {
    fn render(&self, width: usize) -> String {
        match self.query_descriptions.is_empty() {
            true => "No query runs.".to_owned(),
            false => sections(self.query_descriptions.iter().map(|query| query.render(width))),
        }
    }
}

impl Description {
    fn render(&self, width: usize) -> String {
        let head = facts([
            ("ID", self.id.clone().unwrap_or_default()),
            ("Query type", self.query_type.clone()),
            ("State", self.state.clone().unwrap_or_default()),
            ("Window type", self.window_type.clone().unwrap_or_default()),
            ("Sources", self.sources.join(", ")),
            ("Sinks", self.sinks.join(", ")),
            ("Hosts", pairs(self.ksql_host_query_status.iter().map(|(k, v)| (k, v.clone())))),
            (
                "Properties",
                pairs(self.overridden_properties.iter().map(|(key, value)| (key, cell::text(value)))),
            ),
            ("SQL", self.statement_text.clone()),
        ]);
        let title = |title: &str, text: &str| match text.trim() {
            "" => String::new(),
            text => format!("{title}\n{}\n{}", "-".repeat(title.len()), cell::plain(text)),
        };
        sections([
            head,
            self.columns(width),
            title("Execution plan", &self.execution_plan),
            title("Topology", &self.topology),
            self.tasks(width),
            self.errors(width),
        ])
    }

    fn columns(&self, width: usize) -> String {
        if self.fields.is_empty() {
            return String::new();
        }
        let rows = self.fields.iter().map(|field| {
            let role = field.role.as_ref().map(|role| format!(" ({})", role.to_lowercase()));
            [name(&field.name), format!("{}{}", field.schema.sql(), role.unwrap_or_default())]
        });
        grid(&["Field", "Type"], rows, width)
    }

    fn tasks(&self, width: usize) -> String {
        let rows: Vec<[String; 4]> = self
            .tasks_metadata
            .iter()
            .flat_map(|task| task.topic_offsets.iter().map(|at| (&task.task_id, at)))
            .map(|(id, at)| {
                let entity = &at.topic_partition_entity;
                let topic = entity.get("topicName").or_else(|| entity.get("topic")).and_then(Value::as_str);
                let input = match (topic, entity.get("partition")) {
                    (Some(topic), Some(partition)) => format!("{topic}-{partition}"),
                    _ => cell::text(entity),
                };
                [id.clone(), input, at.committed_offset.to_string(), at.end_offset.to_string()]
            })
            .collect();
        match rows.is_empty() {
            true => String::new(),
            false => grid(&["Task", "Input", "Committed Offset", "End Offset"], rows, width),
        }
    }

    fn errors(&self, width: usize) -> String {
        if self.query_errors.is_empty() {
            return String::new();
        }
        let rows = self
            .query_errors
            .iter()
            .map(|error| [cell::text(&error.timestamp), error.kind.clone(), error.error_message.clone()]);
        grid(&["Error At", "Type", "Message"], rows, width)
    }
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a String, String)>) -> String {
    pairs.map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join("\n")
}
