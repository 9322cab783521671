//! What has to hold after a case: sources and topics.

use engine::analyze::type_name;
use engine::catalog::{Catalog, SourceDefinition};
use engine::format::FormatInfo;
use engine::plan::{SourceKind, WindowKind};
use engine::schema::{Column, LogicalSchema, Namespace};
use engine::sql::Statement;
use engine::sql::ast::ColumnConstraint;
use regex::Regex;
use serde_json::Value;

/// Topics that ksqlDB keeps for itself; how a query is split inside is ours to choose.
const INTERNAL: [&str; 2] = ["-repartition", "-changelog"];

/// Checks the conditions of a case.
///
/// # Errors
/// The first that does not hold.
pub fn check(conditions: &Value, catalog: &Catalog) -> Result<(), String> {
    for expected in list(&conditions["sources"]) {
        let name = expected["name"].as_str().unwrap_or_default();
        let source = catalog.source(name).ok_or_else(|| format!("post: no source\n  {name}"))?;
        check_source(expected, source, catalog).map_err(|reason| format!("post: {reason}\n  of {name}"))?;
    }
    let topics = &conditions["topics"];
    if let Some(pattern) = topics["blacklist"].as_str() {
        let pattern = Regex::new(pattern).map_err(|error| format!("post: blacklist: {error}"))?;
        if let Some(source) = catalog.sources.values().find(|source| pattern.is_match(&source.topic)) {
            return Err(format!("post: topic should not be\n  {}", source.topic));
        }
    }
    for expected in list(&topics["topics"]) {
        let name = expected["name"].as_str().unwrap_or_default();
        if INTERNAL.iter().any(|suffix| name.ends_with(suffix)) {
            continue;
        }
        let source = catalog
            .sources
            .values()
            .find(|source| source.topic == name)
            .ok_or_else(|| format!("post: no topic\n  {name}"))?;
        check_topic(expected, source).map_err(|reason| format!("post: {reason}\n  of topic {name}"))?;
    }
    Ok(())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn check_source(expected: &Value, source: &SourceDefinition, catalog: &Catalog) -> Result<(), String> {
    let kind = match source.kind {
        SourceKind::Stream => "stream",
        SourceKind::Table => "table",
    };
    same("type", expected["type"].as_str().map(str::to_lowercase).as_deref(), kind)?;
    if let Some(text) = expected["schema"].as_str() {
        let schema = parse_schema(text, catalog)?;
        if schema != source.schema {
            return Err(format!("schema differs\n  expected: {schema}\n  actual:   {}", source.schema));
        }
    }
    let key = &expected["keyFormat"];
    if key.is_object() {
        same("key format", key["format"].as_str(), &source.key_format.name)?;
        check_window(key, source.window)?;
    }
    same("value format", expected["valueFormat"].as_str(), &source.value_format.name)?;
    let keys = source.schema.key();
    check_features("key", &expected["keyFeatures"], features(&source.key_format, keys.len(), true))?;
    let explicit = source.statement.to_uppercase().contains("WRAP_SINGLE_VALUE");
    let values = source.schema.value().iter().filter(|column| column.namespace == Namespace::Value).count();
    check_features("value", &expected["valueFeatures"], features(&source.value_format, values, explicit))?;
    if let Some(read_only) = expected["isSource"].as_bool()
        && read_only != source.read_only
    {
        return Err(format!("isSource differs: {}", source.read_only));
    }
    Ok(())
}

fn check_topic(expected: &Value, source: &SourceDefinition) -> Result<(), String> {
    same("key format", expected["keyFormat"]["format"].as_str(), &source.key_format.name)?;
    same("value format", expected["valueFormat"]["format"].as_str(), &source.value_format.name)?;
    if let Some(partitions) = expected["partitions"].as_i64()
        && partitions != i64::from(source.partitions)
    {
        return Err(format!("partitions differ: {} instead of {partitions}", source.partitions));
    }
    let window = &expected["keyFormat"]["windowInfo"];
    if window.is_object() {
        same_text("window", window["type"].as_str().map(str::to_uppercase), window_name(source.window))?;
    }
    Ok(())
}

fn check_window(key: &Value, window: Option<WindowKind>) -> Result<(), String> {
    let expected = key["windowType"].as_str().map(str::to_uppercase);
    same_text("window type", expected, window_name(window))?;
    let size = match window {
        Some(WindowKind::Tumbling { size_ms } | WindowKind::Hopping { size_ms, .. }) => Some(size_ms),
        _ => None,
    };
    if key["windowSize"].as_i64() != size {
        return Err(format!("window size differs: {size:?} instead of {}", key["windowSize"]));
    }
    Ok(())
}

fn window_name(window: Option<WindowKind>) -> Option<&'static str> {
    window.map(|window| match window {
        WindowKind::Tumbling { .. } => "TUMBLING",
        WindowKind::Hopping { .. } => "HOPPING",
        WindowKind::Session { .. } => "SESSION",
    })
}

/// Whether a single column stands in a record of its own, where the format has a choice and it was made.
fn features(format: &FormatInfo, columns: usize, chosen: bool) -> Vec<&'static str> {
    let choice = engine::format::find(&format.name)
        .is_some_and(|format| format.abilities().wrap && format.abilities().unwrap);
    match columns {
        1 if choice && chosen => vec![if format.wrap_single { "WRAP_SINGLES" } else { "UNWRAP_SINGLES" }],
        _ => Vec::new(),
    }
}

fn check_features(side: &str, expected: &Value, actual: Vec<&'static str>) -> Result<(), String> {
    let Some(expected) = expected.as_array() else { return Ok(()) };
    let expected: Vec<&str> = expected.iter().filter_map(Value::as_str).collect();
    if expected == actual {
        return Ok(());
    }
    Err(format!("{side} features differ: {actual:?} instead of {expected:?}"))
}

fn same(what: &str, expected: Option<&str>, actual: &str) -> Result<(), String> {
    match expected {
        Some(expected) if !expected.eq_ignore_ascii_case(actual) => {
            Err(format!("{what} differs: {actual} instead of {expected}"))
        }
        _ => Ok(()),
    }
}

fn same_text(what: &str, expected: Option<String>, actual: Option<&str>) -> Result<(), String> {
    if expected.as_deref() == actual {
        return Ok(());
    }
    Err(format!("{what} differs: {actual:?} instead of {expected:?}"))
}

/// A list of columns, in which KEY marks those of the key of streams and tables alike.
fn parse_schema(text: &str, catalog: &Catalog) -> Result<LogicalSchema, String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("schema cannot be read: {error}\n  {text}");
    let plain = text.replace("PRIMARY KEY", "KEY");
    let statement =
        engine::sql::parse_statement(&format!("CREATE STREAM S ({plain}) WITH (kafka_topic='t');"))
            .map_err(|error| unreadable(&error.message))?;
    let Statement::CreateSource(create) = statement else { return Err(unreadable(&"not a list of columns")) };
    let columns = create
        .columns
        .iter()
        .map(|column| {
            let ty =
                type_name::resolve(&column.data_type, &catalog.types).map_err(|error| unreadable(&error))?;
            let namespace = match &column.constraint {
                ColumnConstraint::None => Namespace::Value,
                ColumnConstraint::Key | ColumnConstraint::PrimaryKey => Namespace::Key,
                ColumnConstraint::Headers => Namespace::Headers,
                ColumnConstraint::Header(key) => Namespace::Header(key.clone()),
            };
            Ok(Column { name: column.name.value.clone(), ty, namespace })
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(LogicalSchema::new(columns))
}
