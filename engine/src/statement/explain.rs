//! EXPLAIN.

use std::collections::BTreeMap;

use super::Context;
use super::create_as;
use super::describe::{fields, window_name};
use super::entity::{Entity, QueryDescription, QueryErrorInfo, TaskInfo, TaskOffset, TopicPartitionInfo};
use super::show::{query_type, state};
use crate::engine::{Engine, QueryEntry};
use crate::error::{Error, Result};
use crate::plan::{Plan, Purpose, QueryId, SinkTarget, Step, plan_query};
use crate::schema::LogicalSchema;
use crate::sql::Statement;
use crate::sql::ast::Explain;

pub(super) fn execute(context: &mut Context<'_>, explain: &Explain) -> Result<Entity> {
    let engine = context.engine;
    let description = match explain {
        Explain::Query(id) => {
            let entry = engine.query_entry(&id.value).ok_or_else(|| {
                Error::not_found(format!(
                    "Query with id:{} does not exist, use SHOW QUERIES to view the full set of queries.",
                    id.value
                ))
            })?;
            describe_query(engine, &entry)
        }
        Explain::Statement(statement) => planned(context, statement)?,
    };
    Ok(Entity::QueryDescription {
        statement_text: context.text.to_owned(),
        query_description: Box::new(description),
        warnings: vec![],
    })
}

/// What a statement would run.
fn planned(context: &Context<'_>, statement: &Statement) -> Result<QueryDescription> {
    let catalog = context.engine.catalog();
    let id = QueryId("EXPLAINED".to_owned());
    let scale = create_as::Scale::of(context.engine);
    let new = match statement {
        Statement::CreateAsSelect(create) => {
            create_as::plan(&catalog, create, &context.settings, &id, context.text, scale)?
        }
        Statement::InsertInto(insert) => create_as::plan_insert(&catalog, insert, &id, scale)?,
        Statement::Query(query) => {
            let planned = plan_query(&catalog, query, Purpose::Transient)?;
            let sources = planned.sources.iter().map(|source| source.name.clone()).collect();
            return Ok(description(
                context,
                &planned.schema,
                window_name(planned.window),
                sources,
                vec![],
                tree(&planned.root),
            ));
        }
        _ => {
            return Err(Error::user(
                "EXPLAIN takes a query: SELECT, CREATE ... AS SELECT, INSERT INTO ... SELECT, or the id of one that runs.",
            ));
        }
    };
    Ok(description(
        context,
        &new.sink.schema,
        window_name(new.sink.window),
        new.sources.clone(),
        vec![new.sink.name.clone()],
        plan_text(&new.plan),
    ))
}

fn description(
    context: &Context<'_>,
    schema: &LogicalSchema,
    window_type: Option<&'static str>,
    sources: Vec<String>,
    sinks: Vec<String>,
    text: String,
) -> QueryDescription {
    QueryDescription {
        id: String::new(),
        statement_text: context.text.to_owned(),
        window_type,
        fields: fields(schema),
        sources,
        sinks,
        topology: text.clone(),
        execution_plan: text,
        overridden_properties: context.session.properties.set_values().clone(),
        ksql_host_query_status: BTreeMap::new(),
        query_type: "UNKNOWN",
        query_errors: vec![],
        tasks_metadata: vec![],
        state: "",
        consumer_group_id: String::new(),
    }
}

/// A query that runs.
pub(super) fn describe_query(engine: &Engine, entry: &QueryEntry) -> QueryDescription {
    let status = engine.runtime().status(&entry.id).ok();
    let text = plan_text(&entry.plan);
    let state = state(engine, entry);
    QueryDescription {
        id: entry.id.0.clone(),
        statement_text: format!("{};", entry.statement),
        window_type: None,
        fields: fields(&entry.schema),
        sources: entry.sources.clone(),
        sinks: entry.sink.iter().map(|(name, _)| name.clone()).collect(),
        topology: text.clone(),
        execution_plan: text,
        overridden_properties: BTreeMap::new(),
        ksql_host_query_status: BTreeMap::from([("localhost".to_owned(), state)]),
        query_type: query_type(entry),
        query_errors: status
            .iter()
            .flat_map(|status| &status.errors)
            .map(|error| QueryErrorInfo {
                timestamp: error.time_ms,
                error_message: error.message.clone(),
                kind: "SYSTEM",
            })
            .collect(),
        tasks_metadata: status
            .iter()
            .flat_map(|status| &status.partitions)
            .enumerate()
            .map(|(number, progress)| TaskInfo {
                task_id: format!("{number}_{}", progress.partition),
                topic_offsets: vec![TaskOffset {
                    topic_partition_entity: TopicPartitionInfo {
                        topic: progress.topic.clone(),
                        partition: progress.partition,
                    },
                    end_offset: progress.end,
                    committed_offset: progress.position,
                }],
            })
            .collect(),
        state,
        consumer_group_id: entry.id.0.clone(),
    }
}

fn plan_text(plan: &Plan) -> String {
    plan.subplans
        .iter()
        .map(|part| {
            let sink = match &part.sink.target {
                SinkTarget::Topic { topic, value_format, .. } => {
                    format!("SINK topic {topic} ({})", value_format.name)
                }
                SinkTarget::Repartition { topic } => format!("REPARTITION through {topic}"),
                SinkTarget::Push => "PUSH".to_owned(),
                SinkTarget::None => "KEEP".to_owned(),
            };
            let body: String = tree(&part.root).lines().map(|line| format!("  {line}\n")).collect();
            format!(" > {sink}\n{body}")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A step and what is below it, one line each.
fn tree(step: &Step) -> String {
    let mut out = String::new();
    write_tree(&mut out, step, 1);
    out
}

fn write_tree(out: &mut String, step: &Step, depth: usize) {
    out.push_str(&format!("{}> [ {} ] | {}\n", " ".repeat(depth * 2), name(step), detail(step)));
    for input in step.inputs() {
        write_tree(out, input, depth + 1);
    }
}

fn name(step: &Step) -> &'static str {
    match step {
        Step::Source(_) => "SOURCE",
        Step::Filter { .. } => "FILTER",
        Step::Project { rekey: true, .. } => "REKEY",
        Step::Project { .. } => "PROJECT",
        Step::FlatMap { .. } => "FLAT_MAP",
        Step::Aggregate(_) => "AGGREGATE",
        Step::StreamStreamJoin(_) => "STREAM_STREAM_JOIN",
        Step::StreamTableJoin(_) => "STREAM_TABLE_JOIN",
        Step::TableTableJoin(_) => "TABLE_TABLE_JOIN",
        Step::ForeignKeyJoin(_) => "FOREIGN_KEY_JOIN",
        Step::Materialize { .. } => "MATERIALIZE",
        Step::Limit { .. } => "LIMIT",
    }
}

fn detail(step: &Step) -> String {
    let list = |exprs: &[crate::expression::Expr], over: &crate::change::Relation| {
        exprs.iter().map(|expr| expr.display(over).to_string()).collect::<Vec<_>>().join(", ")
    };
    match step {
        Step::Source(source) => {
            let columns: Vec<&str> = source
                .relation
                .key
                .iter()
                .chain(&source.relation.value)
                .map(|field| field.name.as_str())
                .collect();
            format!(
                "{} from topic {} as {}: {}",
                source.name,
                source.topic,
                source.value_format.name,
                columns.join(", ")
            )
        }
        Step::Filter { input, predicate } => predicate.display(input.relation()).to_string(),
        Step::Project { input, key, value, .. } => {
            format!("key: [{}] value: [{}]", list(key, input.relation()), list(value, input.relation()))
        }
        Step::FlatMap { input, calls, .. } => list(calls, input.relation()),
        Step::Aggregate(aggregate) => {
            let calls: Vec<String> = aggregate
                .aggregates
                .iter()
                .map(|call| format!("{}({})", call.function, list(&call.args, aggregate.input.relation())))
                .collect();
            let window = match aggregate.window {
                Some(window) => format!(" {:?}", window.kind),
                None => String::new(),
            };
            format!(
                "by [{}]: {}{window}",
                list(&aggregate.group_by, aggregate.input.relation()),
                calls.join(", ")
            )
        }
        Step::StreamStreamJoin(join) => {
            format!("{:?} within [-{} ms, +{} ms]", join.kind, join.before_ms, join.after_ms)
        }
        Step::StreamTableJoin(join) | Step::TableTableJoin(join) => format!("{:?}", join.kind),
        Step::ForeignKeyJoin(join) => {
            format!("{:?} on {}", join.kind, join.foreign_key.display(join.left.relation()))
        }
        Step::Materialize { store, .. } => format!("store {store}"),
        Step::Limit { rows, .. } => rows.to_string(),
    }
}
