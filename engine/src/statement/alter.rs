//! ALTER STREAM and ALTER TABLE: columns are added at the end.

use std::sync::Arc;

use super::create_source::check_formats;
use super::{Context, Entity};
use crate::analyze::type_name;
use crate::error::{Error, Result};
use crate::schema::{Column, LogicalSchema, Namespace};
use crate::sql::ast;

pub(super) fn execute(context: &mut Context<'_>, alter: &ast::AlterSource) -> Result<Entity> {
    let engine = context.engine;
    let catalog = engine.catalog();
    let name = &alter.name.value;
    let noun = alter.kind.noun();
    let source = catalog
        .source(name)
        .cloned()
        .ok_or_else(|| Error::not_found(format!("Source {name} does not exist.")))?;
    if source.is_table() != (alter.kind == ast::SourceKind::Table) {
        let found = if source.is_table() { "TABLE" } else { "STREAM" };
        return Err(Error::user(format!(
            "Incompatible data source type is {found}, but statement was ALTER {}",
            alter.kind.keyword()
        )));
    }
    if source.read_only {
        return Err(Error::user(format!(
            "Cannot alter {noun} '{name}': ALTER operations are not supported on source {noun}s."
        )));
    }
    if source.created_by.is_some() {
        return Err(Error::user(format!(
            "ALTER command is not supported for CREATE ... AS statements: {name} is the result of a query."
        )));
    }
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |_| {
            let mut columns = source.schema.columns().to_vec();
            for (column, ty) in &alter.add {
                if columns.iter().any(|known| known.name == column.value) {
                    return Err(Error::user(format!(
                        "Cannot add column `{}` to schema. A column with the same name already exists.",
                        column.value
                    )));
                }
                let ty = type_name::resolve(ty, &catalog.types)?;
                columns.push(Column { name: column.value.clone(), ty, namespace: Namespace::Value });
            }
            let mut altered = (*source).clone();
            altered.schema = LogicalSchema::new(columns);
            check_formats(&altered.schema, &altered.key_format, &altered.value_format)?;
            Ok(altered)
        },
        |number, altered| {
            engine.change_catalog(|catalog| {
                catalog.sources.insert(name.clone(), Arc::new(altered));
            });
            Ok(Entity::status(
                context.text,
                format!("{noun}/{name}/alter"),
                format!("{} {name} altered.", if noun == "table" { "Table" } else { "Stream" }),
                number,
                None,
            ))
        },
    )
}
