//! Types as they are written, made into types.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::schema::{DECIMAL_PRECISION_MAX, SqlType, StructField};
use crate::sql::TypeName;

use super::scope::error_at;

/// The type that a name stands for; `custom` are the types of CREATE TYPE.
pub fn resolve(name: &TypeName, custom: &BTreeMap<String, SqlType>) -> Result<SqlType> {
    Ok(match name {
        TypeName::Boolean => SqlType::Boolean,
        TypeName::Integer => SqlType::Integer,
        TypeName::Bigint => SqlType::Bigint,
        TypeName::Double => SqlType::Double,
        TypeName::Decimal { precision, scale } => decimal(*precision, *scale)?,
        TypeName::String => SqlType::String,
        TypeName::Bytes => SqlType::Bytes,
        TypeName::Timestamp => SqlType::Timestamp,
        TypeName::Date => SqlType::Date,
        TypeName::Time => SqlType::Time,
        TypeName::Array(element) => SqlType::array(resolve(element, custom)?),
        TypeName::Map(key, value) => SqlType::map(resolve(key, custom)?, resolve(value, custom)?),
        TypeName::Struct(fields) => SqlType::Struct(
            fields
                .iter()
                .map(|(name, ty)| Ok(StructField { name: name.value.clone(), ty: resolve(ty, custom)? }))
                .collect::<Result<_>>()?,
        ),
        TypeName::Custom(name) => custom
            .get(&name.value)
            .cloned()
            .ok_or_else(|| error_at(name.span, format!("Cannot resolve unknown type: {}", name.value)))?,
    })
}

/// A DECIMAL, checked.
pub fn decimal(precision: u32, scale: u32) -> Result<SqlType> {
    if precision == 0 {
        return Err(Error::user(format!("DECIMAL precision must be >= 1: DECIMAL({precision},{scale})")));
    }
    if scale > precision {
        return Err(Error::user(format!("DECIMAL precision must be >= scale: DECIMAL({precision},{scale})")));
    }
    if precision > u32::from(DECIMAL_PRECISION_MAX) {
        return Err(Error::user(format!(
            "DECIMAL({precision}, {scale}) is wider than the widest supported, DECIMAL({DECIMAL_PRECISION_MAX}, n)"
        )));
    }
    Ok(SqlType::decimal(precision as u16, scale as u16))
}
