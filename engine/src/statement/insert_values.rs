//! INSERT INTO … VALUES: one record.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef};
use storage::{BatchBuilder, TopicName, TopicPartition};

use super::{Context, Entity};
use crate::analyze::{Clause, ExpressionAnalyzer, Scope, cast, error_at, is_null};
use crate::catalog::{Catalog, SourceDefinition};
use crate::change::Relation;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::expression::{Expr, ExprKind, Literal, compile};
use crate::format::{self, FormatInfo, Payloads, Side};
use crate::runtime::partitioner::partition_of;
use crate::schema::{Column, Namespace, SqlType};
use crate::sql::ast;

pub(super) fn execute(context: &mut Context<'_>, insert: &ast::InsertValues) -> Result<Entity> {
    if context.settings.boolean("ksql.insert.into.values.enabled") == Some(false) {
        return Err(Error::user("The server has disabled INSERT INTO ... VALUES functionality."));
    }
    let catalog = context.engine.catalog();
    let source = target(&catalog, &insert.target.value)?;
    let row = row(&catalog, source, insert)?;
    write(context.engine, source, row)?.wait()?;
    Ok(Entity::none(context.text))
}

/// One row: an array of one per column that is given, and the time if it is.
#[derive(Debug, Default)]
pub struct RowValues {
    pub columns: BTreeMap<String, ArrayRef>,
    pub rowtime: Option<i64>,
}

/// Inserts one row; the answer comes when it is on disk.
///
/// # Errors
/// A target that takes no rows, a key of a table that is missing, a value that the format cannot write.
pub fn insert_row(
    engine: &Engine,
    target_name: &str,
    row: RowValues,
) -> Result<storage::Pending<storage::Appended>> {
    let catalog = engine.catalog();
    write(engine, target(&catalog, target_name)?, row)
}

/// The source that rows go into, if any may.
pub(super) fn target<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c SourceDefinition> {
    let Some(source) = catalog.source(name) else {
        let similar = catalog.sources.keys().find(|known| known.eq_ignore_ascii_case(name));
        let hint = match similar {
            Some(known) if *known == known.to_ascii_uppercase() => {
                format!("\nDid you mean {known}? Hint: try removing double quotes from the source name.")
            }
            Some(known) => format!(
                "\nDid you mean \"{known}\"? Hint: wrap the source name in double quotes to make it case-sensitive."
            ),
            None => String::new(),
        };
        return Err(Error::not_found(format!(
            "Cannot insert values into an unknown stream/table: `{name}`{hint}"
        )));
    };
    let noun = if source.is_table() { "table" } else { "stream" };
    if source.read_only {
        return Err(Error::user(format!("Cannot insert values into read-only {noun}: {name}")));
    }
    if source.window.is_some() {
        return Err(Error::user(format!("Cannot insert values into windowed {noun}: {name}")));
    }
    Ok(source)
}

fn row(catalog: &Catalog, source: &SourceDefinition, insert: &ast::InsertValues) -> Result<RowValues> {
    let all: Vec<&Column> = source
        .schema
        .columns()
        .iter()
        .filter(|column| matches!(column.namespace, Namespace::Key | Namespace::Value))
        .collect();
    let names: Vec<String> = if insert.columns.is_empty() {
        all.iter().map(|column| column.name.clone()).collect()
    } else {
        insert.columns.iter().map(|column| column.value.clone()).collect()
    };
    if names.len() != insert.values.len() {
        return Err(error_at(
            insert.span,
            format!(
                "Expected a value for each column. Expected Columns: [{}]. Got {} values",
                names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
                insert.values.len()
            ),
        ));
    }
    let scope = Scope::default();
    let mut row = RowValues::default();
    for (index, (name, value)) in names.iter().zip(&insert.values).enumerate() {
        let rowtime = Column { name: "ROWTIME".into(), ty: SqlType::Bigint, namespace: Namespace::Value };
        let column = if name == "ROWTIME" {
            &rowtime
        } else {
            let column = source.schema.column(name);
            if column.is_some_and(|column| !matches!(column.namespace, Namespace::Key | Namespace::Value)) {
                return Err(Error::user(format!("Cannot insert into HEADER columns: {name}")));
            }
            column.ok_or_else(|| {
                let span = insert.columns.get(index).map_or(insert.span, |column| column.span);
                error_at(span, format!("Column name `{name}` does not exist."))
            })?
        };
        let typed = ExpressionAnalyzer::new(&scope, Clause::Values, &catalog.types).analyze(value)?;
        let expr = coerce(typed, &column.ty).ok_or_else(|| {
            error_at(value.span(), format!("Expected type {} for field `{name}` but got {value}", column.ty))
        })?;
        let evaluator = compile(&expr, &Relation::default())?;
        let (array, failures) = evaluator.evaluate_collecting(&[], 1)?;
        if let Some(failure) = failures.first() {
            return Err(error_at(value.span(), format!("'{value}' cannot be evaluated: {}", failure.reason)));
        }
        if name == "ROWTIME" {
            let array = array.as_any().downcast_ref::<arrow::array::Int64Array>();
            row.rowtime = array.filter(|array| array.is_valid(0)).map(|array| array.value(0));
        } else {
            row.columns.insert(name.clone(), array);
        }
    }
    Ok(row)
}

/// The value in the column's type, as far as nothing is lost: numbers widen, strings become times and bytes.
fn coerce(expr: Expr, to: &SqlType) -> Option<Expr> {
    if is_null(&expr) || expr.ty == *to {
        return Some(cast(expr, to));
    }
    let widens = match (&expr.ty, to) {
        (SqlType::Integer, SqlType::Bigint | SqlType::Double | SqlType::Decimal { .. })
        | (SqlType::Bigint, SqlType::Double | SqlType::Decimal { .. })
        | (SqlType::Decimal { .. }, SqlType::Double) => true,
        (SqlType::Decimal { precision: p, scale: s }, SqlType::Decimal { precision, scale }) => {
            s <= scale && p - s <= precision - scale
        }
        (SqlType::String, SqlType::Timestamp | SqlType::Date | SqlType::Time | SqlType::Bytes) => true,
        _ => false,
    };
    if widens {
        return Some(cast(expr, to));
    }
    match (expr.kind, to) {
        (ExprKind::Array(items), SqlType::Array(element)) => {
            let items = items.into_iter().map(|item| coerce(item, element)).collect::<Option<_>>()?;
            Some(Expr::new(ExprKind::Array(items), to.clone()))
        }
        (ExprKind::Map(entries), SqlType::Map(key, value)) => {
            let entries = entries
                .into_iter()
                .map(|(k, v)| Some((coerce(k, key)?, coerce(v, value)?)))
                .collect::<Option<_>>()?;
            Some(Expr::new(ExprKind::Map(entries), to.clone()))
        }
        (ExprKind::Struct(values), SqlType::Struct(fields)) => {
            let SqlType::Struct(given) = &expr.ty else { return None };
            if given.iter().any(|field| !fields.iter().any(|known| known.name == field.name)) {
                return None;
            }
            let mut named: BTreeMap<&str, Expr> =
                given.iter().map(|field| field.name.as_str()).zip(values).collect();
            let values = fields
                .iter()
                .map(|field| match named.remove(field.name.as_str()) {
                    Some(value) => coerce(value, &field.ty),
                    None => Some(Expr::new(ExprKind::Literal(Literal::Null), field.ty.clone())),
                })
                .collect::<Option<_>>()?;
            Some(Expr::new(ExprKind::Struct(values), to.clone()))
        }
        _ => None,
    }
}

fn write(
    engine: &Engine,
    source: &SourceDefinition,
    row: RowValues,
) -> Result<storage::Pending<storage::Appended>> {
    let key_columns = source.schema.key();
    if source.is_table() {
        let missing: Vec<String> = key_columns
            .iter()
            .filter(|column| row.columns.get(&column.name).is_none_or(|array| array.is_null(0)))
            .map(|column| format!("`{}`", column.name))
            .collect();
        if !missing.is_empty() {
            return Err(Error::user(format!(
                "Failed to insert values into '{}'. Value for primary key column(s) {} is required for tables",
                source.name,
                missing.join(", ")
            )));
        }
    }
    let value_columns = super::create_source::value_columns(&source.schema);
    let key_given =
        key_columns.iter().any(|column| row.columns.get(&column.name).is_some_and(|array| array.is_valid(0)));
    let key = match key_given {
        true => encode(&source.key_format, Side::Key, key_columns, &row)?,
        false => None,
    };
    let value = encode(&source.value_format, Side::Value, &value_columns, &row)?;
    let name = TopicName::new(&source.topic)?;
    let topic = engine.storage().topic(&name).ok_or_else(|| {
        Error::not_found(format!("The topic '{}' of {} does not exist any more", source.topic, source.name))
    })?;
    let partition = match &key {
        Some(key) => partition_of(key, topic.partitions as usize) as i32,
        None => 0,
    };
    let time = row.rowtime.unwrap_or_else(|| engine.storage().clock().now_ms());
    let mut batch = BatchBuilder::new();
    batch.push(time, key.as_deref(), value.as_deref(), &[]);
    Ok(engine.storage().append(&TopicPartition::new(name, partition), batch.finish()))
}

fn encode(info: &FormatInfo, side: Side, columns: &[Column], row: &RowValues) -> Result<Option<Vec<u8>>> {
    let arrays: Vec<ArrayRef> = columns
        .iter()
        .map(|column| match row.columns.get(&column.name) {
            Some(array) => array.clone(),
            None => arrow::array::new_null_array(&column.ty.to_arrow(), 1),
        })
        .collect();
    let format =
        format::find(&info.name).ok_or_else(|| Error::user(format!("Unknown format: {}", info.name)))?;
    let (mut payloads, mut failures) = (Payloads::default(), Vec::new());
    format.encoder(info, side, columns)?.encode(&arrays, 1, &mut payloads, &mut failures)?;
    if let Some(failure) = failures.first() {
        return Err(Error::user(format!("Could not serialize value: {}", failure.reason)));
    }
    Ok(payloads.get(0).map(<[u8]>::to_vec))
}
