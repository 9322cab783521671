//! What holds for every aggregate, whatever it computes.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array,
    Int32Array, Int64Array, ListArray, StringArray, Time32MillisecondArray, TimestampMillisecondArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{Field, Float64Type};
use datafusion::common::ScalarValue;
use proptest::prelude::*;

use super::{AggregateArgs, AggregateVariant, FUNCTIONS};
use crate::function::{Accumulator, ArgType, Param, ParamType, Returns};
use crate::schema::SqlType;

/// A variant with types for its arguments.
struct Subject {
    name: String,
    variant: &'static AggregateVariant,
    types: Vec<SqlType>,
    constants: Vec<ScalarValue>,
    returns: SqlType,
}

impl Subject {
    fn accumulator(&self, slots: usize) -> Box<dyn Accumulator> {
        let args = AggregateArgs { types: &self.types, constants: &self.constants, returns: &self.returns };
        let mut accumulator = (self.variant.accumulator)(&args).expect("an accumulator");
        accumulator.grow(slots);
        accumulator
    }
}

fn sample_type(param: &Param) -> SqlType {
    fn of(ty: &ParamType) -> SqlType {
        match ty {
            ParamType::Sql(ty) => ty.clone(),
            ParamType::Decimal => SqlType::decimal(30, 2),
            ParamType::Array(element) => SqlType::array(of(element)),
            _ => SqlType::String,
        }
    }
    of(&param.ty)
}

/// Every variant of every function; where anything may stand a second time, it is a STRING.
fn subjects() -> Vec<Subject> {
    let mut all = Vec::new();
    for function in FUNCTIONS {
        let signatures = function.signatures().expect("signatures");
        for (variant, signature) in function.variants.iter().zip(&signatures) {
            let types: Vec<SqlType> = signature.params.iter().map(sample_type).collect();
            let constants = signature.constants.iter().map(|constant| match sample_type(constant) {
                SqlType::Integer => ScalarValue::Int32(Some(2)),
                SqlType::Boolean => ScalarValue::Boolean(Some(false)),
                other => panic!("no sample of a constant {other}"),
            });
            let args: Vec<ArgType> = types
                .iter()
                .cloned()
                .chain(signature.constants.iter().map(sample_type))
                .map(ArgType::Sql)
                .collect();
            let binding = function.resolve(&args).expect("a variant for its own types");
            let returns = match variant.returns {
                Returns::Declared => binding.returns,
                Returns::Computed(returns) => returns(&binding.args).expect("a type"),
            };
            all.push(Subject {
                name: format!("{}{signature}", function.name),
                variant,
                types,
                constants: constants.collect(),
                returns,
            });
        }
    }
    all
}

/// A column of a type made of small numbers, so that equal values come up and sums of DOUBLEs are exact.
fn column(ty: &SqlType, seeds: &[Option<u8>]) -> ArrayRef {
    let small = |seed: u8| i32::from(seed % 7) - 2;
    let numbers = || seeds.iter().map(|seed| seed.map(small));
    match ty {
        SqlType::Boolean => Arc::new(numbers().map(|n| n.map(|n| n > 0)).collect::<BooleanArray>()),
        SqlType::Integer => Arc::new(numbers().collect::<Int32Array>()),
        SqlType::Bigint => Arc::new(numbers().map(|n| n.map(i64::from)).collect::<Int64Array>()),
        SqlType::Double => Arc::new(numbers().map(|n| n.map(f64::from)).collect::<Float64Array>()),
        SqlType::Decimal { .. } => Arc::new(
            numbers().map(|n| n.map(i128::from)).collect::<Decimal128Array>().with_data_type(ty.to_arrow()),
        ),
        SqlType::Date => Arc::new(numbers().collect::<Date32Array>()),
        SqlType::Time => Arc::new(numbers().collect::<Time32MillisecondArray>()),
        SqlType::Timestamp => {
            Arc::new(numbers().map(|n| n.map(i64::from)).collect::<TimestampMillisecondArray>())
        }
        SqlType::String => Arc::new(
            numbers().map(|n| n.map(|n| "xy".repeat(n.unsigned_abs() as usize))).collect::<StringArray>(),
        ),
        SqlType::Bytes => {
            let bytes: Vec<Option<Vec<u8>>> =
                numbers().map(|n| n.map(|n| n.to_be_bytes().to_vec())).collect();
            Arc::new(BinaryArray::from_iter(bytes))
        }
        SqlType::Array(element) => {
            let lengths: Vec<usize> = seeds.iter().map(|seed| usize::from(seed.unwrap_or(0) % 3)).collect();
            let items: Vec<Option<u8>> = (0..lengths.iter().sum::<usize>()).map(|i| Some(i as u8)).collect();
            let field = Arc::new(Field::new("item", element.to_arrow(), true));
            let nulls = seeds.iter().map(Option::is_some).collect();
            Arc::new(ListArray::new(
                field,
                OffsetBuffer::from_lengths(lengths),
                column(element, &items),
                Some(nulls),
            ))
        }
        other => panic!("no sample column of {other}"),
    }
}

fn columns(subject: &Subject, seeds: &[Option<u8>]) -> Vec<ArrayRef> {
    subject.types.iter().map(|ty| column(ty, seeds)).collect()
}

/// Equal, DOUBLEs up to rounding.
fn assert_same(subject: &Subject, left: &ArrayRef, right: &ArrayRef) {
    assert_eq!(left.data_type(), &subject.returns.to_arrow(), "{}", subject.name);
    if let (Some(a), Some(b)) =
        (left.as_primitive_opt::<Float64Type>(), right.as_primitive_opt::<Float64Type>())
    {
        for (a, b) in a.iter().zip(b) {
            let (a, b) = (a.unwrap_or(f64::NAN), b.unwrap_or(f64::NAN));
            assert!((a.is_nan() && b.is_nan()) || (a - b).abs() < 1e-5, "{}: {a} is not {b}", subject.name);
        }
    } else {
        assert_eq!(left, right, "{}", subject.name);
    }
}

fn rows() -> impl Strategy<Value = Vec<(u32, Option<u8>)>> {
    prop::collection::vec((0..3_u32, prop::option::weighted(0.8, any::<u8>())), 0..40)
}

fn split(rows: &[(u32, Option<u8>)]) -> (Vec<u32>, Vec<Option<u8>>) {
    rows.iter().copied().unzip()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What was saved and restored goes on as if nothing had happened; a slot that was reset is as good as new.
    #[test]
    fn save_and_restore(before in rows(), after in rows()) {
        for subject in subjects() {
            let (slots, seeds) = split(&before);
            let mut straight = subject.accumulator(3);
            straight.update(&slots, &columns(&subject, &seeds)).expect("update");
            let state = straight.save(&[0, 1, 2]).expect("save");
            let types: Vec<_> = state.iter().map(|column| column.data_type().clone()).collect();
            assert_eq!(types, straight.state_types(), "{}", subject.name);

            let mut restored = subject.accumulator(4);
            restored.update(&[3, 2, 0], &columns(&subject, &[Some(1), Some(2), None])).expect("update");
            restored.reset(&[3, 2]);
            restored.restore(&[3, 1, 2], &state).expect("restore");
            let (slots, seeds) = split(&after);
            straight.update(&slots, &columns(&subject, &seeds)).expect("update");
            let moved: Vec<u32> = slots.iter().map(|slot| [3, 1, 2][*slot as usize]).collect();
            restored.update(&moved, &columns(&subject, &seeds)).expect("update");
            assert_same(
                &subject,
                &straight.evaluate(&[0, 1, 2]).expect("evaluate"),
                &restored.evaluate(&[3, 1, 2]).expect("evaluate"),
            );
        }
    }

    /// Two groups merged are the group of all their rows.
    #[test]
    fn merge(first in rows(), second in rows()) {
        for subject in subjects() {
            let (_, first) = split(&first);
            let (_, second) = split(&second);
            let mut apart = subject.accumulator(2);
            apart.update(&vec![0; first.len()], &columns(&subject, &first)).expect("update");
            apart.update(&vec![1; second.len()], &columns(&subject, &second)).expect("update");
            apart.merge(1, 0).expect("merge");
            let mut together = subject.accumulator(1);
            let all = [first.as_slice(), second.as_slice()].concat();
            together.update(&vec![0; all.len()], &columns_of_parts(&subject, &first, &second)).expect("update");
            assert_same(
                &subject,
                &apart.evaluate(&[0]).expect("evaluate"),
                &together.evaluate(&[0]).expect("evaluate"),
            );
        }
    }

    /// Rows that came and went leave nothing behind.
    #[test]
    fn retract(stay in rows(), leave in rows()) {
        for subject in subjects().into_iter().filter(|subject| subject.variant.retractable) {
            let (stay_slots, stay) = split(&stay);
            let (leave_slots, leave) = split(&leave);
            let mut accumulator = subject.accumulator(3);
            accumulator.update(&stay_slots, &columns(&subject, &stay)).expect("update");
            let without = accumulator.evaluate(&[0, 1, 2]).expect("evaluate");
            accumulator.update(&leave_slots, &columns(&subject, &leave)).expect("update");
            accumulator.retract(&leave_slots, &columns(&subject, &leave)).expect("retract");
            assert_same(&subject, &without, &accumulator.evaluate(&[0, 1, 2]).expect("evaluate"));
        }
    }
}

/// The columns of two runs of rows in one batch. Made of the parts, because what an ARRAY holds depends on its batch.
fn columns_of_parts(subject: &Subject, first: &[Option<u8>], second: &[Option<u8>]) -> Vec<ArrayRef> {
    columns(subject, first)
        .iter()
        .zip(columns(subject, second))
        .map(|(first, second)| arrow::compute::concat(&[first, &second]).expect("concat"))
        .collect()
}
