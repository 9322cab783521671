//! Types and lengths of time.

use std::fmt::{self, Display};

use crate::sql::duration::Duration;
use crate::sql::type_name::TypeName;

impl Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TypeName::Boolean => f.write_str("BOOLEAN"),
            TypeName::Integer => f.write_str("INTEGER"),
            TypeName::Bigint => f.write_str("BIGINT"),
            TypeName::Double => f.write_str("DOUBLE"),
            TypeName::Decimal { precision, scale } => write!(f, "DECIMAL({precision}, {scale})"),
            TypeName::String => f.write_str("STRING"),
            TypeName::Bytes => f.write_str("BYTES"),
            TypeName::Timestamp => f.write_str("TIMESTAMP"),
            TypeName::Date => f.write_str("DATE"),
            TypeName::Time => f.write_str("TIME"),
            TypeName::Array(element) => write!(f, "ARRAY<{element}>"),
            TypeName::Map(key, value) => write!(f, "MAP<{key}, {value}>"),
            TypeName::Struct(fields) => {
                f.write_str("STRUCT<")?;
                for (i, (name, data_type)) in fields.iter().enumerate() {
                    write!(f, "{}{name} {data_type}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str(">")
            }
            TypeName::Custom(name) => name.fmt(f),
        }
    }
}

impl Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.unit.keyword())
    }
}
