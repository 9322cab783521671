//! `streams` and `tables`: the sources that there are.

use serde::Deserialize;

use super::Render;
use super::grid::grid;

/// The answer to SHOW STREAMS.
#[derive(Debug, Deserialize)]
pub struct Streams {
    streams: Vec<Source>,
}

/// The answer to SHOW TABLES.
#[derive(Debug, Deserialize)]
pub struct Tables {
    tables: Vec<Source>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Source {
    name: String,
    topic: String,
    key_format: String,
    value_format: String,
    is_windowed: bool,
}

impl Render for Streams {
    fn render(&self, width: usize) -> String {
        if self.streams.is_empty() {
            return "There are no streams yet. `help create stream` shows how to declare one.".to_owned();
        }
        draw("Stream Name", &self.streams, width)
    }
}

impl Render for Tables {
    fn render(&self, width: usize) -> String {
        if self.tables.is_empty() {
            return "There are no tables yet. `help create table` shows how to declare one.".to_owned();
        }
        draw("Table Name", &self.tables, width)
    }
}

fn draw(title: &str, sources: &[Source], width: usize) -> String {
    let rows = sources.iter().map(|source| {
        let windowed = source.is_windowed.to_string();
        [
            source.name.clone(),
            source.topic.clone(),
            source.key_format.clone(),
            source.value_format.clone(),
            windowed,
        ]
    });
    grid(&[title, "Kafka Topic", "Key Format", "Value Format", "Windowed"], rows, width)
}
