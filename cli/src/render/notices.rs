//! Answers of one sentence: `warning_entity`, `terminate_query`, `assert_topic`, `assert_schema`.

use serde::Deserialize;

use super::{Render, cell};

/// A statement had nothing to do, for example CREATE IF NOT EXISTS of what exists.
#[derive(Debug, Deserialize)]
pub struct Warning {
    message: String,
}

/// The answer to TERMINATE of a push query.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terminated {
    query_id: String,
    #[serde(default)]
    was_terminated: bool,
}

/// The answer to ASSERT TOPIC.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicAsserted {
    topic_name: String,
    exists: bool,
}

/// The answer to ASSERT SCHEMA.
#[derive(Debug, Deserialize)]
pub struct SchemaAsserted {
    subject: Option<String>,
    id: Option<i64>,
    exists: bool,
}

impl Render for Warning {
    fn render(&self, _width: usize) -> String {
        format!("WARNING: {}", cell::plain(&self.message))
    }
}

impl Render for Terminated {
    fn render(&self, _width: usize) -> String {
        match self.was_terminated {
            true => format!("Query {} has ended.", cell::plain(&self.query_id)),
            false => format!("Query {} could not be ended: it does not run.", cell::plain(&self.query_id)),
        }
    }
}

impl Render for TopicAsserted {
    fn render(&self, _width: usize) -> String {
        let topic = cell::plain(&self.topic_name);
        if self.exists { format!("Topic {topic} exists.") } else { format!("Topic {topic} does not exist.") }
    }
}

impl Render for SchemaAsserted {
    fn render(&self, _width: usize) -> String {
        let subject = self.subject.as_ref().map(|subject| format!(" with subject {}", cell::plain(subject)));
        let id = self.id.map(|id| format!(" with id {id}"));
        let which = format!("{}{}", subject.unwrap_or_default(), id.unwrap_or_default());
        if self.exists { format!("Schema{which} exists.") } else { format!("Schema{which} does not exist.") }
    }
}
