//! Answers as text.
//!
//! What `/ksql` answers, by ksqlDB's `@type`, each in its file:
//! [`status`], [`sources`], [`topics`], [`queries`], [`functions`], [`function`], [`properties`],
//! [`types`], [`source_description`], [`query_description`], [`variables`], [`notices`].
//!
//! What `/query` answers: [`rows`], laid out by [`widths`].
//!
//! Building blocks: [`grid`] (boxed tables, lists of facts), [`cell`] (a value as text), [`schema`]
//! (types as text).

pub mod cell;
pub mod function;
pub mod functions;
pub mod grid;
pub mod notices;
pub mod properties;
pub mod queries;
pub mod query_description;
pub mod rows;
pub mod schema;
pub mod source_description;
pub mod sources;
pub mod status;
pub mod topics;
pub mod types;
pub mod variables;
pub mod widths;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer that can be drawn to `width` columns.
pub trait Render {
    /// The text, lines without trailing blanks, with no line end after the last.
    fn render(&self, width: usize) -> String;
}

/// Draws one entity of `/ksql`. Warnings come first. A kind that is not known, or that has another
/// shape than expected, is drawn as its JSON: nothing the server says is lost.
pub fn entity(entity: &Value, width: usize) -> String {
    let kind = entity.get("@type").and_then(Value::as_str).unwrap_or_default();
    let body = match kind {
        "currentStatus" => draw::<status::CurrentStatus>(entity, width),
        "streams" => draw::<sources::Streams>(entity, width),
        "tables" => draw::<sources::Tables>(entity, width),
        "kafka_topics" | "kafka_topics_extended" => draw::<topics::Topics>(entity, width),
        "queries" => draw::<queries::Queries>(entity, width),
        "query_descriptions" => draw::<query_description::Many>(entity, width),
        "queryDescription" => draw::<query_description::One>(entity, width),
        "sourceDescription" => draw::<source_description::One>(entity, width),
        "source_descriptions" => draw::<source_description::Many>(entity, width),
        "function_names" => draw::<functions::Functions>(entity, width),
        "describe_function" => draw::<function::Function>(entity, width),
        "properties" => draw::<properties::Properties>(entity, width),
        "type_list" => draw::<types::Types>(entity, width),
        "variables" => draw::<variables::Variables>(entity, width),
        "terminate_query" => draw::<notices::Terminated>(entity, width),
        "assert_topic" => draw::<notices::TopicAsserted>(entity, width),
        "assert_schema" => draw::<notices::SchemaAsserted>(entity, width),
        "warning_entity" => draw::<notices::Warning>(entity, width),
        _ => None,
    };
    let body = body.unwrap_or_else(|| json(entity));
    match warnings(entity) {
        Some(warnings) if body.is_empty() => warnings,
        Some(warnings) => format!("{warnings}\n{body}"),
        None => body,
    }
}

/// A value as JSON over many lines.
pub fn json(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

fn draw<T: DeserializeOwned + Render>(entity: &Value, width: usize) -> Option<String> {
    serde_json::from_value::<T>(without_nulls(entity)).ok().map(|entity| entity.render(width))
}

/// `null` for a field means the same as no field, in all entities.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(name, value)| (name.clone(), without_nulls(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

fn warnings(entity: &Value) -> Option<String> {
    let warnings = entity.get("warnings")?.as_array()?;
    let lines: Vec<String> = warnings
        .iter()
        .filter_map(|warning| warning.get("message").and_then(Value::as_str))
        .map(|message| format!("WARNING: {}", cell::plain(message)))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
