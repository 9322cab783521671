//! `sourceDescription` and `source_descriptions`: a stream or table in detail.

use serde::Deserialize;

use super::Render;
use super::grid::{facts, grid, sections};
use super::schema::{Field, name};

/// The answer to DESCRIBE.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct One {
    source_description: Description,
}

/// The answer to DESCRIBE STREAMS and SHOW TABLES EXTENDED.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Many {
    source_descriptions: Vec<Description>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Description {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    window_type: Option<String>,
    fields: Vec<Field>,
    read_queries: Vec<Query>,
    write_queries: Vec<Query>,
    timestamp: Option<String>,
    statistics: String,
    error_stats: String,
    extended: bool,
    key_format: String,
    value_format: String,
    topic: String,
    partitions: Option<i64>,
    replication: Option<i64>,
    statement: String,
    query_offset_summaries: Vec<GroupSummary>,
    source_constraints: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Query {
    id: String,
    query_string: String,
    query_type: String,
    state: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GroupSummary {
    group_id: String,
    topic_summaries: Vec<TopicSummary>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TopicSummary {
    kafka_topic: String,
    offsets: Vec<Offsets>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Offsets {
    partition: i64,
    log_start_offset: i64,
    log_end_offset: i64,
    consumer_offset: i64,
}

impl Render for One {
    fn render(&self, width: usize) -> String {
        self.source_description.render(width)
    }
}

impl Render for Many {
    fn render(&self, width: usize) -> String {
        match self.source_descriptions.is_empty() {
            true => "There are none yet.".to_owned(),
            false => sections(self.source_descriptions.iter().map(|source| source.render(width))),
        }
    }
}

impl Description {
    fn is_table(&self) -> bool {
        self.kind.eq_ignore_ascii_case("table")
    }

    fn render(&self, width: usize) -> String {
        let title = facts([("Name", self.name.clone()), ("Type", self.kind.clone())]);
        if !self.extended {
            let more =
                format!("DESCRIBE {} EXTENDED; tells more: topic, queries, statistics.", name(&self.name));
            return format!("{title}\n{}\n{more}", self.columns(width));
        }
        sections(
            [self.facts(), self.columns(width), self.queries(), self.statistics()]
                .into_iter()
                .chain(self.query_offset_summaries.iter().map(|group| group.render(width))),
        )
    }

    fn columns(&self, width: usize) -> String {
        let rows = self.fields.iter().map(|field| {
            let role = match field.role.as_deref() {
                Some("KEY") if self.is_table() => " (primary key)".to_owned(),
                Some("HEADER") => match &field.header_key {
                    Some(key) => format!(" (header '{key}')"),
                    None => " (headers)".to_owned(),
                },
                Some(other) => format!(" ({})", other.to_lowercase()),
                None => String::new(),
            };
            let window = match (field.role.as_deref(), &self.window_type) {
                (Some("KEY"), Some(window)) => format!(" (window: {})", window.to_lowercase()),
                _ => String::new(),
            };
            [name(&field.name), format!("{}{role}{window}", field.schema.sql())]
        });
        grid(&["Field", "Type"], rows, width)
    }

    fn facts(&self) -> String {
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        facts([
            ("Name", self.name.clone()),
            ("Type", self.kind.clone()),
            ("Window type", self.window_type.clone().unwrap_or_default()),
            ("Timestamp field", self.timestamp.clone().unwrap_or_default()),
            ("Key format", self.key_format.clone()),
            ("Value format", self.value_format.clone()),
            ("Kafka topic", self.topic.clone()),
            ("Partitions", number(self.partitions)),
            ("Replication", number(self.replication)),
            ("Statement", self.statement.clone()),
            ("Used by", self.source_constraints.join(", ")),
        ])
    }

    fn queries(&self) -> String {
        sections(
            [
                ("Queries that read from it", &self.read_queries),
                ("Queries that write to it", &self.write_queries),
            ]
            .into_iter()
            .map(|(title, queries)| list(title, queries)),
        )
    }

    fn statistics(&self) -> String {
        facts([("Statistics", self.statistics.clone()), ("Errors", self.error_stats.clone())])
    }
}

fn list(title: &str, queries: &[Query]) -> String {
    if queries.is_empty() {
        return String::new();
    }
    queries.iter().fold(format!("{title}:"), |text, query| {
        let state = query.state.as_deref().unwrap_or(&query.query_type);
        let sql = query.query_string.trim().replace('\n', "\n      ");
        format!("{text}\n  {} ({state})\n      {sql}", query.id)
    })
}

impl GroupSummary {
    fn render(&self, width: usize) -> String {
        let topics = self.topic_summaries.iter().map(|topic| {
            let rows = topic.offsets.iter().map(|at| {
                let lag = (at.log_end_offset - at.consumer_offset).max(0);
                [at.partition, at.log_start_offset, at.log_end_offset, at.consumer_offset, lag]
                    .map(|number| number.to_string())
            });
            let header = ["Partition", "Start Offset", "End Offset", "Offset", "Lag"];
            format!("Kafka topic: {}\n{}", topic.kafka_topic, grid(&header, rows, width))
        });
        sections(std::iter::once(format!("Consumer group: {}", self.group_id)).chain(topics))
    }
}
