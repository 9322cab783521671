//! CREATE TYPE and DROP TYPE.

use super::{Context, Entity};
use crate::analyze::type_name;
use crate::error::{Error, Result};
use crate::sql::{Ident, TypeName};

pub(super) fn create(
    context: &mut Context<'_>,
    if_not_exists: bool,
    name: &Ident,
    data_type: &TypeName,
) -> Result<Entity> {
    let engine = context.engine;
    let catalog = engine.catalog();
    let name = &name.value;
    if catalog.types.contains_key(name) {
        let message = format!(
            "Cannot register custom type '{name}' since it is already registered with type: {}",
            catalog.types[name]
        );
        return match if_not_exists {
            true => Ok(Entity::warning(context.text, message)),
            false => Err(Error::user(message)),
        };
    }
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |_| type_name::resolve(data_type, &catalog.types),
        |number, ty| {
            let message = format!("Registered custom type with name '{name}' and SQL type {ty}");
            engine.change_catalog(|catalog| {
                catalog.types.insert(name.clone(), ty);
            });
            Ok(Entity::status(context.text, format!("type/{name}/create"), message, number, None))
        },
    )
}

pub(super) fn drop(context: &mut Context<'_>, if_exists: bool, name: &Ident) -> Result<Entity> {
    let engine = context.engine;
    let name = &name.value;
    if !engine.catalog().types.contains_key(name) {
        let message = format!("Type {name} does not exist.");
        return match if_exists {
            true => Ok(Entity::warning(context.text, message)),
            false => Err(Error::not_found(message)),
        };
    }
    engine.command(
        context.text,
        context.session,
        context.replayed,
        |_| Ok(()),
        |number, ()| {
            engine.change_catalog(|catalog| {
                catalog.types.remove(name);
            });
            Ok(Entity::status(
                context.text,
                format!("type/{name}/drop"),
                format!("Dropped type '{name}'"),
                number,
                None,
            ))
        },
    )
}
