//! PAUSE and RESUME.

use super::terminate::chosen;
use super::{Context, Entity};
use crate::engine::QueryType;
use crate::error::Result;
use crate::sql::Ident;

pub(super) fn execute(context: &mut Context<'_>, id: Option<&Ident>, pause: bool) -> Result<Entity> {
    let engine = context.engine;
    let (verb, done) = if pause { ("pause", "paused") } else { ("resume", "resumed") };
    let entries = chosen(engine, id, verb)?;
    let name = id.map_or_else(|| "ALL".to_owned(), |id| id.value.clone());
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |_| Ok(()),
        |number, ()| {
            for entry in entries.iter().filter(|entry| entry.kind == QueryType::Persistent) {
                if pause {
                    engine.runtime().pause(&entry.id)?;
                } else {
                    engine.runtime().resume(&entry.id)?;
                }
            }
            Ok(Entity::status(
                context.text,
                format!("{verb}/{name}/execute"),
                format!("Query {done}."),
                number,
                None,
            ))
        },
    )
}
