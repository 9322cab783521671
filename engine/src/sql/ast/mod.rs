//! Statements of the dialect.
//!
//! [`source`] holds the statements that make, change and fill streams and tables, [`query`] SELECT and its clauses,
//! [`admin`] those that ask and steer.

pub mod admin;
pub mod query;
pub mod source;

pub use admin::{AssertSchema, AssertTopic, ConnectorKind, CreateConnector, Explain, Print, Show};
pub use query::{Emit, Join, JoinKind, Query, Relation, SelectItem, Window, WindowKind, Within};
pub use source::{
    AlterSource, ColumnConstraint, ColumnDef, CreateAsSelect, CreateSource, DropSource, InsertInto,
    InsertValues, SourceKind, WithProperties, WithProperty,
};

use super::ident::Ident;
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
