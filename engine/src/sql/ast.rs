//! Statements of the dialect.

use super::duration::Duration;
use super::expr::{Expr, Literal};
use super::ident::Ident;
use super::span::Span;
use super::type_name::TypeName;

/// A statement. Equality ignores where things stand and how names were quoted.
#[derive(Debug, Clone, PartialEq)]
pub enum Statement {
    /// `CREATE STREAM|TABLE name (...) WITH (...)`
    CreateSource(CreateSource),
    /// `CREATE STREAM|TABLE name AS SELECT ...`
    CreateAsSelect(CreateAsSelect),
    /// `INSERT INTO name SELECT ...`
    InsertInto(InsertInto),
    /// `INSERT INTO name (...) VALUES (...)`
    InsertValues(InsertValues),
    /// `SELECT ...`: a pull query, or a push query with `EMIT CHANGES`.
    Query(Query),
    /// `DROP STREAM|TABLE name`
    Drop(DropSource),
    /// `ALTER STREAM|TABLE name ADD COLUMN ...`
    AlterSource(AlterSource),
    /// `TERMINATE id`
    Terminate {
        /// The query, in the case it was written in (ids compare without case); `None` is ALL.
        id: Option<Ident>,
    },
    /// `PAUSE id`
    Pause {
        /// As in TERMINATE.
        id: Option<Ident>,
    },
    /// `RESUME id`
    Resume {
        /// As in TERMINATE.
        id: Option<Ident>,
    },
    /// `SHOW|LIST ...`
    Show(Show),
    /// `DESCRIBE name [EXTENDED]`
    Describe {
        /// The source.
        name: Ident,
        /// Whether EXTENDED was given.
        extended: bool,
    },
    /// `DESCRIBE STREAMS|TABLES [EXTENDED]`
    DescribeAll {
        /// Streams or tables.
        kind: SourceKind,
        /// Whether EXTENDED was given.
        extended: bool,
    },
    /// `DESCRIBE FUNCTION name`
    DescribeFunction {
        /// The function.
        name: Ident,
    },
    /// `DESCRIBE CONNECTOR name`
    DescribeConnector {
        /// The connector, in the case it was written in.
        name: Ident,
    },
    /// `EXPLAIN id|statement`
    Explain(Explain),
    /// `PRINT topic ...`
    Print(Print),
    /// `SET 'key'='value'`
    Set {
        /// The property.
        key: String,
        /// Its value.
        value: String,
    },
    /// `UNSET 'key'`
    Unset {
        /// The property; `None` when every override is to go (`UNSET ALL`, which ksqlDB has not).
        key: Option<String>,
    },
    /// `ALTER SYSTEM 'key'='value'`
    AlterSystem {
        /// The property.
        key: String,
        /// Its value.
        value: String,
    },
    /// `DEFINE name = 'value'`
    Define {
        /// The variable, in the case it was written in (variables compare without case).
        name: Ident,
        /// Its text.
        value: String,
    },
    /// `UNDEFINE name`
    Undefine {
        /// The variable.
        name: Ident,
    },
    /// `CREATE TYPE name AS type`
    CreateType {
        /// Whether IF NOT EXISTS was given.
        if_not_exists: bool,
        /// The new name.
        name: Ident,
        /// What it stands for.
        data_type: TypeName,
    },
    /// `DROP TYPE name`
    DropType {
        /// Whether IF EXISTS was given.
        if_exists: bool,
        /// The name.
        name: Ident,
    },
    /// `CREATE SOURCE|SINK CONNECTOR name WITH (...)`
    CreateConnector(CreateConnector),
    /// `DROP CONNECTOR name`
    DropConnector {
        /// Whether IF EXISTS was given.
        if_exists: bool,
        /// The connector, in the case it was written in.
        name: Ident,
    },
    /// `ASSERT [NOT EXISTS] TOPIC ...`
    AssertTopic(AssertTopic),
    /// `ASSERT [NOT EXISTS] SCHEMA ...`
    AssertSchema(AssertSchema),
    /// `RUN SCRIPT 'path'`
    RunScript {
        /// The file.
        path: String,
    },
}

/// The two kinds of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Facts, one after another.
    Stream,
    /// The latest row of each key.
    Table,
}

impl SourceKind {
    /// The keyword: `STREAM`.
    pub fn keyword(self) -> &'static str {
        match self {
            SourceKind::Stream => "STREAM",
            SourceKind::Table => "TABLE",
        }
    }

    /// The word within a sentence: `stream`.
    pub fn noun(self) -> &'static str {
        match self {
            SourceKind::Stream => "stream",
            SourceKind::Table => "table",
        }
    }
}

/// `CREATE [OR REPLACE] [SOURCE] STREAM|TABLE [IF NOT EXISTS] name [(columns)] [WITH (...)]`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSource {
    /// OR REPLACE.
    pub or_replace: bool,
    /// SOURCE: read-only.
    pub source: bool,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// Stream or table.
    pub kind: SourceKind,
    /// The new source.
    pub name: Ident,
    /// Empty when the schema is to be inferred.
    pub columns: Vec<ColumnDef>,
    /// WITH (...).
    pub with: WithProperties,
    /// The whole statement.
    pub span: Span,
}

/// One column of a CREATE statement.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub data_type: TypeName,
    /// What it is beside a value.
    pub constraint: ColumnConstraint,
    /// From the name to the end of the constraint.
    pub span: Span,
}

/// Where a column's value is in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnConstraint {
    /// In the record's value.
    None,
    /// `KEY`: in the record's key, of a stream.
    Key,
    /// `PRIMARY KEY`: in the record's key, of a table.
    PrimaryKey,
    /// `HEADERS`: all headers.
    Headers,
    /// `HEADER('name')`: the last header of that name.
    Header(String),
}

/// The properties in WITH (...), in the order they were written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WithProperties {
    /// The properties.
    pub entries: Vec<WithProperty>,
}

/// One `NAME = literal` of WITH (...).
#[derive(Debug, Clone, PartialEq)]
pub struct WithProperty {
    /// Upper-cased, unless it was quoted (connector properties are).
    pub name: Ident,
    /// The value.
    pub value: Literal,
    /// From the name to the end of the value.
    pub span: Span,
}

impl WithProperties {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The property of that name, in any case. The last one wins, as in ksqlDB.
    pub fn get(&self, name: &str) -> Option<&WithProperty> {
        self.entries.iter().rev().find(|p| p.name.value.eq_ignore_ascii_case(name))
    }
}

/// `CREATE [OR REPLACE] STREAM|TABLE [IF NOT EXISTS] name [WITH (...)] AS query`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateAsSelect {
    /// OR REPLACE.
    pub or_replace: bool,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// Stream or table.
    pub kind: SourceKind,
    /// The new source.
    pub name: Ident,
    /// WITH (...).
    pub with: WithProperties,
    /// What it is computed from.
    pub query: Query,
    /// The whole statement.
    pub span: Span,
}

/// `INSERT INTO target [WITH (...)] query`
#[derive(Debug, Clone, PartialEq)]
pub struct InsertInto {
    /// The stream that the rows go to.
    pub target: Ident,
    /// WITH (...): only QUERY_ID means something.
    pub with: WithProperties,
    /// Where the rows come from.
    pub query: Query,
    /// The whole statement.
    pub span: Span,
}

/// `INSERT INTO target [(columns)] VALUES (values)`: one row.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertValues {
    /// The source that the row goes to.
    pub target: Ident,
    /// Empty when every column is meant.
    pub columns: Vec<Ident>,
    /// One for each column.
    pub values: Vec<Expr>,
    /// The whole statement.
    pub span: Span,
}

/// `DROP STREAM|TABLE [IF EXISTS] name [DELETE TOPIC]`
#[derive(Debug, Clone, PartialEq)]
pub struct DropSource {
    /// Stream or table.
    pub kind: SourceKind,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The source.
    pub name: Ident,
    /// DELETE TOPIC.
    pub delete_topic: bool,
    /// The whole statement.
    pub span: Span,
}

/// `ALTER STREAM|TABLE name ADD [COLUMN] column type, ...`
#[derive(Debug, Clone, PartialEq)]
pub struct AlterSource {
    /// Stream or table.
    pub kind: SourceKind,
    /// The source.
    pub name: Ident,
    /// The columns to append, at least one.
    pub add: Vec<(Ident, TypeName)>,
    /// The whole statement.
    pub span: Span,
}

/// `SELECT ... FROM ...` with all its clauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The select items, at least one.
    pub select: Vec<SelectItem>,
    /// FROM and the joins.
    pub from: Relation,
    /// WINDOW.
    pub window: Option<Window>,
    /// WHERE.
    pub where_: Option<Expr>,
    /// GROUP BY; empty without the clause, or with `GROUP BY ()` (tell by `has_group_by`).
    pub group_by: Vec<Expr>,
    /// Whether there is a GROUP BY.
    pub has_group_by: bool,
    /// Where the GROUP BY clause stands.
    pub group_by_span: Span,
    /// PARTITION BY; empty without the clause.
    pub partition_by: Vec<Expr>,
    /// Where the PARTITION BY clause stands.
    pub partition_by_span: Span,
    /// HAVING.
    pub having: Option<Expr>,
    /// EMIT; `None` on a bare SELECT is a pull query.
    pub emit: Option<Emit>,
    /// LIMIT.
    pub limit: Option<u64>,
    /// The whole query.
    pub span: Span,
}

/// One item of the select list.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// `e [AS alias]`
    Expr {
        /// The expression.
        expr: Expr,
        /// The name of the result column.
        alias: Option<Ident>,
        /// Place in the text.
        span: Span,
    },
    /// `*`, `source.*`
    Star {
        /// The source before the dot.
        source: Option<Ident>,
        /// Place in the text.
        span: Span,
    },
    /// `e->*`: each field of a struct as a column.
    StructStar {
        /// The struct.
        expr: Expr,
        /// Place in the text.
        span: Span,
    },
}

/// FROM: a source and what is joined to it, in the written order.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// The left-most source.
    pub source: Ident,
    /// Its alias.
    pub alias: Option<Ident>,
    /// The joins, left-deep.
    pub joins: Vec<Join>,
    /// Place in the text.
    pub span: Span,
}

/// One join.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// INNER, LEFT, RIGHT, FULL.
    pub kind: JoinKind,
    /// The right source.
    pub source: Ident,
    /// Its alias.
    pub alias: Option<Ident>,
    /// WITHIN.
    pub within: Option<Within>,
    /// ON.
    pub on: Expr,
    /// From JOIN to the end of the criterion.
    pub span: Span,
}

/// Which rows without a partner a join keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// None.
    Inner,
    /// Those of the left side.
    Left,
    /// Those of the right side.
    Right,
    /// Those of both sides.
    Full,
}

impl JoinKind {
    /// `INNER JOIN`, `LEFT OUTER JOIN`, ...
    pub fn keyword(self) -> &'static str {
        match self {
            JoinKind::Inner => "INNER JOIN",
            JoinKind::Left => "LEFT OUTER JOIN",
            JoinKind::Right => "RIGHT OUTER JOIN",
            JoinKind::Full => "FULL OUTER JOIN",
        }
    }
}

/// `WITHIN 5 SECONDS` (before = after) or `WITHIN (1 HOUR, 2 HOURS)`, with `GRACE PERIOD`.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// How much older the right row may be than the left.
    pub before: Duration,
    /// How much newer the right row may be than the left.
    pub after: Duration,
    /// How long late rows are taken.
    pub grace: Option<Duration>,
    /// Place in the text.
    pub span: Span,
}

/// `WINDOW [name] TUMBLING|HOPPING|SESSION (...)`
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The name before the kind, without effect.
    pub name: Option<Ident>,
    /// The kind with its lengths.
    pub kind: WindowKind,
    /// RETENTION.
    pub retention: Option<Duration>,
    /// GRACE PERIOD.
    pub grace: Option<Duration>,
    /// Place in the text.
    pub span: Span,
}

/// The three kinds of window.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowKind {
    /// One after another.
    Tumbling {
        /// Length.
        size: Duration,
    },
    /// Overlapping.
    Hopping {
        /// Length.
        size: Duration,
        /// From start to start.
        advance: Duration,
    },
    /// As long as rows come.
    Session {
        /// The silence that ends it.
        gap: Duration,
    },
}

/// EMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Emit {
    /// Every change.
    Changes,
    /// A window's result once, when it closes.
    Final,
}

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
