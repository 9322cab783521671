//! Types as they are named in SQL text.

use super::ident::Ident;

/// A type in a column list, a CAST or a CREATE TYPE.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeName {
    /// `BOOLEAN`
    Boolean,
    /// `INTEGER`, `INT`
    Integer,
    /// `BIGINT`
    Bigint,
    /// `DOUBLE`
    Double,
    /// `DECIMAL(precision, scale)`
    Decimal {
        /// Number of digits.
        precision: u32,
        /// Number of digits after the point.
        scale: u32,
    },
    /// `STRING`, `VARCHAR`, `VARCHAR(n)`
    String,
    /// `BYTES`
    Bytes,
    /// `TIMESTAMP`
    Timestamp,
    /// `DATE`
    Date,
    /// `TIME`
    Time,
    /// `ARRAY<element>`
    Array(Box<TypeName>),
    /// `MAP<key, value>`
    Map(Box<TypeName>, Box<TypeName>),
    /// `STRUCT<field type, ...>`
    Struct(Vec<(Ident, TypeName)>),
    /// A name that CREATE TYPE has given to a type.
    Custom(Ident),
}
