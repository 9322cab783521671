//! `ARRAY[…]`, `MAP(k := v, …)` and `STRUCT(f := e, …)`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StringArray, StructArray};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::interleave;
use arrow::datatypes::DataType;

use super::node::{Frame, Node, Value, contained, shared};
use crate::error::{Error, Result};
use crate::function::failure;
use crate::schema::SqlType;

pub(super) fn array(items: &[Node], ty: &SqlType, frame: Frame<'_>) -> Result<Value> {
    let DataType::List(field) = ty.to_arrow() else {
        return Err(Error::internal("ARRAY[] is not an array"));
    };
    let values = items.iter().map(|item| contained(item, frame)).collect::<Result<Vec<_>>>()?;
    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(items.len(), frame.rows));
    Ok(Value::Column(shared(ListArray::try_new(field, offsets, rows_of(&values, frame.rows)?, None)?)))
}

pub(super) fn map(entries: &[(Node, Node)], ty: &SqlType, frame: Frame<'_>) -> Result<Value> {
    let DataType::Map(field, sorted) = ty.to_arrow() else {
        return Err(Error::internal("MAP() is not a map"));
    };
    let DataType::Struct(fields) = field.data_type().clone() else {
        return Err(Error::internal("a map's entries are not a struct"));
    };
    let keys = entries.iter().map(|(key, _)| named(key.evaluate(frame)?)).collect::<Result<Vec<_>>>()?;
    let values = entries.iter().map(|(_, value)| contained(value, frame)).collect::<Result<Vec<_>>>()?;
    // A key of another type than STRING cannot be NULL: such a row fails, and has no entries.
    let whole = BooleanBuffer::collect_bool(frame.rows, |row| {
        let null = keys.iter().any(|key| key.array().is_null(key.index(row)));
        if null {
            failure::note(row, "a key of a MAP is NULL");
        }
        !null
    });
    let offsets = OffsetBuffer::from_lengths(
        (0..frame.rows).map(|row| if whole.value(row) { entries.len() } else { 0 }),
    );
    let pick = |values: &[Value]| -> Result<ArrayRef> {
        let arrays: Vec<&dyn Array> = values.iter().map(|value| value.array().as_ref()).collect();
        let indices: Vec<(usize, usize)> = whole
            .set_indices()
            .flat_map(|row| values.iter().enumerate().map(move |(i, value)| (i, value.index(row))))
            .collect();
        Ok(interleave(&arrays, &indices)?)
    };
    let structs = StructArray::try_new(fields, vec![pick(&keys)?, pick(&values)?], None)?;
    let nulls = (whole.count_set_bits() < frame.rows).then(|| NullBuffer::new(whole.clone()));
    Ok(Value::Column(shared(MapArray::try_new(field, offsets, structs, nulls, sorted)?)))
}

pub(super) fn structure(fields: &[Node], ty: &SqlType, frame: Frame<'_>) -> Result<Value> {
    let DataType::Struct(types) = ty.to_arrow() else {
        return Err(Error::internal("STRUCT() is not a struct"));
    };
    let columns = fields
        .iter()
        .map(|field| contained(field, frame)?.into_column(frame.rows))
        .collect::<Result<Vec<_>>>()?;
    Ok(Value::Column(Arc::new(StructArray::try_new_with_length(types, columns, None, frame.rows)?)))
}

/// Keys without NULLs where they are strings: a NULL key is called `null`, as the formats that ksqlDB writes maps in have
/// it. Arrow's maps know no NULL keys.
fn named(keys: Value) -> Result<Value> {
    let Some(texts) = keys.array().as_string_opt::<i32>().filter(|texts| texts.null_count() > 0) else {
        return Ok(keys);
    };
    let named = shared(texts.iter().map(|text| Some(text.unwrap_or("null"))).collect::<StringArray>());
    Ok(if keys.is_constant() { Value::Constant(named) } else { Value::Column(named) })
}

/// All values of row 0, then all of row 1, and so on.
fn rows_of(values: &[Value], rows: usize) -> Result<ArrayRef> {
    let arrays: Vec<&dyn Array> = values.iter().map(|value| value.array().as_ref()).collect();
    let indices: Vec<(usize, usize)> = (0..rows)
        .flat_map(|row| values.iter().enumerate().map(move |(i, value)| (i, value.index(row))))
        .collect();
    Ok(interleave(&arrays, &indices)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arrow::array::{Array, AsArray};

    use crate::analyze::{Clause, ExpressionAnalyzer, Scope};
    use crate::change::Relation;
    use crate::expression::{Evaluator, compile};

    fn evaluator(text: &str) -> Evaluator {
        let parsed = crate::sql::parse_expression(text).expect("an expression");
        let (scope, types) = (Scope::default(), BTreeMap::new());
        let typed = ExpressionAnalyzer::new(&scope, Clause::Select, &types).analyze(&parsed).expect("typed");
        compile(&typed, &Relation::default()).expect("compiled")
    }

    #[test]
    fn a_part_that_fails_is_null_alone_and_told() {
        let (array, failures) =
            evaluator("ARRAY[7, STRINGTODATE('x', 'yyyy')]").evaluate_collecting(&[], 2).expect("a column");
        let items = array.as_list::<i32>().value(1);
        assert!(array.is_valid(1) && items.is_valid(0) && items.is_null(1));
        assert_eq!(
            failures.iter().map(|failure| (failure.row, failure.partial)).collect::<Vec<_>>(),
            [(0, true), (1, true)]
        );
        let (array, _) = evaluator("CAST(1 / 0 AS STRING)").evaluate_collecting(&[], 2).expect("a column");
        assert_eq!(array.null_count(), 2, "what fails in a CAST is NULL");
        let (array, failures) = evaluator("RANDOM() + 1 / 0").evaluate_collecting(&[], 3).expect("a column");
        assert_eq!((array.null_count(), failures.len()), (3, 3), "a constant fails for every row");
    }
}
