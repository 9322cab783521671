//! `queries`: the queries that run.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Render;
use super::grid::grid_keeping;

/// From this width on there is room for the topic, which mostly has the sink's name.
const WIDE: usize = 120;

/// The answer to SHOW QUERIES.
#[derive(Debug, Deserialize)]
pub struct Queries {
    queries: Vec<Query>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Query {
    id: String,
    query_string: String,
    sinks: Vec<String>,
    sink_kafka_topics: Vec<String>,
    status_count: BTreeMap<String, u64>,
    query_type: String,
    state: Option<String>,
}

impl Render for Queries {
    fn render(&self, width: usize) -> String {
        if self.queries.is_empty() {
            return "No query runs. `help create stream as` shows how to start one.".to_owned();
        }
        let with_topic = width >= WIDE;
        let rows = self.queries.iter().map(|query| {
            let mut row =
                vec![query.id.clone(), query.query_type.clone(), query.status(), query.sinks.join(", ")];
            if with_topic {
                row.push(query.sink_kafka_topics.join(", "));
            }
            row.push(on_one_line(&query.query_string));
            row
        });
        let mut header = vec!["Query ID", "Query Type", "Status", "Sink Name", "Query String"];
        if with_topic {
            header.insert(4, "Sink Kafka Topic");
        }
        grid_keeping(4, &header, rows, width) + "\nEXPLAIN <query id>; tells more about one."
    }
}

impl Query {
    fn status(&self) -> String {
        let counts: Vec<String> = self.status_count.iter().map(|(state, n)| format!("{state}:{n}")).collect();
        match counts.is_empty() {
            true => self.state.clone().unwrap_or_default(),
            false => counts.join(", "),
        }
    }
}

/// SQL with its line breaks as blanks: the table breaks it where it must.
fn on_one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
