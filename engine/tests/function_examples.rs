//! Every example of every scalar function gives what it says.

use std::collections::BTreeMap;
use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, Time32MillisecondType,
    TimestampMillisecondType,
};
use base64::Engine as _;
use millrace_engine::analyze::{Clause, ExpressionAnalyzer, Scope};
use millrace_engine::change::{Field, Relation};
use millrace_engine::expression::{Expr, ExprKind, Literal, compile};
use millrace_engine::{function, number, sql, time};

/// A value as the REST API has it.
fn json(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return "null".into();
    }
    let quoted = |text: &str| serde_json::to_string(text).expect("text is JSON");
    let list = |items: &ArrayRef| {
        let items: Vec<String> = (0..items.len()).map(|item| json(items, item)).collect();
        format!("[{}]", items.join(","))
    };
    let mut out = String::new();
    match array.data_type() {
        DataType::Boolean => write!(out, "{}", array.as_boolean().value(row)),
        DataType::Int32 => write!(out, "{}", array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => write!(out, "{}", array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => number::write_double(&mut out, array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, scale) => {
            number::write_decimal(&mut out, array.as_primitive::<Decimal128Type>().value(row), *scale as u16)
        }
        DataType::Utf8 => return quoted(array.as_string::<i32>().value(row)),
        DataType::Binary => {
            return quoted(
                &base64::engine::general_purpose::STANDARD.encode(array.as_binary::<i32>().value(row)),
            );
        }
        DataType::Date32 => time::write_date(&mut out, array.as_primitive::<Date32Type>().value(row)),
        DataType::Time32(_) => {
            time::write_time(&mut out, array.as_primitive::<Time32MillisecondType>().value(row))
        }
        DataType::Timestamp(..) => {
            time::write_timestamp(&mut out, array.as_primitive::<TimestampMillisecondType>().value(row))
        }
        DataType::List(_) => return list(&array.as_list::<i32>().value(row)),
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let fields: Vec<String> = (0..entries.len())
                .map(|entry| format!("{}:{}", json(entries.column(0), entry), json(entries.column(1), entry)))
                .collect();
            return format!("{{{}}}", fields.join(","));
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let fields: Vec<String> = fields
                .iter()
                .zip(columns)
                .map(|(field, column)| format!("{}:{}", quoted(field.name()), json(column, row)))
                .collect();
            return format!("{{{}}}", fields.join(","));
        }
        other => panic!("no JSON for {other}"),
    }
    .expect("a String takes all that is written");
    match array.data_type() {
        DataType::Date32 | DataType::Time32(_) | DataType::Timestamp(..) => quoted(&out),
        _ => out,
    }
}

/// The call as a typed expression.
fn analyze(call: &str) -> Result<Expr, String> {
    let parsed = sql::parse_expression(call).map_err(|error| error.to_string())?;
    let (scope, types) = (Scope::default(), BTreeMap::new());
    ExpressionAnalyzer::new(&scope, Clause::Select, &types)
        .analyze(&parsed)
        .map_err(|error| error.to_string())
}

/// The call's answer in rows 0 and 2 of three.
fn evaluate(expr: &Expr, relation: &Relation, columns: &[ArrayRef]) -> Result<String, String> {
    let evaluator = compile(expr, relation).map_err(|error| error.to_string())?;
    let (array, failures) = evaluator.evaluate_collecting(columns, 3).map_err(|error| error.to_string())?;
    if let Some(failure) = failures.iter().find(|failure| failure.row != 1) {
        return Err(format!("row {} failed: {}", failure.row, failure.reason));
    }
    if array.data_type() != &expr.ty.to_arrow() || array.len() != 3 {
        return Err(format!("{} values of {} instead of 3 of {}", array.len(), array.data_type(), expr.ty));
    }
    let (first, last) = (json(&array, 0), json(&array, 2));
    if first == last { Ok(first) } else { Err(format!("{first} in one row and {last} in another")) }
}

/// Takes the literals out of an expression into columns of three rows: the literal, NULL, the literal.
fn literals_to_columns(expr: &mut Expr, relation: &mut Relation, columns: &mut Vec<ArrayRef>) {
    if matches!(expr.kind, ExprKind::Literal(ref literal) if *literal != Literal::Null) {
        let evaluator = compile(expr, &Relation::default()).expect("a literal compiles");
        let (constant, _) = evaluator.evaluate_collecting(&[], 1).expect("a literal has a value");
        let rows = UInt32Array::from(vec![Some(0), None, Some(0)]);
        columns.push(take(&constant, &rows, None).expect("a row can be repeated"));
        relation.value.push(Field { name: format!("C{}", columns.len()), ty: expr.ty.clone() });
        *expr = Expr::column(columns.len() - 1, expr.ty.clone());
        return;
    }
    expr.children_mut().into_iter().for_each(|child| literals_to_columns(child, relation, columns));
}

#[test]
fn examples_give_what_they_say_for_constants_and_columns() {
    let mut wrong = Vec::new();
    for function in function::scalar::all() {
        assert_eq!(
            function.signatures().map(|signatures| signatures.len()).ok(),
            Some(function.variants.len())
        );
        for variant in function.variants {
            assert!(!variant.description.is_empty(), "{} has a variant without a description", function.name);
        }
        for example in function.examples {
            let mut expr = match analyze(example.call) {
                Ok(expr) => expr,
                Err(reason) => {
                    wrong.push(format!("{}: {reason}", example.call));
                    continue;
                }
            };
            let found = evaluate(&expr, &Relation::default(), &[]);
            if found.as_deref() != Ok(example.result) {
                wrong.push(format!("{}: {found:?} instead of {:?}", example.call, example.result));
            }
            let (mut relation, mut columns) = (Relation::default(), Vec::new());
            literals_to_columns(&mut expr, &mut relation, &mut columns);
            let found = evaluate(&expr, &relation, &columns);
            if found.as_deref() != Ok(example.result) {
                wrong.push(format!(
                    "{} over columns: {found:?} instead of {:?}",
                    example.call, example.result
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
