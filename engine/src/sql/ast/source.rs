//! Statements that make, change and fill streams and tables.

use super::query::Query;
use crate::sql::expr::{Expr, Literal};
use crate::sql::ident::Ident;
use crate::sql::span::Span;
use crate::sql::type_name::TypeName;

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
