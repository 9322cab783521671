//! Runs the examples of every function, and checks that none is undocumented.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Decimal256Type, Float64Type, Int32Type, Int64Type,
    Time32MillisecondType, TimestampMillisecondType,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::all;
use crate::analyze::{Clause, ExpressionAnalyzer, Scope};
use crate::change::{Field, Relation};
use crate::expression::{Expr, ExprKind, Literal, compile};
use crate::function::{Arg, ArgType, Call, ParamType, Unit, failure};
use crate::number::decimal_to_string;
use crate::schema::SqlType;

/// Functions that no call without columns can show: their answer differs from call to call, or they take a key column.
const WITHOUT_EXAMPLE: [&str; 5] = ["AS_VALUE", "RANDOM", "UNIX_DATE", "UNIX_TIMESTAMP", "UUID"];

#[test]
fn every_example_gives_what_it_says() {
    let mut wrong = Vec::new();
    for function in all() {
        for example in function.examples {
            let expected: Value = serde_json::from_str(example.result).unwrap_or_else(|error| {
                panic!("{}: the result {} is not JSON: {error}", example.call, example.result)
            });
            for (arguments, given) in
                [("constants", evaluate(example.call)), ("columns", evaluate_columns(example.call))]
            {
                match given {
                    Ok(given) if same(&given, &expected) => {}
                    Ok(given) => {
                        wrong.push(format!("{} over {arguments} gives {given}, not {expected}", example.call))
                    }
                    Err(reason) => wrong.push(format!("{} over {arguments}: {reason}", example.call)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_is_documented() {
    let mut names = std::collections::BTreeSet::new();
    for function in all() {
        let name = function.name;
        assert!(names.insert(name), "{name} is there twice");
        assert_eq!(name, name.to_ascii_uppercase());
        assert!(!function.description.is_empty(), "{name} has no description");
        assert!(function.variants.iter().all(|variant| !variant.description.is_empty()), "{name}");
        let shown = !function.examples.is_empty() || WITHOUT_EXAMPLE.contains(&name);
        assert!(shown, "{name} has no example");
    }
}

/// NULL arguments, alone or for all rows, and batches without rows: every variant gives a column of the type it says.
#[test]
fn every_variant_takes_nulls() {
    for function in all() {
        for (variant, signature) in function.variants.iter().zip(function.signatures().expect("signatures")) {
            if signature.params.iter().any(|param| matches!(param.ty, ParamType::Lambda(..))) {
                continue; // The examples show these, because a body is needed.
            }
            let args: Vec<ArgType> = signature
                .params
                .iter()
                .map(|param| match param.ty {
                    ParamType::Unit => ArgType::Unit,
                    _ => ArgType::Sql(sample(&param.ty)),
                })
                .collect();
            let name = format!("{}{signature}", function.name);
            let binding = function.resolve(&args, &mut |_, _| panic!("no lambda")).expect(&name);
            assert_eq!(function.variants[binding.variant].signature, variant.signature, "{name}");
            for (rows, constant, length) in [(3, false, 3), (3, true, 1), (0, false, 0), (0, true, 1)] {
                let columns: Vec<Arg<'_>> = args
                    .iter()
                    .zip(&binding.args)
                    .map(|(arg, ty)| match arg {
                        ArgType::Unit => Arg::Unit(Unit::Days),
                        _ => Arg::Column { array: new_null_array(&ty.to_arrow(), length), constant },
                    })
                    .collect();
                let call = Call { args: &columns, types: &binding.args, rows, returns: &binding.returns };
                let (result, _) = failure::collect(|| (variant.call)(&call));
                let array = result.expect(&name);
                assert_eq!(array.len(), rows, "{name}");
                assert_eq!(array.data_type(), &binding.returns.to_arrow(), "{name}");
            }
        }
    }
}

fn sample(ty: &ParamType) -> SqlType {
    match ty {
        ParamType::Sql(ty) => ty.clone(),
        ParamType::Decimal => SqlType::decimal(9, 2),
        ParamType::Array(element) => SqlType::array(sample(element)),
        ParamType::Map(key, value) => SqlType::map(sample(key), sample(value)),
        _ => SqlType::Integer,
    }
}

fn analyze(call: &str) -> Result<Expr, String> {
    let expr = crate::sql::parse_expression(call).map_err(|error| error.to_string())?;
    let (scope, types) = (Scope::default(), BTreeMap::new());
    ExpressionAnalyzer::new(&scope, Clause::Select, &types).analyze(&expr).map_err(|error| error.to_string())
}

fn evaluate(call: &str) -> Result<Value, String> {
    let typed = analyze(call)?;
    let evaluator = compile(&typed, &Relation::default()).map_err(|error| error.to_string())?;
    let (array, failures) = evaluator.evaluate_collecting(&[], 1).map_err(|error| error.to_string())?;
    assert_eq!(array.data_type(), &typed.ty.to_arrow(), "{call} gives another type than it says");
    if failures.is_empty() { Ok(value(&array, 0)) } else { Err(format!("fails: {failures:?}")) }
}

/// The call with its literals in columns of three rows: the literals, NULLs, the literals again.
fn evaluate_columns(call: &str) -> Result<Value, String> {
    let (mut typed, mut relation, mut columns) = (analyze(call)?, Relation::default(), Vec::new());
    literals_to_columns(&mut typed, &mut relation, &mut columns);
    let evaluator = compile(&typed, &relation).map_err(|error| error.to_string())?;
    let (array, failures) = evaluator.evaluate_collecting(&columns, 3).map_err(|error| error.to_string())?;
    if let Some(failure) = failures.iter().find(|failure| failure.row != 1) {
        return Err(format!("fails: {failure:?}"));
    }
    assert_eq!(array.data_type(), &typed.ty.to_arrow(), "{call} gives another type than it says");
    let (first, last) = (value(&array, 0), value(&array, 2));
    if first == last { Ok(first) } else { Err(format!("gives {first} in one row and {last} in another")) }
}

fn literals_to_columns(expr: &mut Expr, relation: &mut Relation, columns: &mut Vec<ArrayRef>) {
    if !matches!(expr.kind, ExprKind::Literal(ref literal) if *literal != Literal::Null) {
        expr.children_mut().into_iter().for_each(|child| literals_to_columns(child, relation, columns));
        return;
    }
    let evaluator = compile(expr, &Relation::default()).expect("a literal compiles");
    let (constant, _) = evaluator.evaluate_collecting(&[], 1).expect("a literal has a value");
    let rows = UInt32Array::from(vec![Some(0), None, Some(0)]);
    columns.push(take(&constant, &rows, None).expect("a row can be repeated"));
    relation.value.push(Field { name: format!("C{}", columns.len()), ty: expr.ty.clone() });
    *expr = Expr::column(columns.len() - 1, expr.ty.clone());
}

/// A value as the REST API shows it.
fn value(array: &ArrayRef, index: usize) -> Value {
    if array.is_null(index) {
        return Value::Null;
    }
    let number = |text: String| serde_json::from_str(&text).expect("a number");
    match array.data_type() {
        DataType::Boolean => json!(array.as_boolean().value(index)),
        DataType::Int32 => json!(array.as_primitive::<Int32Type>().value(index)),
        DataType::Int64 => json!(array.as_primitive::<Int64Type>().value(index)),
        DataType::Float64 => match array.as_primitive::<Float64Type>().value(index) {
            value if value.is_finite() => json!(value),
            value => json!(crate::number::double_to_string(value)),
        },
        DataType::Decimal128(_, scale) => {
            number(decimal_to_string(array.as_primitive::<Decimal128Type>().value(index), *scale as u16))
        }
        DataType::Decimal256(_, scale) => {
            number(decimal_to_string(array.as_primitive::<Decimal256Type>().value(index), *scale as u16))
        }
        DataType::Utf8 => json!(array.as_string::<i32>().value(index)),
        DataType::Binary => json!(BASE64_STANDARD.encode(array.as_binary::<i32>().value(index))),
        DataType::Timestamp(..) => {
            let millis = array.as_primitive::<TimestampMillisecondType>().value(index);
            let time = chrono::DateTime::from_timestamp_millis(millis).expect("a time");
            json!(time.format("%Y-%m-%dT%H:%M:%S%.3f").to_string())
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(index);
            json!(chrono::NaiveDate::from_epoch_days(days).expect("a date").to_string())
        }
        DataType::Time32(_) => {
            let seconds = array.as_primitive::<Time32MillisecondType>().value(index) / 1000;
            let time =
                chrono::NaiveTime::from_num_seconds_from_midnight_opt(seconds as u32, 0).expect("a time");
            json!(time.format("%H:%M:%S").to_string())
        }
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(index);
            Value::Array((0..items.len()).map(|item| value(&items, item)).collect())
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(index);
            let keys = entries.column(0).as_string::<i32>();
            let fields =
                (0..entries.len()).map(|entry| (keys.value(entry).into(), value(entries.column(1), entry)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let values = fields
                .iter()
                .zip(columns)
                .map(|(field, column)| (field.name().clone(), value(column, index)));
            Value::Object(values.collect::<Map<_, _>>())
        }
        other => panic!("a function gives {other:?}"),
    }
}

/// Equal, numbers by value and up to the last digits of a DOUBLE.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(x), Some(y)) => x == y || (x - y).abs() <= 1e-9 * x.abs().max(y.abs()),
            _ => a == b,
        },
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
