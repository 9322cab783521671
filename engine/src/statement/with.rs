//! The properties of WITH.

use crate::analyze::error_at;
use crate::error::{Error, Result};
use crate::format::{self, FormatInfo};
use crate::plan::{TimestampColumn, WindowKind};
use crate::settings::Settings;
use crate::sql::Literal;
use crate::sql::ast::{WithProperties, WithProperty};

/// What CREATE STREAM and CREATE TABLE take.
pub(super) const CREATE_SOURCE: &[&str] = &[
    "FORMAT",
    "KAFKA_TOPIC",
    "KEY_DELIMITER",
    "KEY_FORMAT",
    "KEY_PROTOBUF_NULLABLE_REPRESENTATION",
    "KEY_SCHEMA_FULL_NAME",
    "KEY_SCHEMA_ID",
    "PARTITIONS",
    "REPLICAS",
    "RETENTION_MS",
    "SOURCED_BY_CONNECTOR",
    "SOURCE_CONNECTOR",
    "TIMESTAMP",
    "TIMESTAMP_FORMAT",
    "VALUE_AVRO_SCHEMA_FULL_NAME",
    "VALUE_DELIMITER",
    "VALUE_FORMAT",
    "VALUE_PROTOBUF_NULLABLE_REPRESENTATION",
    "VALUE_SCHEMA_FULL_NAME",
    "VALUE_SCHEMA_ID",
    "WINDOW_SIZE",
    "WINDOW_TYPE",
    "WRAP_SINGLE_VALUE",
];

/// What CREATE … AS SELECT takes.
pub(super) const CREATE_AS: &[&str] = &[
    "FORMAT",
    "KAFKA_TOPIC",
    "KEY_DELIMITER",
    "KEY_FORMAT",
    "KEY_PROTOBUF_NULLABLE_REPRESENTATION",
    "KEY_SCHEMA_FULL_NAME",
    "KEY_SCHEMA_ID",
    "PARTITIONS",
    "REPLICAS",
    "RETENTION_MS",
    "TIMESTAMP",
    "TIMESTAMP_FORMAT",
    "VALUE_AVRO_SCHEMA_FULL_NAME",
    "VALUE_DELIMITER",
    "VALUE_FORMAT",
    "VALUE_PROTOBUF_NULLABLE_REPRESENTATION",
    "VALUE_SCHEMA_FULL_NAME",
    "VALUE_SCHEMA_ID",
    "WRAP_SINGLE_VALUE",
];

/// The formats of a topic that a statement asks for; `None` where it does not.
pub(super) struct Formats {
    pub(super) key: Option<String>,
    pub(super) value: Option<String>,
}

/// Typed access to the properties.
pub(super) struct With<'a> {
    properties: &'a WithProperties,
}

impl<'a> With<'a> {
    /// # Errors
    /// Properties that the statement does not take.
    pub(super) fn new(properties: &'a WithProperties, known: &[&str]) -> Result<Self> {
        if let Some(property) = properties.get("CLEANUP_POLICY") {
            return Err(error_at(
                property.span,
                "Invalid config variable in the WITH clause: CLEANUP_POLICY. The CLEANUP_POLICY is automatically \
                 inferred based on the type of source (STREAM or TABLE). Users can't set the CLEANUP_POLICY config \
                 manually.",
            ));
        }
        let unknown: Vec<&WithProperty> = properties
            .entries
            .iter()
            .filter(|property| !known.contains(&property.name.value.to_ascii_uppercase().as_str()))
            .collect();
        if let Some(first) = unknown.first() {
            let names: Vec<&str> = unknown.iter().map(|property| property.name.value.as_str()).collect();
            return Err(error_at(
                first.span,
                format!("Invalid config variable(s) in the WITH clause: {}", names.join(",")),
            ));
        }
        Ok(Self { properties })
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        let Some(property) = self.properties.get(name) else { return Ok(None) };
        Ok(Some(match &property.value {
            Literal::String(text) => text.clone(),
            Literal::Integer(value) => value.to_string(),
            Literal::Decimal(value) => value.clone(),
            Literal::Double(value) => value.to_string(),
            Literal::Boolean(value) => value.to_string(),
            Literal::Null => return Err(invalid(property, "it is NULL")),
        }))
    }

    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => match self.properties.get(name) {
                Some(property) => Err(invalid(property, &format!("'{text}' is not a whole number"))),
                None => Ok(None),
            },
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => match self.properties.get(name) {
                Some(property) => Err(invalid(property, &format!("'{text}' is neither true nor false"))),
                None => Ok(None),
            },
        }
    }

    /// How many partitions and replicas the topic is to have.
    pub(super) fn topic_shape(&self) -> Result<(Option<i32>, Option<i16>)> {
        let partitions = self.integer("PARTITIONS")?;
        if let Some(count) = partitions.filter(|count| !(1..=100_000).contains(count)) {
            return Err(Error::user(format!("Invalid number of partitions in WITH clause: {count}")));
        }
        let replicas = self.integer("REPLICAS")?;
        if let Some(count) = replicas.filter(|count| *count != -1 && !(1..=1_000).contains(count)) {
            return Err(Error::user(format!("Invalid number of replicas in WITH clause: {count}")));
        }
        Ok((partitions.map(|count| count as i32), replicas.map(|count| count as i16)))
    }

    pub(super) fn formats(&self) -> Result<Formats> {
        let upper = |name: &str| -> Result<Option<String>> {
            Ok(self.text(name)?.map(|format| format.to_ascii_uppercase()))
        };
        let both = upper("FORMAT")?;
        for side in ["KEY_FORMAT", "VALUE_FORMAT"] {
            if both.is_some() && self.properties.get(side).is_some() {
                return Err(Error::user(format!(
                    "Cannot supply both '{side}' and 'FORMAT' properties, as 'FORMAT' sets both key and value formats. \
                     Either use just 'FORMAT', or use 'KEY_FORMAT' and 'VALUE_FORMAT'."
                )));
            }
        }
        Ok(Formats {
            key: upper("KEY_FORMAT")?.or_else(|| both.clone()),
            value: upper("VALUE_FORMAT")?.or(both),
        })
    }

    /// The delimiter of DELIMITED on one side (`KEY` or `VALUE`).
    pub(super) fn delimiter(&self, side: &str, format: &str) -> Result<Option<char>> {
        let name = format!("{side}_DELIMITER");
        let Some(text) = self.text(&name)? else { return Ok(None) };
        if format != "DELIMITED" {
            return Err(Error::user(format!("{format} does not support the following configs: [delimiter]")));
        }
        let invalid = |what: &str| {
            Error::user(format!(
                "Configuration {name} is invalid: {what}, if you meant to have a tab or space for delimiter, please use \
                 the special values 'TAB' or 'SPACE'\nExample valid value: ';'"
            ))
        };
        match text.as_str() {
            "TAB" => return Ok(Some('\t')),
            "SPACE" => return Ok(Some(' ')),
            _ => {}
        }
        if text.trim().is_empty() {
            return Err(invalid("Delimiter cannot be empty"));
        }
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(delimiter), None) => Ok(Some(delimiter)),
            _ => Err(Error::user(format!(
                "Configuration {name} is invalid: Invalid delimiter value: '{text}'. Only single characters are supported. \
                 Example valid value: ';'"
            ))),
        }
    }

    /// A format with its settings.
    pub(super) fn format_info(&self, side: &str, name: &str) -> Result<FormatInfo> {
        if format::find(name).is_none() {
            return Err(Error::user(format!("Unknown format: {name}")));
        }
        let mut info = FormatInfo::new(name);
        info.delimiter = self.delimiter(side, name)?;
        Ok(info)
    }

    /// Whether a single value column is wrapped, by WITH or the session.
    pub(super) fn wrap_single_value(
        &self,
        info: &mut FormatInfo,
        columns: usize,
        settings: &Settings,
    ) -> Result<()> {
        let abilities = format::find(&info.name)
            .ok_or_else(|| Error::user(format!("Unknown format: {}", info.name)))?
            .abilities();
        let given = self.boolean("WRAP_SINGLE_VALUE")?;
        if let Some(wrap) = given {
            if (wrap && !abilities.wrap) || (!wrap && !abilities.unwrap) {
                return Err(Error::user(format!(
                    "Format '{}' does not support 'WRAP_SINGLE_VALUE' set to '{wrap}'.",
                    info.name
                )));
            }
            if columns != 1 {
                return Err(Error::user("'WRAP_SINGLE_VALUE' is only valid for single-field value schemas"));
            }
        }
        let configured = settings.boolean("ksql.persistence.wrap.single.values");
        if let Some(wrap) =
            given.or(configured.filter(|wrap| if *wrap { abilities.wrap } else { abilities.unwrap }))
        {
            info.wrap_single = wrap;
        }
        Ok(())
    }

    /// The column that gives the event time.
    pub(super) fn timestamp(&self) -> Result<Option<TimestampColumn>> {
        let format = self.text("TIMESTAMP_FORMAT")?;
        let Some(column) = self.text("TIMESTAMP")? else { return Ok(None) };
        // The name is written in a string, by the rules of identifiers.
        let column = match column.strip_prefix('`').and_then(|inner| inner.strip_suffix('`')) {
            Some(quoted) => quoted.to_owned(),
            None => column.to_ascii_uppercase(),
        };
        Ok(Some(TimestampColumn { column, format }))
    }

    /// The window that the keys carry.
    pub(super) fn window(&self) -> Result<Option<WindowKind>> {
        let size = match self.text("WINDOW_SIZE")? {
            Some(text) => Some(duration(&text)?),
            None => None,
        };
        let Some(window) = self.text("WINDOW_TYPE")? else {
            return match size {
                Some(_) => Err(Error::user("WINDOW_SIZE needs a WINDOW_TYPE")),
                None => Ok(None),
            };
        };
        let needed = || {
            size.ok_or_else(|| {
                Error::user(format!("{} windows require 'WINDOW_SIZE' to be provided in the WITH clause. For example: 'WINDOW_SIZE'='10 SECONDS'", window.to_ascii_uppercase()))
            })
        };
        match window.to_ascii_uppercase().as_str() {
            "TUMBLING" => Ok(Some(WindowKind::Tumbling { size_ms: needed()? })),
            "HOPPING" => {
                let size_ms = needed()?;
                Ok(Some(WindowKind::Hopping { size_ms, advance_ms: size_ms }))
            }
            "SESSION" if size.is_some() => {
                Err(Error::user("'WINDOW_SIZE' should not be set for SESSION windows."))
            }
            "SESSION" => Ok(Some(WindowKind::Session { gap_ms: 0 })),
            other => Err(Error::user(format!(
                "Configuration WINDOW_TYPE is invalid: Unknown window type: '{other}'. Known types are SESSION, HOPPING, TUMBLING"
            ))),
        }
    }
}

fn invalid(property: &WithProperty, what: &str) -> Error {
    error_at(
        property.span,
        format!("Invalid config variable {} in the WITH clause: {what}", property.name.value),
    )
}

/// `10 SECONDS` in a string, in milliseconds.
fn duration(text: &str) -> Result<i64> {
    let wrong = |why: &str| {
        Error::user(format!("Configuration WINDOW_SIZE is invalid: Invalid duration: '{text}'. {why}"))
    };
    let mut words = text.split_whitespace();
    let (Some(count), Some(unit), None) = (words.next(), words.next(), words.next()) else {
        return Err(wrong("Expected a number and a unit, for instance '10 SECONDS'"));
    };
    let count: i64 = count.parse().map_err(|_| wrong("Expected a number first"))?;
    let unit = crate::sql::TimeUnit::from_word(unit)
        .ok_or_else(|| wrong(&format!("Unknown time unit: '{}'", unit.to_ascii_uppercase())))?;
    Ok(count.saturating_mul(unit.millis() as i64))
}
