//! Statements that ask about and steer what runs.

use super::Statement;
use super::source::WithProperties;
use crate::sql::duration::Duration;
use crate::sql::ident::Ident;
use crate::sql::span::Span;

/// `SHOW ...` and `LIST ...`, which mean the same.
#[derive(Debug, Clone, PartialEq)]
pub enum Show {
    /// `STREAMS [EXTENDED]`
    Streams {
        /// EXTENDED.
        extended: bool,
    },
    /// `TABLES [EXTENDED]`
    Tables {
        /// EXTENDED.
        extended: bool,
    },
    /// `[ALL] TOPICS [EXTENDED]`
    Topics {
        /// ALL: internal ones too.
        all: bool,
        /// EXTENDED.
        extended: bool,
    },
    /// `QUERIES [EXTENDED]`
    Queries {
        /// EXTENDED.
        extended: bool,
    },
    /// `FUNCTIONS`
    Functions,
    /// `PROPERTIES`
    Properties,
    /// `TYPES`
    Types,
    /// `VARIABLES`
    Variables,
    /// `[SOURCE|SINK] CONNECTORS`
    Connectors {
        /// Only those of that kind.
        kind: Option<ConnectorKind>,
    },
    /// `CONNECTOR PLUGINS`
    ConnectorPlugins,
}

/// Which way a connector moves data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectorKind {
    /// In.
    Source,
    /// Out.
    Sink,
}

/// `CREATE SOURCE|SINK CONNECTOR [IF NOT EXISTS] name WITH (...)`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateConnector {
    /// SOURCE or SINK.
    pub kind: ConnectorKind,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// The connector, in the case it was written in.
    pub name: Ident,
    /// Its configuration.
    pub with: WithProperties,
    /// The whole statement.
    pub span: Span,
}

/// What EXPLAIN explains.
#[derive(Debug, Clone, PartialEq)]
pub enum Explain {
    /// A running query, by its id.
    Query(Ident),
    /// A statement that is not run.
    Statement(Box<Statement>),
}

/// `PRINT topic [FROM BEGINNING] [INTERVAL|SAMPLE n] [LIMIT n]`
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    /// The topic, in the case it was written in.
    pub topic: Ident,
    /// FROM BEGINNING.
    pub from_beginning: bool,
    /// Every n-th record only.
    pub interval: Option<u64>,
    /// Stop after n records.
    pub limit: Option<u64>,
}

/// `ASSERT [NOT EXISTS] TOPIC topic [WITH (...)] [TIMEOUT n unit]`
#[derive(Debug, Clone, PartialEq)]
pub struct AssertTopic {
    /// `false` for NOT EXISTS.
    pub exists: bool,
    /// The topic, in the case it was written in.
    pub topic: Ident,
    /// What the topic must have.
    pub with: WithProperties,
    /// How long to wait.
    pub timeout: Option<Duration>,
}

/// `ASSERT [NOT EXISTS] SCHEMA [SUBJECT s] [ID n] [TIMEOUT n unit]`
#[derive(Debug, Clone, PartialEq)]
pub struct AssertSchema {
    /// `false` for NOT EXISTS.
    pub exists: bool,
    /// The subject in the schema registry, in the case it was written in.
    pub subject: Option<Ident>,
    /// The schema's id.
    pub id: Option<u64>,
    /// How long to wait.
    pub timeout: Option<Duration>,
}
