//! DESCRIBE.

use super::Context;
use super::entity::{
    Entity, FieldInfo, PartitionOffsets, QueryInfo, QueryOffsets, SchemaInfo, SourceDescription, TopicOffsets,
};
use super::show::query_info;
use crate::catalog::SourceDefinition;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::plan::WindowKind;
use crate::schema::{LogicalSchema, Namespace};
use crate::sql::{Ident, ast};
use storage::{TopicName, TopicPartition};

pub(super) fn execute(context: &mut Context<'_>, name: &Ident, extended: bool) -> Result<Entity> {
    let catalog = context.engine.catalog();
    let source = catalog.source(&name.value).ok_or_else(|| {
        Error::not_found(format!(
            "Could not find STREAM/TABLE '{}' in the Metastore. SHOW STREAMS and SHOW TABLES list what is there.",
            name.value
        ))
    })?;
    Ok(Entity::SourceDescription {
        statement_text: context.text.to_owned(),
        source_description: Box::new(describe_source(context.engine, source, extended)),
        warnings: vec![],
    })
}

/// DESCRIBE STREAMS, SHOW STREAMS EXTENDED and the same of tables.
pub(super) fn all(context: &mut Context<'_>, kind: ast::SourceKind) -> Result<Entity> {
    let tables = kind == ast::SourceKind::Table;
    let catalog = context.engine.catalog();
    let source_descriptions = catalog
        .sources
        .values()
        .filter(|source| source.is_table() == tables)
        .map(|source| describe_source(context.engine, source, true))
        .collect();
    Ok(Entity::SourceDescriptions {
        statement_text: context.text.to_owned(),
        source_descriptions,
        warnings: vec![],
    })
}

pub(super) fn window_name(window: Option<WindowKind>) -> Option<&'static str> {
    window.map(|window| match window {
        WindowKind::Tumbling { .. } => "TUMBLING",
        WindowKind::Hopping { .. } => "HOPPING",
        WindowKind::Session { .. } => "SESSION",
    })
}

pub(super) fn fields(schema: &LogicalSchema) -> Vec<FieldInfo> {
    schema
        .columns()
        .iter()
        .map(|column| FieldInfo {
            name: column.name.clone(),
            schema: SchemaInfo::new(&column.ty),
            kind: match column.namespace {
                Namespace::Key => Some("KEY"),
                Namespace::Headers | Namespace::Header(_) => Some("HEADER"),
                Namespace::Value => None,
            },
            header_key: match &column.namespace {
                Namespace::Header(key) => Some(key.clone()),
                _ => None,
            },
        })
        .collect()
}

fn describe_source(engine: &Engine, source: &SourceDefinition, extended: bool) -> SourceDescription {
    let queries = engine.queries();
    let infos = |reads: bool| -> Vec<QueryInfo> {
        queries
            .iter()
            .filter(|entry| match reads {
                true => entry.sources.contains(&source.name),
                false => entry.sink.as_ref().is_some_and(|(sink, _)| *sink == source.name),
            })
            .map(|entry| query_info(engine, entry))
            .collect()
    };
    let topic = TopicName::new(&source.topic).ok().and_then(|name| engine.storage().topic(&name));
    SourceDescription {
        name: source.name.clone(),
        window_type: window_name(source.window),
        read_queries: infos(true),
        write_queries: infos(false),
        fields: fields(&source.schema),
        kind: if source.is_table() { "TABLE" } else { "STREAM" },
        timestamp: source.timestamp.as_ref().map_or_else(String::new, |timestamp| timestamp.column.clone()),
        statistics: if extended { statistics(engine, source) } else { String::new() },
        error_stats: String::new(),
        extended,
        key_format: source.key_format.name.clone(),
        value_format: source.value_format.name.clone(),
        topic: source.topic.clone(),
        partitions: if extended { topic.as_ref().map_or(0, |topic| topic.partitions) } else { 0 },
        replication: if extended { topic.as_ref().map_or(0, |topic| topic.replicas) } else { 0 },
        statement: source.statement.clone(),
        query_offset_summaries: if extended { offsets(engine, source) } else { vec![] },
        source_constraints: vec![],
        cluster_statistics: vec![],
        cluster_error_stats: vec![],
    }
}

/// How many records the topic holds.
fn statistics(engine: &Engine, source: &SourceDefinition) -> String {
    let Ok(name) = TopicName::new(&source.topic) else { return String::new() };
    let Some(topic) = engine.storage().topic(&name) else { return String::new() };
    let records: i64 = (0..topic.partitions)
        .filter_map(|partition| engine.storage().offsets(&TopicPartition::new(name.clone(), partition)).ok())
        .map(|offsets| offsets.high_watermark.0 - offsets.log_start.0)
        .sum();
    format!("total-messages: {records}")
}

/// How far the queries that read this source have come.
fn offsets(engine: &Engine, source: &SourceDefinition) -> Vec<QueryOffsets> {
    let mut summaries = Vec::new();
    for entry in engine.queries().iter().filter(|entry| entry.sources.contains(&source.name)) {
        let Ok(status) = engine.runtime().status(&entry.id) else { continue };
        let offsets = status
            .partitions
            .iter()
            .filter(|progress| progress.topic == source.topic)
            .map(|progress| PartitionOffsets {
                partition: progress.partition,
                log_start_offset: 0,
                log_end_offset: progress.end,
                consumer_offset: progress.position,
            })
            .collect();
        summaries.push(QueryOffsets {
            group_id: entry.id.0.clone(),
            topic_summaries: vec![TopicOffsets { kafka_topic: source.topic.clone(), offsets }],
        });
    }
    summaries
}
