//! Statements.

use std::fmt::{self, Display};

use super::{Joined, Quoted, optional};
use crate::sql::ast::{
    AlterSource, AssertSchema, AssertTopic, ColumnConstraint, ColumnDef, ConnectorKind, CreateAsSelect,
    CreateConnector, CreateSource, DropSource, Explain, InsertInto, InsertValues, Print, Show, SourceKind,
    Statement, WithProperties,
};
use crate::sql::ident::Ident;

impl Display for Statement {
    /// The statement without a semicolon.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statement::CreateSource(create) => create.fmt(f),
            Statement::CreateAsSelect(create) => create.fmt(f),
            Statement::InsertInto(insert) => insert.fmt(f),
            Statement::InsertValues(insert) => insert.fmt(f),
            Statement::Query(query) => query.fmt(f),
            Statement::Drop(drop) => drop.fmt(f),
            Statement::AlterSource(alter) => alter.fmt(f),
            Statement::Terminate { id } => query_control(f, "TERMINATE", id.as_ref()),
            Statement::Pause { id } => query_control(f, "PAUSE", id.as_ref()),
            Statement::Resume { id } => query_control(f, "RESUME", id.as_ref()),
            Statement::Show(show) => write!(f, "SHOW {show}"),
            Statement::Describe { name, extended } => {
                match name.as_str() {
                    // Unquoted, these are keywords here.
                    "TABLES" | "FUNCTION" => write!(f, "DESCRIBE `{name}`")?,
                    _ => write!(f, "DESCRIBE {name}")?,
                }
                optional(f, *extended, "EXTENDED")
            }
            Statement::DescribeAll { kind, extended } => {
                write!(f, "DESCRIBE {}S", kind.keyword())?;
                optional(f, *extended, "EXTENDED")
            }
            Statement::DescribeFunction { name } => write!(f, "DESCRIBE FUNCTION {name}"),
            Statement::DescribeConnector { name } => write!(f, "DESCRIBE CONNECTOR {name}"),
            Statement::Explain(Explain::Query(id)) => write!(f, "EXPLAIN {id}"),
            Statement::Explain(Explain::Statement(statement)) => write!(f, "EXPLAIN {statement}"),
            Statement::Print(print) => print.fmt(f),
            Statement::Set { key, value } => write!(f, "SET {}={}", Quoted(key), Quoted(value)),
            Statement::Unset { key: Some(key) } => write!(f, "UNSET {}", Quoted(key)),
            Statement::Unset { key: None } => f.write_str("UNSET ALL"),
            Statement::AlterSystem { key, value } => {
                write!(f, "ALTER SYSTEM {}={}", Quoted(key), Quoted(value))
            }
            Statement::Define { name, value } => write!(f, "DEFINE {name}={}", Quoted(value)),
            Statement::Undefine { name } => write!(f, "UNDEFINE {name}"),
            Statement::CreateType { if_not_exists, name, data_type } => {
                f.write_str("CREATE TYPE")?;
                optional(f, *if_not_exists, "IF NOT EXISTS")?;
                write!(f, " {name} AS {data_type}")
            }
            Statement::DropType { if_exists, name } => {
                f.write_str("DROP TYPE")?;
                optional(f, *if_exists, "IF EXISTS")?;
                write!(f, " {name}")
            }
            Statement::CreateConnector(create) => create.fmt(f),
            Statement::DropConnector { if_exists, name } => {
                f.write_str("DROP CONNECTOR")?;
                optional(f, *if_exists, "IF EXISTS")?;
                write!(f, " {name}")
            }
            Statement::AssertTopic(assert) => assert.fmt(f),
            Statement::AssertSchema(assert) => assert.fmt(f),
            Statement::RunScript { path } => write!(f, "RUN SCRIPT {}", Quoted(path)),
        }
    }
}

fn query_control(f: &mut fmt::Formatter<'_>, action: &str, id: Option<&Ident>) -> fmt::Result {
    match id {
        Some(id) => write!(f, "{action} {id}"),
        None => write!(f, "{action} ALL"),
    }
}

impl Display for CreateSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CREATE")?;
        optional(f, self.or_replace, "OR REPLACE")?;
        optional(f, self.source, "SOURCE")?;
        write!(f, " {}", self.kind.keyword())?;
        optional(f, self.if_not_exists, "IF NOT EXISTS")?;
        write!(f, " {}", self.name)?;
        if !self.columns.is_empty() {
            write!(f, " ({})", Joined(&self.columns))?;
        }
        self.with.fmt(f)
    }
}

impl Display for ColumnDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.data_type)?;
        match &self.constraint {
            ColumnConstraint::None => Ok(()),
            ColumnConstraint::Key => f.write_str(" KEY"),
            ColumnConstraint::PrimaryKey => f.write_str(" PRIMARY KEY"),
            ColumnConstraint::Headers => f.write_str(" HEADERS"),
            ColumnConstraint::Header(header) => write!(f, " HEADER({})", Quoted(header)),
        }
    }
}

impl Display for WithProperties {
    /// ` WITH (A=1, B='x')`, with a space before it; nothing when there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return Ok(());
        }
        f.write_str(" WITH (")?;
        for (i, property) in self.entries.iter().enumerate() {
            write!(f, "{}{}={}", if i == 0 { "" } else { ", " }, property.name, property.value)?;
        }
        f.write_str(")")
    }
}

impl Display for CreateAsSelect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CREATE")?;
        optional(f, self.or_replace, "OR REPLACE")?;
        write!(f, " {}", self.kind.keyword())?;
        optional(f, self.if_not_exists, "IF NOT EXISTS")?;
        write!(f, " {}{} AS {}", self.name, self.with, self.query)
    }
}

impl Display for InsertInto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "INSERT INTO {}{} {}", self.target, self.with, self.query)
    }
}

impl Display for InsertValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "INSERT INTO {}", self.target)?;
        if !self.columns.is_empty() {
            write!(f, " ({})", Joined(&self.columns))?;
        }
        write!(f, " VALUES ({})", Joined(&self.values))
    }
}

impl Display for DropSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DROP {}", self.kind.keyword())?;
        optional(f, self.if_exists, "IF EXISTS")?;
        write!(f, " {}", self.name)?;
        optional(f, self.delete_topic, "DELETE TOPIC")
    }
}

impl Display for AlterSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ALTER {} {}", self.kind.keyword(), self.name)?;
        for (i, (name, data_type)) in self.add.iter().enumerate() {
            write!(f, "{} ADD COLUMN {name} {data_type}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl Display for Show {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (words, extended) = match self {
            Show::Streams { extended } => ("STREAMS", *extended),
            Show::Tables { extended } => ("TABLES", *extended),
            Show::Topics { all: false, extended } => ("TOPICS", *extended),
            Show::Topics { all: true, extended } => ("ALL TOPICS", *extended),
            Show::Queries { extended } => ("QUERIES", *extended),
            Show::Functions => ("FUNCTIONS", false),
            Show::Properties => ("PROPERTIES", false),
            Show::Types => ("TYPES", false),
            Show::Variables => ("VARIABLES", false),
            Show::Connectors { kind: None } => ("CONNECTORS", false),
            Show::Connectors { kind: Some(ConnectorKind::Source) } => ("SOURCE CONNECTORS", false),
            Show::Connectors { kind: Some(ConnectorKind::Sink) } => ("SINK CONNECTORS", false),
            Show::ConnectorPlugins => ("CONNECTOR PLUGINS", false),
        };
        f.write_str(words)?;
        optional(f, extended, "EXTENDED")
    }
}

impl Display for CreateConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ConnectorKind::Source => "SOURCE",
            ConnectorKind::Sink => "SINK",
        };
        write!(f, "CREATE {kind} CONNECTOR")?;
        optional(f, self.if_not_exists, "IF NOT EXISTS")?;
        write!(f, " {}{}", self.name, self.with)
    }
}

impl Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PRINT {}", self.topic)?;
        optional(f, self.from_beginning, "FROM BEGINNING")?;
        if let Some(interval) = self.interval {
            write!(f, " INTERVAL {interval}")?;
        }
        match self.limit {
            Some(limit) => write!(f, " LIMIT {limit}"),
            None => Ok(()),
        }
    }
}

impl Display for AssertTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ASSERT")?;
        optional(f, !self.exists, "NOT EXISTS")?;
        write!(f, " TOPIC {}{}", self.topic, self.with)?;
        match &self.timeout {
            Some(timeout) => write!(f, " TIMEOUT {timeout}"),
            None => Ok(()),
        }
    }
}

impl Display for AssertSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ASSERT")?;
        optional(f, !self.exists, "NOT EXISTS")?;
        f.write_str(" SCHEMA")?;
        if let Some(subject) = &self.subject {
            write!(f, " SUBJECT {subject}")?;
        }
        if let Some(id) = self.id {
            write!(f, " ID {id}")?;
        }
        match &self.timeout {
            Some(timeout) => write!(f, " TIMEOUT {timeout}"),
            None => Ok(()),
        }
    }
}

impl Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())
    }
}
