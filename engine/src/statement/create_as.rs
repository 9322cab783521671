//! CREATE STREAM AS, CREATE TABLE AS and INSERT INTO … SELECT: a query and the sink that it writes.

use std::sync::Arc;

use super::create_source::{check_formats, check_timestamp, source_kind, value_columns};
use super::run_source::{already_exists, replacing_allowed};
use super::topic::{Wanted, ensure};
use super::with::{self, With};
use super::{Context, Entity};
use crate::analyze::error_at;
use crate::catalog::{Catalog, SourceDefinition};
use crate::change::Relation;
use crate::engine::{Engine, QueryEntry, QueryType};
use crate::error::{Error, Result};
use crate::format::{self, FormatInfo};
use crate::plan::{
    Plan, PlannedQuery, Purpose, QueryId, Sink, SinkTarget, SourceKind, Step, SubPlan, TimestampColumn,
    plan_query, shuffle,
};
use crate::runtime::StartOffsets;
use crate::schema::{LogicalSchema, Namespace};
use crate::settings::Settings;
use crate::sql::ast;

/// A standing query that is to be started.
#[derive(Debug, Clone)]
pub struct NewQuery {
    pub plan: Plan,
    /// The sink; for INSERT INTO it exists already.
    pub sink: SourceDefinition,
    pub partitions: Option<i32>,
    pub replicas: Option<i16>,
    pub retention_ms: Option<i64>,
    /// Names of the sources it reads.
    pub sources: Vec<String>,
}

/// Plans CREATE … AS SELECT. Touches nothing.
pub fn plan(
    catalog: &Catalog,
    create: &ast::CreateAsSelect,
    settings: &Settings,
    id: &QueryId,
    text: &str,
    scale: Scale,
) -> Result<NewQuery> {
    let with = With::new(&create.with, with::CREATE_AS)?;
    let name = create.name.value.clone();
    if create.query.emit == Some(ast::Emit::Final) && settings.boolean("ksql.suppress.enabled") == Some(false)
    {
        return Err(Error::user("EMIT FINAL is disabled. Set ksql.suppress.enabled to true to use it."));
    }
    let planned = plan_query(catalog, &create.query, Purpose::Persistent { sink: &name })?;
    let kind = source_kind(create.kind);
    check_kind(kind, planned.is_table)?;
    let left = planned.sources.first().ok_or_else(|| Error::internal("a query without sources"))?.clone();
    let (key_format, value_format) = formats(&with, &planned, &left, settings)?;
    check_formats(&planned.schema, &key_format, &value_format)?;
    let timestamp = with.timestamp()?;
    if let Some(timestamp) = &timestamp {
        check_timestamp(&planned.schema, timestamp)?;
    }
    let (partitions, replicas) = with.topic_shape()?;
    let retention_ms = with.integer("RETENTION_MS")?;
    if retention_ms.is_some() && kind == SourceKind::Table && planned.window.is_none() {
        return Err(Error::user(
            "Invalid config variable in the WITH clause: RETENTION_MS. Non-windowed tables do not support retention.",
        ));
    }
    let prefix = settings.text("ksql.output.topic.name.prefix").unwrap_or_default();
    let topic = with.text("KAFKA_TOPIC")?.unwrap_or_else(|| format!("{prefix}{name}"));
    let sink = SourceDefinition {
        name,
        kind,
        schema: planned.schema.clone(),
        topic,
        partitions: partitions.unwrap_or(left.partitions),
        key_format,
        value_format,
        timestamp,
        window: planned.window,
        read_only: false,
        created_by: Some(id.clone()),
        statement: text.to_owned(),
    };
    let sources = planned.sources.iter().map(|source| source.name.clone()).collect();
    Ok(NewQuery {
        plan: with_sink(planned, &sink, id, scale)?,
        sink,
        partitions,
        replicas,
        retention_ms,
        sources,
    })
}

/// Plans INSERT INTO … SELECT. Touches nothing.
pub fn plan_insert(
    catalog: &Catalog,
    insert: &ast::InsertInto,
    id: &QueryId,
    scale: Scale,
) -> Result<NewQuery> {
    let target = &insert.target;
    let sink = catalog
        .source(&target.value)
        .ok_or_else(|| error_at(target.span, format!("Source `{}` does not exist.", target.value)))?;
    if sink.is_table() {
        return Err(Error::user(format!(
            "INSERT INTO can only be used to insert into a stream. {} is a table.",
            sink.name
        )));
    }
    if sink.read_only {
        return Err(Error::user(format!("Cannot insert into read-only stream: {}", sink.name)));
    }
    let is_header = |namespace: &Namespace| matches!(namespace, Namespace::Headers | Namespace::Header(_));
    if sink.schema.columns().iter().any(|column| is_header(&column.namespace)) {
        return Err(Error::user(format!("Cannot insert into {} because it has header columns", sink.name)));
    }
    let planned = plan_query(catalog, &insert.query, Purpose::Persistent { sink: &sink.name })?;
    if planned.is_table {
        return Err(Error::user(
            "INSERT INTO can only take the result of a query over a stream; this SELECT gives a TABLE.",
        ));
    }
    if !same_columns(&planned.schema, &sink.schema) {
        return Err(Error::user(format!(
            "Incompatible schema between results and sink.\nResult schema is {}\nSink schema is {}",
            planned.schema, sink.schema
        )));
    }
    let sources = planned.sources.iter().map(|source| source.name.clone()).collect();
    let sink = (**sink).clone();
    Ok(NewQuery {
        plan: with_sink(planned, &sink, id, scale)?,
        sink,
        partitions: None,
        replicas: None,
        retention_ms: None,
        sources,
    })
}

fn same_columns(result: &LogicalSchema, sink: &LogicalSchema) -> bool {
    let (r, s) = (result.columns(), sink.columns());
    r.len() == s.len()
        && r.iter().zip(s).all(|(r, s)| r.name == s.name && r.namespace == s.namespace && (r.ty == s.ty))
}

fn check_kind(kind: SourceKind, is_table: bool) -> Result<()> {
    match (kind, is_table) {
        (SourceKind::Stream, true) => Err(Error::user(
            "Invalid result type. Your SELECT query produces a TABLE. Please use CREATE TABLE AS SELECT statement instead.",
        )),
        (SourceKind::Table, false) => Err(Error::user(
            "Invalid result type. Your SELECT query produces a STREAM. Please use CREATE STREAM AS SELECT statement instead.",
        )),
        _ => Ok(()),
    }
}

/// The sink's formats: as WITH says, else as the left-most source has them.
fn formats(
    with: &With<'_>,
    planned: &PlannedQuery,
    left: &SourceDefinition,
    settings: &Settings,
) -> Result<(FormatInfo, FormatInfo)> {
    let asked = with.formats()?;
    let keyless = planned.schema.key().is_empty();
    let explicit_key = asked.key.is_some();
    let key_name = match asked.key {
        Some(name) if keyless && name != "NONE" => {
            let _ = with.format_info("KEY", &name)?;
            return Err(Error::user(format!(
                "Key format specified for stream without key columns. Got {name}"
            )));
        }
        Some(name) => name,
        None if keyless => "NONE".to_owned(),
        None if left.key_format.name == "NONE" => {
            settings.text("ksql.persistence.default.format.key").unwrap_or("KAFKA").to_ascii_uppercase()
        }
        None => left.key_format.name.clone(),
    };
    let mut key = with.format_info("KEY", &key_name)?;
    if key.delimiter.is_none() && !explicit_key && left.key_format.name == key_name {
        key.delimiter = left.key_format.delimiter;
    }
    key.wrap_single = false;
    let explicit_value = asked.value.is_some();
    let value_name = asked.value.unwrap_or_else(|| left.value_format.name.clone());
    let mut value = with.format_info("VALUE", &value_name)?;
    if value.delimiter.is_none() && !explicit_value {
        value.delimiter = left.value_format.delimiter;
    }
    let columns = value_columns(&planned.schema).len();
    with.wrap_single_value(&mut value, columns, settings)?;
    if format::find(&key.name).is_none() {
        return Err(Error::user(format!("Unknown format: {}", key.name)));
    }
    Ok((key, value))
}

fn with_sink(planned: PlannedQuery, sink: &SourceDefinition, id: &QueryId, scale: Scale) -> Result<Plan> {
    let timestamp: Option<TimestampColumn> = sink.timestamp.clone();
    let target = SinkTarget::Topic {
        topic: sink.topic.clone(),
        key_format: sink.key_format.clone(),
        value_format: sink.value_format.clone(),
        window: planned.window,
        timestamp,
    };
    let relation: Relation = planned.root.relation().clone();
    let (root, stores) = if planned.is_table {
        // Pull queries read what the table's rows are.
        let store = planned.stores;
        (Step::Materialize { input: Box::new(planned.root), store }, planned.stores + 1)
    } else {
        (planned.root, planned.stores)
    };
    let sink = Sink { relation, target };
    let spread = planned.sources.iter().any(|source| source.partitions > 1);
    match scale {
        Scale::Topics if spread => shuffle::split(root, sink, stores, &format!("_confluent-ksql-query_{id}")),
        _ => Ok(Plan { subplans: vec![SubPlan { root, sink }], stores }),
    }
}

/// Over how many partitions a query runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As many as the topics have.
    Topics,
    /// One, whatever was declared.
    One,
}

impl Scale {
    pub(super) fn of(engine: &Engine) -> Self {
        if engine.options().one_partition { Self::One } else { Self::Topics }
    }
}

/// CREATE … AS SELECT takes effect.
pub(super) fn execute(context: &mut Context<'_>, create: &ast::CreateAsSelect) -> Result<Entity> {
    let catalog = context.engine.catalog();
    let name = &create.name.value;
    let noun = create.kind.noun();
    let existing = catalog.source(name).cloned();
    if let Some(existing) = &existing
        && !create.or_replace
    {
        if create.if_not_exists {
            return Ok(Entity::warning(
                context.text,
                format!("Cannot add {noun} `{name}`: A {noun} with the same name already exists."),
            ));
        }
        return Err(already_exists(existing, noun));
    }
    replacing_allowed(context, create.or_replace)?;
    let engine = context.engine;
    let prefix = if create.kind == ast::SourceKind::Table { "CTAS" } else { "CSAS" };
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |number| {
            let id = match existing.as_ref().and_then(|source| source.created_by.clone()) {
                // A replaced query keeps its id, and with it its offsets and state.
                Some(id) => id,
                None => QueryId(format!("{prefix}_{name}_{number}")),
            };
            let mut new = plan(&catalog, create, &context.settings, &id, context.text, Scale::of(engine))?;
            if let Some(old) = &existing {
                check_upgrade(engine, old, &new)?;
            }
            new.sink.partitions = ensure(
                engine,
                &Wanted {
                    name: &new.sink.topic,
                    partitions: Some(new.sink.partitions),
                    replicas: new.replicas,
                    retention_ms: new.retention_ms,
                    kind: new.sink.kind,
                    windowed: new.sink.window.is_some(),
                },
            )?;
            Ok((id, new))
        },
        |number, (id, new)| {
            let replaced = existing.as_ref().and_then(|_| engine.query_entry(&id.0));
            let number_of_state = replaced.as_ref().map_or(number as u32, |entry| entry.number);
            if replaced.is_some() {
                engine.runtime().stop(&id)?;
            }
            start(context, &id, number_of_state, &new)?;
            let entity = Entity::created(context.text, noun, &new.sink.name, number, Some(&id));
            engine.change_catalog(|catalog| {
                catalog.sources.insert(new.sink.name.clone(), Arc::new(new.sink.clone()));
            });
            Ok(entity)
        },
    )
}

/// Starts a standing query and enters it.
pub(super) fn start(context: &Context<'_>, id: &QueryId, number: u32, new: &NewQuery) -> Result<()> {
    let start = match context.settings.text("auto.offset.reset") {
        Some(reset) if reset.eq_ignore_ascii_case("earliest") => StartOffsets::Earliest,
        _ => StartOffsets::Latest,
    };
    context.engine.runtime().start(id.clone(), number, new.plan.clone(), start)?;
    context.engine.enter_query(QueryEntry {
        id: id.clone(),
        number,
        kind: QueryType::Persistent,
        statement: context.text.to_owned(),
        sources: new.sources.clone(),
        sink: Some((new.sink.name.clone(), new.sink.topic.clone())),
        schema: new.sink.schema.clone(),
        plan: Arc::new(new.plan.clone()),
    });
    Ok(())
}

/// CREATE OR REPLACE may change a filter and add columns at the end; the state that is there must still mean the same.
fn check_upgrade(engine: &Engine, old: &SourceDefinition, new: &NewQuery) -> Result<()> {
    let refused = |why: &str| Err(Error::user(format!("Cannot upgrade data source `{}`: {why}", old.name)));
    if old.read_only || old.created_by.is_none() {
        return refused("it was not made by CREATE ... AS SELECT");
    }
    if old.kind != new.sink.kind {
        return refused("a stream cannot become a table, nor a table a stream");
    }
    let before = old.schema.columns();
    let kept = before.iter().all(|column| new.sink.schema.columns().contains(column));
    if !kept || old.key_format != new.sink.key_format || old.value_format != new.sink.value_format {
        return refused("columns may only be added at the end, and formats stay as they are");
    }
    let Some(entry) = old.created_by.as_ref().and_then(|id| engine.query_entry(&id.0)) else {
        return Ok(());
    };
    if entry.plan.stores != new.plan.stores || entry.plan.subplans.len() != new.plan.subplans.len() {
        return refused("the new query keeps another state than the old one");
    }
    if entry.sources != new.sources {
        return refused("the new query reads other sources than the old one");
    }
    Ok(())
}
