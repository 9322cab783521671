//! TERMINATE.

use std::sync::Arc;

use super::{Context, Entity};
use crate::engine::{Engine, QueryEntry, QueryType};
use crate::error::{Error, Result};
use crate::sql::Ident;

pub(super) fn execute(context: &mut Context<'_>, id: Option<&Ident>) -> Result<Entity> {
    let engine = context.engine;
    let entries = chosen(engine, id, "terminate")?;
    if let (Some(_), [entry]) = (id, entries.as_slice())
        && entry.kind == QueryType::Push
    {
        let was_terminated = engine.close_query(&entry.id.0);
        return Ok(Entity::TerminateQuery {
            statement_text: context.text.to_owned(),
            query_id: entry.id.0.clone(),
            was_terminated,
            warnings: vec![],
        });
    }
    let name = id.map_or_else(|| "ALL".to_owned(), |id| id.value.clone());
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |_| Ok(()),
        |number, ()| {
            for entry in &entries {
                match entry.kind {
                    QueryType::Persistent => end(engine, entry)?,
                    QueryType::Push => {
                        engine.close_query(&entry.id.0);
                    }
                }
            }
            Ok(Entity::status(
                context.text,
                format!("terminate/{name}/execute"),
                "Query terminated.".to_owned(),
                number,
                None,
            ))
        },
    )
}

/// The queries that a statement names.
pub(super) fn chosen(engine: &Engine, id: Option<&Ident>, verb: &str) -> Result<Vec<Arc<QueryEntry>>> {
    match id {
        None => Ok(engine.queries()),
        Some(id) => match engine.query_entry(&id.value) {
            Some(entry) if entry.id.0.starts_with("CST_") => Err(Error::user(format!(
                "Cannot {verb} query '{}' as it is linked to a source table. Please drop the table to {verb} it.",
                entry.id
            ))),
            Some(entry) => Ok(vec![entry]),
            None => Err(Error::not_found(format!("Unknown queryId: {}", id.value))),
        },
    }
}

/// Stops a standing query and deletes what it kept; what it wrote stays.
pub(super) fn end(engine: &Engine, entry: &QueryEntry) -> Result<()> {
    engine.runtime().stop(&entry.id)?;
    engine.remove_query(&entry.id);
    engine.runtime().forget(&entry.id, entry.number, &entry.plan)
}
