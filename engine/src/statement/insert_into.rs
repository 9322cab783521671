//! INSERT INTO … SELECT.

use super::create_as::{Scale, plan_insert, start};
use super::{Context, Entity};
use crate::analyze::error_at;
use crate::error::{Error, Result};
use crate::plan::QueryId;
use crate::sql::{Literal, ast};

/// Beginnings that ids of the engine's own have.
const RESERVED: [&str; 4] = ["INSERTQUERY_", "CTAS_", "CSAS_", "CST_"];

pub(super) fn execute(context: &mut Context<'_>, insert: &ast::InsertInto) -> Result<Entity> {
    let engine = context.engine;
    let catalog = engine.catalog();
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |number| {
            let id = query_id(context, insert)?.unwrap_or_else(|| QueryId(format!("INSERTQUERY_{number}")));
            let new = plan_insert(&catalog, insert, &id, Scale::of(engine))?;
            Ok((id, new))
        },
        |number, (id, new)| {
            start(context, &id, number as u32, &new)?;
            Ok(Entity::created(context.text, "stream", &new.sink.name, number, Some(&id)))
        },
    )
}

/// The id that WITH (QUERY_ID = '…') gives.
fn query_id(context: &Context<'_>, insert: &ast::InsertInto) -> Result<Option<QueryId>> {
    if let Some(unknown) =
        insert.with.entries.iter().find(|property| !property.name.value.eq_ignore_ascii_case("QUERY_ID"))
    {
        return Err(error_at(
            unknown.span,
            format!("Invalid config variable(s) in the WITH clause: {}", unknown.name.value),
        ));
    }
    let Some(property) = insert.with.get("QUERY_ID") else { return Ok(None) };
    let Literal::String(id) = &property.value else {
        return Err(error_at(property.span, "QUERY_ID is a string, for instance 'my_query'"));
    };
    let id = id.to_ascii_uppercase();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(error_at(
            property.span,
            format!("Query IDs may contain only alphanumeric characters and '_'. Got: '{id}'"),
        ));
    }
    if let Some(reserved) = RESERVED.iter().find(|reserved| id.starts_with(**reserved)) {
        return Err(error_at(
            property.span,
            format!("Query IDs must not start with a reserved query ID prefix ({reserved}). Got '{id}'"),
        ));
    }
    if context.engine.query_entry(&id).is_some() {
        return Err(Error::user(format!("Query ID '{id}' already exists.")));
    }
    Ok(Some(QueryId(id)))
}
