//! CREATE STREAM and CREATE TABLE over a topic.

use super::with::{self, With};
use crate::analyze::{error_at, type_name};
use crate::catalog::{Catalog, SourceDefinition};
use crate::error::{Error, Result};
use crate::format::{self, FormatInfo, Side};
use crate::plan::SourceKind;
use crate::schema::{Column, LogicalSchema, Namespace, SqlType, StructField, is_pseudo_column};
use crate::settings::Settings;
use crate::sql::ast::{self, ColumnConstraint};

/// A source that is to be made, and what its topic is to be like if it is not there.
#[derive(Debug, Clone)]
pub struct NewSource {
    pub source: SourceDefinition,
    /// How many partitions the statement asks for.
    pub partitions: Option<i32>,
    pub replicas: Option<i16>,
    pub retention_ms: Option<i64>,
}

/// What a CREATE statement defines. Touches nothing: the caller makes the topic and enters the source.
///
/// # Errors
/// All that can be wrong with the statement by itself.
pub fn define(
    catalog: &Catalog,
    create: &ast::CreateSource,
    settings: &Settings,
    text: &str,
) -> Result<NewSource> {
    let with = With::new(&create.with, with::CREATE_SOURCE)?;
    let kind = source_kind(create.kind);
    let schema = columns(catalog, create, settings)?;
    let noun = create.kind.noun();
    if create.or_replace && create.source {
        return Err(replacing_read_only(noun, &create.name.value));
    }
    let topic = with.text("KAFKA_TOPIC")?.ok_or_else(|| {
        Error::user("Missing required property \"KAFKA_TOPIC\" which has no default value.")
    })?;
    let formats = with.formats()?;
    let window = with.window()?;
    let default_key =
        settings.text("ksql.persistence.default.format.key").unwrap_or("KAFKA").to_ascii_uppercase();
    let key_name = match formats.key {
        Some(name) => name,
        // Without a key there is nothing to read, whatever the format.
        None if schema.key().is_empty() => "NONE".to_owned(),
        None => default_key,
    };
    let value_name = formats
        .value
        .or_else(|| settings.text("ksql.persistence.default.format.value").map(str::to_ascii_uppercase))
        .ok_or_else(|| {
            Error::user(
                "Statement is missing the 'VALUE_FORMAT' property from the WITH clause. Either provide one or set a \
                 default via the 'ksql.persistence.default.format.value' config.",
            )
        })?;
    let mut key_format = with.format_info("KEY", &key_name)?;
    let mut value_format = with.format_info("VALUE", &value_name)?;
    check_schema_ids(&with, &schema, &key_format, &value_format)?;
    if schema.columns().is_empty()
        || schema.value().is_empty() && kind == SourceKind::Stream && schema.key().is_empty()
    {
        return Err(Error::user(format!(
            "The statement does not define any columns, and the format {value_name} cannot say which there are."
        )));
    }
    let value_columns = value_columns(&schema);
    with.wrap_single_value(&mut value_format, value_columns.len(), settings)?;
    key_format.wrap_single = false;
    check_formats(&schema, &key_format, &value_format)?;
    let timestamp = with.timestamp()?;
    if let Some(timestamp) = &timestamp {
        check_timestamp(&schema, timestamp)?;
    }
    let (partitions, replicas) = with.topic_shape()?;
    let retention_ms = with.integer("RETENTION_MS")?;
    if retention_ms.is_some() && kind == SourceKind::Table && window.is_none() {
        return Err(Error::user(
            "Invalid config variable in the WITH clause: RETENTION_MS. Non-windowed tables do not support retention.",
        ));
    }
    let source = SourceDefinition {
        name: create.name.value.clone(),
        kind,
        schema,
        topic,
        partitions: partitions.unwrap_or(1),
        key_format,
        value_format,
        timestamp,
        window,
        read_only: create.source,
        created_by: None,
        statement: text.to_owned(),
    };
    if create.or_replace
        && let Some(old) = catalog.source(&source.name)
    {
        check_replacement(old, &source)?;
    }
    Ok(NewSource { source, partitions, replicas, retention_ms })
}

pub(super) fn source_kind(kind: ast::SourceKind) -> SourceKind {
    match kind {
        ast::SourceKind::Stream => SourceKind::Stream,
        ast::SourceKind::Table => SourceKind::Table,
    }
}

fn replacing_read_only(noun: &str, name: &str) -> Error {
    Error::user(format!("Cannot add {noun} '{name}': CREATE OR REPLACE is not supported on source {noun}s."))
}

/// The columns that are in the record's value (headers are not).
pub(super) fn value_columns(schema: &LogicalSchema) -> Vec<Column> {
    schema.value().iter().filter(|column| column.namespace == Namespace::Value).cloned().collect()
}

fn columns(catalog: &Catalog, create: &ast::CreateSource, settings: &Settings) -> Result<LogicalSchema> {
    let is_table = create.kind == ast::SourceKind::Table;
    let mut columns: Vec<Column> = Vec::with_capacity(create.columns.len());
    for definition in &create.columns {
        let name = definition.name.value.clone();
        let place = |message: String| error_at(definition.span, message);
        if is_pseudo_column(&name) {
            return Err(place(format!(
                "'{name}' is a reserved column name. You cannot use it as a name for a column."
            )));
        }
        let ty = type_name::resolve(&definition.data_type, &catalog.types)?;
        let namespace = match &definition.constraint {
            ColumnConstraint::None => Namespace::Value,
            ColumnConstraint::Key if is_table => {
                return Err(place(format!(
                    "Column `{name}` is a 'KEY' column: please use 'PRIMARY KEY' for tables."
                )));
            }
            ColumnConstraint::PrimaryKey if !is_table => {
                return Err(place(format!(
                    "Column `{name}` is a 'PRIMARY KEY' column: please use 'KEY' for streams."
                )));
            }
            ColumnConstraint::Key | ColumnConstraint::PrimaryKey => Namespace::Key,
            ColumnConstraint::Headers => {
                let expected = headers_type();
                if ty != expected {
                    return Err(place(format!(
                        "Invalid type for HEADERS column: expected {expected}, got {ty}"
                    )));
                }
                Namespace::Headers
            }
            ColumnConstraint::Header(key) => {
                if ty != SqlType::Bytes {
                    return Err(place(format!(
                        "Invalid type for HEADER('{key}') column: expected BYTES, got {ty}"
                    )));
                }
                Namespace::Header(key.clone())
            }
        };
        let is_header = matches!(namespace, Namespace::Headers | Namespace::Header(_));
        if is_header && settings.boolean("ksql.headers.columns.enabled") == Some(false) {
            return Err(place("Cannot create stream/table with headers columns when ksql.headers.columns.enabled is set to false.".into()));
        }
        if is_header && columns.iter().any(|other| clashes(&other.namespace, &namespace)) {
            return Err(place(format!(
                "Schema already contains a HEADERS column, or a HEADER column of the same key: `{name}` cannot be added"
            )));
        }
        if columns.iter().any(|other| other.name == name) {
            return Err(place(format!("Duplicate column names: {name}")));
        }
        if namespace == Namespace::Key && ty.contains_map() {
            return Err(place(format!(
                "Map keys, including types that contain maps, are not supported as they may lead to unexpected behavior \
                 due to inconsistent serialization. Key column name: `{name}`. Column type: {ty}. \
                 See https://github.com/confluentinc/ksql/issues/6621 for more."
            )));
        }
        columns.push(Column { name, ty, namespace });
    }
    let schema = LogicalSchema::new(columns);
    if is_table && schema.key().is_empty() && !create.columns.is_empty() {
        return Err(error_at(
            create.name.span,
            "Tables require a PRIMARY KEY. Please define the PRIMARY KEY.\n\
             Use a stream if the records have no key, or mark a column: `ID INT PRIMARY KEY`.",
        ));
    }
    Ok(schema)
}

fn clashes(one: &Namespace, other: &Namespace) -> bool {
    one == other
        || matches!(
            (one, other),
            (Namespace::Headers, Namespace::Header(_)) | (Namespace::Header(_), Namespace::Headers)
        )
}

/// The type that a HEADERS column must have.
pub fn headers_type() -> SqlType {
    let field = |name: &str, ty| StructField { name: name.to_owned(), ty };
    SqlType::array(SqlType::Struct(vec![field("KEY", SqlType::String), field("VALUE", SqlType::Bytes)]))
}

/// Schemas from a registry are for formats that have one.
fn check_schema_ids(
    with: &With<'_>,
    schema: &LogicalSchema,
    key: &FormatInfo,
    value: &FormatInfo,
) -> Result<()> {
    for (name, format, columns) in
        [("KEY_SCHEMA_ID", key, schema.key().len()), ("VALUE_SCHEMA_ID", value, schema.value().len())]
    {
        if with.integer(name)?.is_none() {
            continue;
        }
        let side = if name.starts_with("KEY") { "KEY_FORMAT" } else { "VALUE_FORMAT" };
        if columns > 0 && infers(&format.name) {
            return Err(Error::user(format!(
                "Table elements and {name} cannot both exist for create statement."
            )));
        }
        return Err(Error::user(format!(
            "{side} should support schema inference when {name} is provided. Current format is {}.",
            format.name
        )));
    }
    Ok(())
}

/// Formats whose schemas stand in a registry.
fn infers(format: &str) -> bool {
    matches!(format, "AVRO" | "PROTOBUF" | "JSON_SR")
}

/// Whether the formats can write the columns.
pub(super) fn check_formats(schema: &LogicalSchema, key: &FormatInfo, value: &FormatInfo) -> Result<()> {
    for (side, info, columns) in
        [(Side::Key, key, schema.key().to_vec()), (Side::Value, value, value_columns(schema))]
    {
        let format =
            format::find(&info.name).ok_or_else(|| Error::user(format!("Unknown format: {}", info.name)))?;
        let abilities = format.abilities();
        let noun = if side == Side::Key { "Key" } else { "Value" };
        let able = if side == Side::Key { abilities.key } else { abilities.value };
        if !able && !(side == Side::Key && columns.is_empty()) {
            return Err(Error::user(format!(
                "The '{}' format can not be used for {}s.",
                info.name,
                noun.to_lowercase()
            )));
        }
        format.check(&columns, side)?;
    }
    Ok(())
}

/// Whether a column can give the event time.
pub(super) fn check_timestamp(
    schema: &LogicalSchema,
    timestamp: &crate::plan::TimestampColumn,
) -> Result<()> {
    let name = &timestamp.column;
    let column = schema.column(name).ok_or_else(|| {
        Error::user(format!(
            "The TIMESTAMP column set in the WITH clause does not exist in the schema: '{name}'"
        ))
    })?;
    let fits = match column.ty {
        SqlType::Bigint | SqlType::Timestamp => timestamp.format.is_none(),
        SqlType::String => timestamp.format.is_some(),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(Error::user(match column.ty {
        SqlType::String => format!(
            "A String timestamp field has been specified without also specifying the timestamp_format: '{name}'"
        ),
        SqlType::Bigint | SqlType::Timestamp => {
            format!("'timestamp_format' can only be used with a STRING column, but '{name}' is {}", column.ty)
        }
        _ => format!(
            "Timestamp column, `{name}`, should be LONG(INT64), TIMESTAMP, or a String with a timestamp_format specified."
        ),
    }))
}

/// CREATE OR REPLACE may only add value columns at the end.
fn check_replacement(old: &SourceDefinition, new: &SourceDefinition) -> Result<()> {
    let noun = |kind| if kind == SourceKind::Table { "table" } else { "stream" };
    let refused = |why: String| Error::user(format!("Cannot add {} '{}': {why}", noun(new.kind), new.name));
    if old.read_only {
        return Err(replacing_read_only(noun(old.kind), &old.name));
    }
    if old.kind != new.kind {
        return Err(refused(format!("A {} with the same name already exists", noun(old.kind))));
    }
    let changed = [
        ("KAFKA_TOPIC", old.topic != new.topic),
        ("key format", old.key_format != new.key_format),
        ("value format", old.value_format != new.value_format),
        ("TIMESTAMP", old.timestamp != new.timestamp),
        ("window", old.window != new.window),
    ];
    if let Some((what, _)) = changed.iter().find(|(_, changed)| *changed) {
        return Err(refused(format!("CREATE OR REPLACE cannot change the {what}")));
    }
    let (before, after) = (old.schema.columns(), new.schema.columns());
    let missing: Vec<String> = before
        .iter()
        .filter(|column| !after.contains(column))
        .map(|column| format!("`{}` {}", column.name, column.ty))
        .collect();
    if !missing.is_empty() {
        return Err(refused(format!(
            "The following columns are changed, missing or reordered: [{}]",
            missing.join(", ")
        )));
    }
    Ok(())
}
