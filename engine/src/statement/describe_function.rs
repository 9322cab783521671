//! DESCRIBE FUNCTION.

use super::Context;
use super::entity::{Entity, FunctionArgument, FunctionVariant};
use crate::error::{Error, Result};
use crate::function::{Signature, aggregate, scalar, table};
use crate::sql::Ident;

pub(super) fn execute(context: &mut Context<'_>, name: &Ident) -> Result<Entity> {
    let wanted = name.value.to_ascii_uppercase();
    let (name, description, kind, variants): (_, _, _, Vec<(&str, &str)>) =
        match (scalar::find(&wanted), aggregate::find(&wanted), table::find(&wanted)) {
            (Some(function), _, _) => (
                function.name,
                function.description,
                "SCALAR",
                function.variants.iter().map(|variant| (variant.signature, variant.description)).collect(),
            ),
            (None, Some(function), _) => (
                function.name,
                function.description,
                "AGGREGATE",
                function.variants.iter().map(|variant| (variant.signature, variant.description)).collect(),
            ),
            (None, None, Some(function)) => (
                function.name,
                function.description,
                "TABLE",
                function.variants.iter().map(|variant| (variant.signature, variant.description)).collect(),
            ),
            (None, None, None) => {
                return Err(Error::not_found(format!(
                    "Can't find any functions with the name '{}'. SHOW FUNCTIONS lists them.",
                    name.value
                )));
            }
        };
    Ok(Entity::DescribeFunction {
        statement_text: context.text.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        author: "Millrace".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        path: "internal".to_owned(),
        functions: variants
            .into_iter()
            .map(|(signature, description)| variant(signature, description))
            .collect::<Result<_>>()?,
        kind,
        warnings: vec![],
    })
}

fn variant(signature: &str, description: &str) -> Result<FunctionVariant> {
    let parsed = Signature::parse(signature).map_err(Error::internal)?;
    Ok(FunctionVariant {
        arguments: parsed
            .params
            .iter()
            .chain(&parsed.constants)
            .map(|param| FunctionArgument {
                name: param.name.clone(),
                ty: param.ty.to_string(),
                description: String::new(),
                is_variadic: param.variadic,
            })
            .collect(),
        return_type: parsed.returns.to_string(),
        description: description.to_owned(),
    })
}
