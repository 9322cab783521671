//! CREATE STREAM and CREATE TABLE take effect.

use std::sync::Arc;

use super::create_source::{NewSource, define};
use super::topic::{Wanted, ensure};
use super::{Context, Entity};
use crate::catalog::SourceDefinition;
use crate::engine::{QueryEntry, QueryType};
use crate::error::{Error, Result};
use crate::plan::{Plan, QueryId, Sink, SinkTarget, SourceKind, Step, SubPlan};
use crate::runtime::StartOffsets;
use crate::sql::ast;

pub(super) fn execute(context: &mut Context<'_>, create: &ast::CreateSource) -> Result<Entity> {
    let catalog = context.engine.catalog();
    let name = &create.name.value;
    let noun = create.kind.noun();
    if let Some(existing) = catalog.source(name)
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
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |_| {
            let mut new = define(&catalog, create, &context.settings, context.text)?;
            new.source.partitions = ensure(
                engine,
                &Wanted {
                    name: &new.source.topic,
                    partitions: new.partitions,
                    replicas: new.replicas,
                    retention_ms: new.retention_ms,
                    kind: new.source.kind,
                    windowed: new.source.window.is_some(),
                },
            )?;
            Ok(new)
        },
        |number, new: NewSource| {
            let source = new.source;
            if source.read_only && source.is_table() {
                keep(context, &source, number)?;
            }
            let entity = Entity::created(context.text, noun, &source.name, number, None);
            engine.change_catalog(|catalog| {
                catalog.sources.insert(source.name.clone(), Arc::new(source));
            });
            Ok(entity)
        },
    )
}

/// # Errors
/// CREATE OR REPLACE where the setting forbids it.
pub(super) fn replacing_allowed(context: &Context<'_>, or_replace: bool) -> Result<()> {
    if or_replace && context.settings.boolean("ksql.create.or.replace.enabled") == Some(false) {
        return Err(Error::user(
            "CREATE OR REPLACE is disabled. Set ksql.create.or.replace.enabled to true to use it.",
        ));
    }
    Ok(())
}

pub(super) fn already_exists(existing: &SourceDefinition, noun: &str) -> Error {
    let found = if existing.is_table() { "table" } else { "stream" };
    Error::user(format!(
        "Cannot add {noun} '{0}': A {found} with the same name already exists",
        existing.name
    ))
}

/// The rows of a SOURCE table are kept by a query of its own, so that pull queries can read them.
fn keep(context: &Context<'_>, source: &SourceDefinition, number: i64) -> Result<()> {
    let id = QueryId(format!("CST_{}_{number}", source.name));
    let step = Step::Source(source.step(false));
    let relation = step.relation().clone();
    let plan = Plan {
        subplans: vec![SubPlan {
            root: Step::Materialize { input: Box::new(step), store: 0 },
            sink: Sink { relation, target: SinkTarget::None },
        }],
        stores: 1,
    };
    let entry = QueryEntry {
        id: id.clone(),
        number: number as u32,
        kind: QueryType::Persistent,
        statement: context.text.to_owned(),
        sources: vec![source.name.clone()],
        sink: None,
        schema: source.schema.clone(),
        plan: Arc::new(plan.clone()),
    };
    debug_assert_eq!(source.kind, SourceKind::Table);
    context.engine.runtime().start(id, number as u32, plan, StartOffsets::Earliest)?;
    context.engine.enter_query(entry);
    Ok(())
}
