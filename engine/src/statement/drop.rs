//! DROP STREAM and DROP TABLE.

use std::collections::BTreeSet;

use storage::TopicName;

use super::{Context, Entity};
use crate::engine::QueryEntry;
use crate::error::{Error, Result};
use crate::sql::ast;

pub(super) fn execute(context: &mut Context<'_>, drop: &ast::DropSource) -> Result<Entity> {
    let engine = context.engine;
    let catalog = engine.catalog();
    let name = &drop.name.value;
    let noun = drop.kind.noun();
    let Some(source) = catalog.source(name).cloned() else {
        if drop.if_exists {
            return Ok(Entity::warning(context.text, format!("Source {name} does not exist.")));
        }
        return Err(Error::not_found(format!("Source {name} does not exist.")));
    };
    if source.is_table() != (drop.kind == ast::SourceKind::Table) {
        let found = if source.is_table() { "TABLE" } else { "STREAM" };
        return Err(Error::user(format!(
            "Incompatible data source type is {found}, but statement was DROP {}",
            drop.kind.keyword()
        )));
    }
    if drop.delete_topic && source.read_only {
        return Err(Error::user(format!("Cannot delete topic for read-only source: {name}")));
    }
    let queries = engine.queries();
    // What writes only this goes with it; what reads it stops the drop.
    let writes = |entry: &QueryEntry| entry.sink.as_ref().is_some_and(|(sink, _)| sink == name);
    let keeps = |entry: &QueryEntry| entry.sink.is_none() && entry.id.0.starts_with("CST_");
    let readers: BTreeSet<String> = queries
        .iter()
        .filter(|entry| {
            entry.kind == crate::engine::QueryType::Persistent
                && entry.sources.contains(name)
                && !writes(entry)
                && !keeps(entry)
        })
        .map(|entry| entry.id.0.clone())
        .collect();
    if !readers.is_empty() {
        let readers: Vec<String> = readers.into_iter().collect();
        return Err(Error::user(format!(
            "Cannot drop {name}.\nThe following queries read from this source: [{}].\n\
             You need to terminate them before dropping {name}.",
            readers.join(", ")
        )));
    }
    let topic_shared = drop.delete_topic
        && catalog.sources.values().any(|other| other.name != *name && other.topic == source.topic);
    if topic_shared {
        return Err(Error::user(format!(
            "Refusing to delete topic. Found other data sources using topic: {}",
            source.topic
        )));
    }
    let ending: Vec<_> = queries
        .into_iter()
        .filter(|entry| writes(entry) || (keeps(entry) && entry.sources.contains(name)))
        .collect();
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |_| Ok(()),
        |number, ()| {
            for entry in &ending {
                super::terminate::end(engine, entry)?;
            }
            engine.change_catalog(|catalog| {
                catalog.sources.remove(name);
            });
            if drop.delete_topic {
                let topic = TopicName::new(&source.topic)?;
                if engine.storage().topic(&topic).is_some() {
                    engine.storage().delete_topic(&topic)?;
                }
            }
            Ok(Entity::status(
                context.text,
                format!("{noun}/{name}/drop"),
                format!("Source `{name}` (topic: {}) was dropped.", source.topic),
                number,
                None,
            ))
        },
    )
}
