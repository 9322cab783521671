//! SHOW and LIST.

use std::collections::BTreeMap;

use super::entity::{
    Entity, FunctionName, PropertyInfo, QueryInfo, SchemaInfo, SourceInfo, TopicInfo, VariableInfo,
};
use super::{Context, explain};
use crate::catalog::SourceDefinition;
use crate::engine::{Engine, QueryEntry, QueryType};
use crate::error::{Error, Result};
use crate::function::{Category, aggregate, scalar, table};
use crate::runtime::QueryState;
use crate::settings::PROPERTIES;
use crate::sql::ast::{self, Show};

pub(super) fn execute(context: &mut Context<'_>, show: &Show) -> Result<Entity> {
    let statement_text = context.text.to_owned();
    let warnings = vec![];
    let engine = context.engine;
    Ok(match show {
        Show::Streams { extended: true } => super::describe::all(context, ast::SourceKind::Stream)?,
        Show::Tables { extended: true } => super::describe::all(context, ast::SourceKind::Table)?,
        Show::Streams { .. } => Entity::Streams { statement_text, streams: sources(engine, false), warnings },
        Show::Tables { .. } => Entity::Tables { statement_text, tables: sources(engine, true), warnings },
        Show::Topics { all, extended } => {
            let topics = topics(engine, *all, *extended);
            if *extended {
                Entity::TopicsExtended { statement_text, topics, warnings }
            } else {
                Entity::Topics { statement_text, topics, warnings }
            }
        }
        Show::Queries { extended: true } => Entity::QueryDescriptions {
            statement_text,
            query_descriptions: engine
                .queries()
                .iter()
                .map(|entry| explain::describe_query(engine, entry))
                .collect(),
            warnings,
        },
        Show::Queries { .. } => Entity::Queries {
            statement_text,
            queries: engine.queries().iter().map(|entry| query_info(engine, entry)).collect(),
            warnings,
        },
        Show::Functions => Entity::FunctionNames { statement_text, functions: functions(), warnings },
        Show::Properties => Entity::Properties {
            statement_text,
            properties: properties(context),
            overwritten_properties: context.session.properties.set_values().keys().cloned().collect(),
            default_properties: PROPERTIES.iter().map(|property| property.name.to_owned()).collect(),
            warnings,
        },
        Show::Types => Entity::Types {
            statement_text,
            types: engine
                .catalog()
                .types
                .iter()
                .map(|(name, ty)| (name.clone(), SchemaInfo::new(ty)))
                .collect(),
            warnings,
        },
        Show::Variables => {
            let mut variables: Vec<VariableInfo> = context
                .session
                .variables
                .iter()
                .map(|(name, value)| VariableInfo { name: name.clone(), value: value.clone() })
                .collect();
            variables.sort_by(|l, r| l.name.cmp(&r.name));
            Entity::Variables { statement_text, variables, warnings }
        }
        Show::Connectors { .. } | Show::ConnectorPlugins => {
            return Err(Error::user("Connectors are not supported yet."));
        }
    })
}

fn sources(engine: &Engine, tables: bool) -> Vec<SourceInfo> {
    let info = |source: &SourceDefinition| SourceInfo {
        kind: if tables { "TABLE" } else { "STREAM" },
        name: source.name.clone(),
        topic: source.topic.clone(),
        key_format: source.key_format.name.clone(),
        value_format: source.value_format.name.clone(),
        is_windowed: source.window.is_some(),
    };
    engine
        .catalog()
        .sources
        .values()
        .filter(|source| source.is_table() == tables)
        .map(|source| info(source))
        .collect()
}

/// Topics that are the engine's own begin so.
const INTERNAL: &str = "_confluent";

fn topics(engine: &Engine, all: bool, extended: bool) -> Vec<TopicInfo> {
    let readers = |topic: &str| {
        engine
            .queries()
            .iter()
            .filter(|entry| {
                entry
                    .plan
                    .subplans
                    .iter()
                    .any(|part| part.root.sources().iter().any(|source| source.topic == topic))
            })
            .count()
    };
    engine
        .storage()
        .topics()
        .into_iter()
        .filter(|topic| all || !topic.name.as_str().starts_with(INTERNAL))
        .map(|topic| TopicInfo {
            replica_info: vec![topic.replicas; topic.partitions as usize],
            consumer_count: extended.then(|| readers(topic.name.as_str()) * topic.partitions as usize),
            consumer_group_count: extended.then(|| readers(topic.name.as_str())),
            name: topic.name.as_str().to_owned(),
        })
        .collect()
}

/// A query's state by ksqlDB's word.
pub(super) fn state(engine: &Engine, entry: &QueryEntry) -> &'static str {
    match engine.runtime().status(&entry.id).map(|status| status.state) {
        Ok(QueryState::Running) => "RUNNING",
        Ok(QueryState::Paused) => "PAUSED",
        Ok(QueryState::Error) => "ERROR",
        Err(_) => "UNRESPONSIVE",
    }
}

pub(super) fn query_type(entry: &QueryEntry) -> &'static str {
    match entry.kind {
        QueryType::Persistent => "PERSISTENT",
        QueryType::Push => "PUSH",
    }
}

pub(super) fn query_info(engine: &Engine, entry: &QueryEntry) -> QueryInfo {
    let state = state(engine, entry);
    QueryInfo {
        query_string: format!("{};", entry.statement),
        sinks: entry.sink.iter().map(|(name, _)| name.clone()).collect(),
        sink_kafka_topics: entry.sink.iter().map(|(_, topic)| topic.clone()).collect(),
        id: entry.id.0.clone(),
        status_count: BTreeMap::from([(state, 1)]),
        query_type: query_type(entry),
        state,
    }
}

/// What a category is called.
pub(super) fn category(category: Category) -> String {
    match category {
        Category::DateTime => "DATE / TIME".to_owned(),
        Category::NullHandling => "NULL HANDLING".to_owned(),
        Category::Regex => "REGULAR EXPRESSION".to_owned(),
        other => format!("{other:?}").to_ascii_uppercase(),
    }
}

fn functions() -> Vec<FunctionName> {
    let mut functions: Vec<FunctionName> = scalar::all()
        .map(|function| FunctionName {
            name: function.name.to_owned(),
            kind: "SCALAR",
            category: category(function.category),
        })
        .chain(aggregate::FUNCTIONS.iter().map(|function| FunctionName {
            name: function.name.to_owned(),
            kind: "AGGREGATE",
            category: "AGGREGATE".to_owned(),
        }))
        .collect();
    functions.extend(table::FUNCTIONS.iter().map(|function| FunctionName {
        name: function.name.to_owned(),
        kind: "TABLE",
        category: category(function.category),
    }));
    functions.sort_by(|l, r| l.name.cmp(&r.name));
    functions
}

fn properties(context: &Context<'_>) -> Vec<PropertyInfo> {
    PROPERTIES
        .iter()
        .map(|property| {
            let level = if context.session.properties.set_values().contains_key(property.name) {
                "SESSION"
            } else {
                "SERVER"
            };
            PropertyInfo {
                name: property.name.to_owned(),
                scope: if property.name.starts_with("ksql.") { "KSQL" } else { "KAFKA STREAMS" },
                value: context.settings.text(property.name).map(str::to_owned),
                editable: property.editable,
                level,
            }
        })
        .collect()
}
