//! SET, UNSET, DEFINE and UNDEFINE: they change the session.

use super::{Context, Entity};
use crate::error::{Error, Result};
use crate::settings::property;
use crate::sql::Ident;

pub(super) fn set(context: &mut Context<'_>, key: &str, value: &str) -> Result<Entity> {
    if property(key).is_some_and(|property| !property.editable) {
        return Err(Error::user(format!(
            "Cannot override property '{key}': it is the server's. Set it in the server's configuration."
        )));
    }
    if property(key).is_none() && key.starts_with("ksql.") && !key.starts_with("ksql.streams.") {
        return Err(Error::user(format!(
            "Not recognizable as ksql, streams, consumer, or producer property: '{key}'"
        )));
    }
    context.session.properties.set(key, value.to_owned())?;
    Ok(Entity::none(context.text))
}

pub(super) fn unset(context: &mut Context<'_>, key: Option<&str>) -> Result<Entity> {
    match key {
        Some(key) => context.session.properties.unset(key),
        None => context.session.properties = crate::settings::Settings::default(),
    }
    Ok(Entity::none(context.text))
}

pub(super) fn define(context: &mut Context<'_>, name: &Ident, value: &str) -> Result<Entity> {
    // Variables compare without case; substitution looks for upper case.
    context.session.variables.insert(name.value.to_uppercase(), value.to_owned());
    Ok(Entity::none(context.text))
}

pub(super) fn undefine(context: &mut Context<'_>, name: &Ident) -> Result<Entity> {
    let removed = context.session.variables.remove(&name.value.to_uppercase());
    if removed.is_none() {
        return Ok(Entity::warning(
            context.text,
            format!("Cannot undefine variable '{}' which was never defined", name.value),
        ));
    }
    Ok(Entity::none(context.text))
}
