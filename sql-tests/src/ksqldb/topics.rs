//! Which topics there are before the statements run, and how their records are written.

use engine::catalog::{Catalog, SourceDefinition};
use engine::format::FormatInfo;
use engine::schema::{Column, Namespace, SqlType};
use engine::sql::{Literal, Statement};

use super::case::Topic;
use super::payload::TopicFormats;

/// The topic that a CREATE STREAM or CREATE TABLE reads.
pub fn read_by(statement: &str) -> Option<String> {
    let Ok(Statement::CreateSource(create)) = engine::sql::parse_statement(statement) else { return None };
    match &create.with.get("KAFKA_TOPIC")?.value {
        Literal::String(topic) => Some(topic.clone()),
        _ => None,
    }
}

/// The formats of a topic: those of the source over it, else those that are declared for it.
pub fn formats(catalog: &Catalog, declared: &[Topic], topic: &str) -> TopicFormats {
    if let Some(source) = catalog.sources.values().find(|source| source.topic == topic) {
        return formats_of(source);
    }
    let declared = declared.iter().find(|declared| declared.name == topic);
    let format = |name: Option<&String>, default: &str| FormatInfo::new(name.map_or(default, String::as_str));
    TopicFormats {
        key: format(declared.and_then(|topic| topic.key_format.as_ref()), "KAFKA"),
        value: format(declared.and_then(|topic| topic.value_format.as_ref()), "JSON"),
        key_type: None,
        value_type: None,
        window: None,
    }
}

fn formats_of(source: &SourceDefinition) -> TopicFormats {
    let values: Vec<&Column> =
        source.schema.value().iter().filter(|column| column.namespace == Namespace::Value).collect();
    TopicFormats {
        key: source.key_format.clone(),
        value: source.value_format.clone(),
        key_type: only(source.schema.key().iter()),
        value_type: only(values.into_iter()),
        window: source.window,
    }
}

fn only<'a>(mut columns: impl Iterator<Item = &'a Column>) -> Option<SqlType> {
    let first = columns.next()?;
    columns.next().is_none().then(|| first.ty.clone())
}
