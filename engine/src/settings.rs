//! Properties by ksqlDB's names: the server's configuration with a session's overrides on top.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// A property that the engine reads.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    pub name: &'static str,
    /// What holds when nobody says otherwise; `None` is unset.
    pub default: Option<&'static str>,
    pub kind: PropertyKind,
    /// Whether SET may change it for a session.
    pub editable: bool,
    pub description: &'static str,
}

/// What values a property takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyKind {
    Text,
    Boolean,
    Long,
}

/// All properties of the engine: SHOW PROPERTIES, the checks of SET and the reference page read this list.
pub const PROPERTIES: &[Property] = &[
    Property {
        name: "auto.offset.reset",
        default: Some("latest"),
        kind: PropertyKind::Text,
        editable: true,
        description: "Where a new query starts to read: earliest or latest.",
    },
    Property {
        name: "cache.max.bytes.buffering",
        default: Some("10000000"),
        kind: PropertyKind::Long,
        editable: true,
        description: "0 processes one record at a time, so that each change is told.",
    },
    Property {
        name: "commit.interval.ms",
        default: Some("100"),
        kind: PropertyKind::Long,
        editable: false,
        description: "How often a query commits what it read, its state and its output.",
    },
    Property {
        name: "ksql.compatibility",
        default: Some("extended"),
        kind: PropertyKind::Text,
        editable: true,
        description: "strict refuses what ksqlDB refuses; extended does what Millrace can.",
    },
    Property {
        name: "ksql.create.or.replace.enabled",
        default: Some("true"),
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether CREATE OR REPLACE is allowed.",
    },
    Property {
        name: "ksql.functions.collect_list.limit",
        default: Some("1000"),
        kind: PropertyKind::Long,
        editable: true,
        description: "How many values COLLECT_LIST keeps.",
    },
    Property {
        name: "ksql.functions.collect_set.limit",
        default: Some("1000"),
        kind: PropertyKind::Long,
        editable: true,
        description: "How many values COLLECT_SET keeps.",
    },
    Property {
        name: "ksql.headers.columns.enabled",
        default: Some("true"),
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether HEADERS and HEADER('key') columns are allowed.",
    },
    Property {
        name: "ksql.insert.into.values.enabled",
        default: Some("true"),
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether INSERT INTO ... VALUES is allowed.",
    },
    Property {
        name: "ksql.output.topic.name.prefix",
        default: Some(""),
        kind: PropertyKind::Text,
        editable: true,
        description: "What stands before the names of topics that CREATE ... AS makes.",
    },
    Property {
        name: "ksql.persistence.default.format.key",
        default: Some("KAFKA"),
        kind: PropertyKind::Text,
        editable: true,
        description: "The key format of statements that name none.",
    },
    Property {
        name: "ksql.persistence.default.format.value",
        default: None,
        kind: PropertyKind::Text,
        editable: true,
        description: "The value format of statements that name none.",
    },
    Property {
        name: "ksql.persistence.wrap.single.values",
        default: None,
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether a single value column stands in a record of its own.",
    },
    Property {
        name: "ksql.pull.queries.enable",
        default: Some("true"),
        kind: PropertyKind::Boolean,
        editable: false,
        description: "Whether pull queries are answered.",
    },
    Property {
        name: "ksql.query.pull.table.scan.enabled",
        default: Some("true"),
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether a pull query may read a whole table.",
    },
    Property {
        name: "ksql.service.id",
        default: Some("default_"),
        kind: PropertyKind::Text,
        editable: false,
        description: "The name of the service, in the names of internal topics.",
    },
    Property {
        name: "ksql.suppress.enabled",
        default: Some("true"),
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether EMIT FINAL is allowed.",
    },
    Property {
        name: "ksql.timestamp.throw.on.invalid",
        default: Some("false"),
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether a record whose timestamp cannot be read ends the query instead of being left out.",
    },
    Property {
        name: "ksql.variable.substitution.enable",
        default: Some("true"),
        kind: PropertyKind::Boolean,
        editable: true,
        description: "Whether ${name} in statements is replaced.",
    },
];

/// The names that Kafka Streams' settings may have in front.
const STREAMS_PREFIX: &str = "ksql.streams.";

/// The property of a name, with or without `ksql.streams.` in front.
pub fn property(name: &str) -> Option<&'static Property> {
    let name = name.strip_prefix(STREAMS_PREFIX).unwrap_or(name);
    PROPERTIES.iter().find(|property| property.name == name)
}

/// Values by name: overrides on top of the server's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    values: BTreeMap<String, String>,
}

impl Settings {
    /// # Errors
    /// A value that its property does not take.
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut settings = Self::default();
        for (name, value) in values {
            settings.set(&name, value)?;
        }
        Ok(settings)
    }

    /// Sets a property. Names that the engine does not know are kept, as Kafka's and Kafka Streams' many settings are.
    ///
    /// # Errors
    /// A value that the property does not take.
    pub fn set(&mut self, name: &str, value: String) -> Result<()> {
        let name = name.strip_prefix(STREAMS_PREFIX).unwrap_or(name);
        let wrong = |what: &str| {
            Error::user(format!("Invalid value '{value}' for property '{name}': it takes {what}"))
        };
        match property(name).map(|property| property.kind) {
            Some(PropertyKind::Boolean)
                if !matches!(value.to_ascii_lowercase().as_str(), "true" | "false") =>
            {
                return Err(wrong("true or false"));
            }
            Some(PropertyKind::Long) if value.parse::<i64>().is_err() => return Err(wrong("a whole number")),
            _ => {}
        }
        if name == "auto.offset.reset"
            && !matches!(value.to_ascii_lowercase().as_str(), "earliest" | "latest")
        {
            return Err(wrong("earliest or latest"));
        }
        if name == "ksql.compatibility" && !matches!(value.as_str(), "strict" | "extended") {
            return Err(wrong("strict or extended"));
        }
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    pub fn unset(&mut self, name: &str) {
        self.values.remove(name.strip_prefix(STREAMS_PREFIX).unwrap_or(name));
    }

    /// These settings with others on top.
    pub fn with(&self, overrides: &Self) -> Self {
        let mut values = self.values.clone();
        values.extend(overrides.values.clone());
        Self { values }
    }

    /// What was set, or the default.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).or_else(|| property(name)?.default)
    }

    pub fn boolean(&self, name: &str) -> Option<bool> {
        self.text(name).map(|value| value.eq_ignore_ascii_case("true"))
    }

    pub fn long(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// Only what was set, not the defaults.
    pub fn set_values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// Whether what ksqlDB refuses is refused.
    pub fn is_strict(&self) -> bool {
        self.text("ksql.compatibility") == Some("strict")
    }
}
