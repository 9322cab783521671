//! `ARRAY[…]`, `MAP(…)` and `STRUCT(…)`.

use super::ExpressionAnalyzer;
use super::coerce::{Clash, unify};
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind};
use crate::schema::{SqlType, StructField};
use crate::sql;

/// ksqlDB's ticket about empty constructors, which its users find by this text.
const EMPTY: &str = "(see https://github.com/confluentinc/ksql/issues/4239).";

impl ExpressionAnalyzer<'_> {
    fn all(
        &mut self,
        exprs: impl IntoIterator<Item = impl std::borrow::Borrow<sql::Expr>>,
    ) -> Result<Vec<Expr>> {
        exprs.into_iter().map(|expr| self.analyze(expr.borrow())).collect()
    }

    pub(super) fn array(&mut self, elements: &[sql::Expr]) -> Result<Expr> {
        if elements.is_empty() {
            return Err(Error::user(format!(
                "Array constructor cannot be empty. Please supply at least one element {EMPTY}"
            )));
        }
        let typed = self.all(elements)?;
        let (items, ty) = unify(typed)
            .map_err(|clash| list_clash("array elements", &clash, &elements[clash.index]))?
            .ok_or_else(|| Error::user("Cannot construct an array with all NULL elements"))?;
        Ok(Expr::new(ExprKind::Array(items), SqlType::array(ty)))
    }

    pub(super) fn map(&mut self, entries: &[(sql::Expr, sql::Expr)]) -> Result<Expr> {
        if entries.is_empty() {
            return Err(Error::user(format!(
                "Map constructor cannot be empty. Please supply at least one key value pair {EMPTY}"
            )));
        }
        let keys = self.all(entries.iter().map(|(key, _)| key))?;
        let values = self.all(entries.iter().map(|(_, value)| value))?;
        let (keys, key) = unify(keys)
            .map_err(|clash| list_clash("map keys", &clash, &entries[clash.index].0))?
            .ok_or_else(|| Error::user("Cannot construct a map with all NULL keys"))?;
        let (values, value) = unify(values)
            .map_err(|clash| list_clash("map values", &clash, &entries[clash.index].1))?
            .ok_or_else(|| Error::user("Cannot construct a map with all NULL values"))?;
        Ok(Expr::new(ExprKind::Map(keys.into_iter().zip(values).collect()), SqlType::map(key, value)))
    }

    pub(super) fn structure(&mut self, fields: &[(sql::Ident, sql::Expr)]) -> Result<Expr> {
        let mut types: Vec<StructField> = Vec::with_capacity(fields.len());
        let mut values = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            if types.iter().any(|field| field.name == name.value) {
                let all: Vec<&str> = fields.iter().map(|(name, _)| name.value.as_str()).collect();
                return Err(Error::user(format!(
                    "Duplicate field names found in STRUCT: {}",
                    all.join(", ")
                )));
            }
            let typed = self.analyze(value)?;
            types.push(StructField { name: name.value.clone(), ty: typed.ty.clone() });
            values.push(typed);
        }
        Ok(Expr::new(ExprKind::Struct(values), SqlType::Struct(types)))
    }
}

fn list_clash(what: &str, clash: &Clash, expr: &sql::Expr) -> Error {
    match &clash.literal {
        Some(literal) => {
            Error::user(format!("invalid input syntax for type {}: \"{literal}\".", clash.expected))
        }
        None => Error::user(format!(
            "operator does not exist: {} = {} ({expr}): {what} must have one type\n\
             Hint: You might need to add explicit type casts.",
            clash.expected, clash.found
        )),
    }
}
