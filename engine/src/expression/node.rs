//! A compiled expression.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanBufferBuilder, UInt32Array, make_array, new_null_array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;
use arrow::datatypes::DataType;

use super::lambda::Lambda;
use super::typed::{Arithmetic, Comparison};
use super::{arithmetic, case, cast, compare, construct, like, logic, subscript};
use crate::error::{Error, Result};
use crate::function::failure::{self, Failure};
use crate::function::{Arg, Call, Unit, Variant};
use crate::schema::SqlType;

/// What an expression is evaluated over.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) columns: &'a [ArrayRef],
    /// The parameters of the lambdas around the expression, outermost first.
    pub(super) parameters: &'a [ArrayRef],
    pub(super) rows: usize,
}

/// One value a row, or one for all rows.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Column(ArrayRef),
    /// An array of one.
    Constant(ArrayRef),
}

impl Value {
    pub(super) fn array(&self) -> &ArrayRef {
        match self {
            Self::Column(array) | Self::Constant(array) => array,
        }
    }

    pub(super) fn is_constant(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    /// Where the value of a row stands in [`Value::array`].
    #[inline]
    pub(super) fn index(&self, row: usize) -> usize {
        if self.is_constant() { 0 } else { row }
    }

    pub(super) fn data_type(&self) -> &DataType {
        self.array().data_type()
    }

    /// One value a row.
    pub(super) fn into_column(self, rows: usize) -> Result<ArrayRef> {
        match self {
            Self::Column(array) => Ok(array),
            Self::Constant(array) if array.is_null(0) => Ok(new_null_array(array.data_type(), rows)),
            Self::Constant(array) => Ok(take(&array, &UInt32Array::from(vec![0; rows]), None)?),
        }
    }
}

/// A step of the evaluation and its operands.
pub(super) enum Node {
    Column(usize),
    Parameter(usize),
    Constant(ArrayRef),
    Negate(Box<Node>),
    Arithmetic { op: Arithmetic, left: Box<Node>, right: Box<Node>, ty: SqlType },
    Compare { op: Comparison, left: Box<Node>, right: Box<Node> },
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    IsNull(Box<Node>),
    IsDistinct(Box<Node>, Box<Node>),
    In { value: Box<Node>, list: Vec<Node> },
    Like { value: Box<Node>, pattern: Box<Node>, escape: Option<char> },
    Case { branches: Vec<(Node, Node)>, otherwise: Option<Box<Node>>, ty: SqlType },
    Cast { value: Box<Node>, from: SqlType, to: SqlType },
    Subscript { base: Box<Node>, index: Box<Node> },
    Field { base: Box<Node>, index: usize },
    Array { items: Vec<Node>, ty: SqlType },
    Map { entries: Vec<(Node, Node)>, ty: SqlType },
    Struct { fields: Vec<Node>, ty: SqlType },
    Call { variant: &'static Variant, args: Vec<Operand>, types: Vec<SqlType>, returns: SqlType },
}

/// An argument of a call.
pub(super) enum Operand {
    Value(Node),
    Unit(Unit),
    Lambda(Lambda),
}

impl Node {
    pub(super) fn evaluate(&self, frame: Frame<'_>) -> Result<Value> {
        match self {
            Self::Column(index) => column(frame.columns, *index),
            Self::Parameter(index) => column(frame.parameters, *index),
            Self::Constant(array) => Ok(Value::Constant(array.clone())),
            Self::Negate(value) => arithmetic::negate(value.evaluate(frame)?),
            Self::Arithmetic { op, left, right, ty } => {
                let (left, right) = (left.evaluate(frame)?, right.evaluate(frame)?);
                let constant = left.is_constant() && right.is_constant();
                spread(constant, frame.rows, || arithmetic::evaluate(*op, left, right, ty, frame.rows))
            }
            Self::Compare { op, left, right } => {
                compare::evaluate(*op, &left.evaluate(frame)?, &right.evaluate(frame)?, frame.rows)
            }
            Self::And(left, right) => logic::and(left, right, frame),
            Self::Or(left, right) => logic::or(left, right, frame),
            Self::Not(value) => logic::not(value.evaluate(frame)?),
            Self::IsNull(value) => logic::is_null(value.evaluate(frame)?),
            Self::IsDistinct(left, right) => {
                compare::is_distinct(&left.evaluate(frame)?, &right.evaluate(frame)?, frame.rows)
            }
            Self::In { value, list } => compare::in_list(value, list, frame),
            Self::Like { value, pattern, escape } => {
                like::evaluate(&value.evaluate(frame)?, &pattern.evaluate(frame)?, *escape, frame.rows)
            }
            Self::Case { branches, otherwise, ty } => {
                case::evaluate(branches, otherwise.as_deref(), ty, frame)
            }
            Self::Cast { value, from, to } => {
                // As in ksqlDB, what fails inside a CAST is NULL there, and the expression around goes on.
                let value = contained(value, frame)?;
                spread(value.is_constant(), frame.rows, || cast::evaluate(value, from, to))
            }
            Self::Subscript { base, index } => {
                subscript::evaluate(&base.evaluate(frame)?, &index.evaluate(frame)?, frame.rows)
            }
            Self::Field { base, index } => subscript::field(base.evaluate(frame)?, *index),
            Self::Array { items, ty } => construct::array(items, ty, frame),
            Self::Map { entries, ty } => construct::map(entries, ty, frame),
            Self::Struct { fields, ty } => construct::structure(fields, ty, frame),
            Self::Call { variant, args, types, returns } => call(variant, args, types, returns, frame),
        }
    }
}

fn column(columns: &[ArrayRef], index: usize) -> Result<Value> {
    columns
        .get(index)
        .cloned()
        .map(Value::Column)
        .ok_or_else(|| Error::internal(format!("an expression reads column {index} of {}", columns.len())))
}

fn call(
    variant: &Variant,
    args: &[Operand],
    types: &[SqlType],
    returns: &SqlType,
    frame: Frame<'_>,
) -> Result<Value> {
    let mut all_constant = true;
    let mut values = Vec::with_capacity(args.len());
    for arg in args {
        values.push(match arg {
            Operand::Value(node) => {
                let value = node.evaluate(frame)?;
                all_constant &= value.is_constant();
                let constant = value.is_constant();
                Bound::Column(value.array().clone(), constant)
            }
            Operand::Unit(unit) => Bound::Unit(*unit),
            Operand::Lambda(lambda) => {
                all_constant = false;
                Bound::Lambda(lambda.bind(frame))
            }
        });
    }
    let bound: Vec<Arg<'_>> = values
        .iter()
        .map(|value| match value {
            Bound::Column(array, constant) => Arg::Column { array: array.clone(), constant: *constant },
            Bound::Unit(unit) => Arg::Unit(*unit),
            Bound::Lambda(body) => Arg::Lambda(body),
        })
        .collect();
    // A call without columns may still differ from row to row (RANDOM, UUID), so it is evaluated for each.
    let rows = if all_constant && !args.is_empty() { 1.min(frame.rows) } else { frame.rows };
    let call = Call { args: &bound, types, rows, returns };
    let array = spread(rows < frame.rows, frame.rows, || (variant.call)(&call))?;
    if array.len() != rows {
        return Err(Error::internal(format!("a function gave {} values for {rows} rows", array.len())));
    }
    Ok(if rows == frame.rows { Value::Column(array) } else { Value::Constant(array) })
}

/// Runs `evaluate`, whose failures are all rows' where its value is one for all of them.
fn spread<T>(constant: bool, rows: usize, evaluate: impl FnOnce() -> T) -> T {
    if constant { failure::spread(rows, evaluate) } else { evaluate() }
}

/// The value of a part of an expression, NULL where it fails; the failures are told, but take nothing else.
pub(super) fn contained(node: &Node, frame: Frame<'_>) -> Result<Value> {
    let (value, failures) = failure::contained(|| node.evaluate(frame));
    let value = without(value?, &failures)?;
    failures.into_iter().for_each(|failure| failure::note_partial(failure.row, failure.reason));
    Ok(value)
}

/// The value with NULL for the rows that failed.
fn without(value: Value, failures: &[Failure]) -> Result<Value> {
    if failures.is_empty() {
        return Ok(value);
    }
    Ok(match value {
        Value::Constant(array) => Value::Constant(new_null_array(array.data_type(), 1)),
        Value::Column(array) => Value::Column(null_at(&array, failures.iter().map(|failure| failure.row))?),
    })
}

/// The array with NULL at some rows.
pub(super) fn null_at(array: &ArrayRef, rows: impl Iterator<Item = usize>) -> Result<ArrayRef> {
    let mut valid = BooleanBufferBuilder::new(array.len());
    valid.append_n(array.len(), true);
    rows.for_each(|row| valid.set_bit(row, false));
    let nulls = NullBuffer::union(array.nulls(), Some(&NullBuffer::new(valid.finish())));
    Ok(make_array(array.to_data().into_builder().nulls(nulls).build()?))
}

enum Bound<'a> {
    Column(ArrayRef, bool),
    Unit(Unit),
    Lambda(super::lambda::BoundLambda<'a>),
}

/// An array as the type it is known to have.
pub(super) fn downcast<A: Array + 'static>(array: &ArrayRef) -> Result<&A> {
    array.as_any().downcast_ref::<A>().ok_or_else(|| {
        Error::internal(format!("an expression met {:?} where its type says otherwise", array.data_type()))
    })
}

/// A column of NULLs of a SQL type.
pub(super) fn nulls(ty: &SqlType, rows: usize) -> ArrayRef {
    new_null_array(&ty.to_arrow(), rows)
}

pub(super) fn shared<A: Array + 'static>(array: A) -> ArrayRef {
    Arc::new(array)
}
