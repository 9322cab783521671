//! Aggregates of the cases that add up numbers and the lengths of texts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array};
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Int64Type};
use datafusion::common::ScalarValue;
use engine::function::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant, Returns};
use engine::{Error, Result};

pub const FUNCTIONS: &[&AggregateFunction] =
    &[&TEST_UDAF, &MULTI_ARG, &FOUR_ARG, &FIVE_ARG, &VAR_ARG, &MID_VAR_ARG];

type Make = fn(&AggregateArgs<'_>) -> Result<Box<dyn Accumulator>>;

const fn variant(signature: &'static str, accumulator: Make) -> AggregateVariant {
    AggregateVariant {
        signature,
        description: "",
        retractable: true,
        returns: Returns::Declared,
        accumulator,
    }
}

const fn function(name: &'static str, variants: &'static [AggregateVariant]) -> AggregateFunction {
    AggregateFunction { name, description: "", nested_state: false, variants, examples: &[] }
}

static TEST_UDAF: AggregateFunction = function(
    "TEST_UDAF",
    &[
        variant("(value BIGINT) -> BIGINT", plain),
        variant("(value INT) -> BIGINT", plain),
        variant("(text STRING; init STRING) -> BIGINT", starting),
        variant("(pair STRUCT<A INT, B INT>) -> STRUCT<A INT, B INT>", |_| Ok(Box::new(Pairs::default()))),
    ],
);

static MULTI_ARG: AggregateFunction =
    function("MULTI_ARG", &[variant("(a BIGINT, b STRING; init1 INT, init2 STRING…) -> BIGINT", starting)]);

static FOUR_ARG: AggregateFunction = function(
    "FOUR_ARG",
    &[variant("(a BIGINT, b STRING, c STRING, d STRING; init1 INT, init2 STRING…) -> BIGINT", starting)],
);

static FIVE_ARG: AggregateFunction = function(
    "FIVE_ARG",
    &[variant(
        "(a BIGINT, b STRING, c STRING, d STRING, e INT; init1 INT, init2 STRING…) -> BIGINT",
        starting,
    )],
);

static VAR_ARG: AggregateFunction = function("VAR_ARG", &[variant("(a BIGINT, b STRING…) -> BIGINT", plain)]);

static MID_VAR_ARG: AggregateFunction =
    function("MID_VAR_ARG", &[variant("(a BIGINT, b STRING…; c INT, d INT) -> BIGINT", starting)]);

fn plain(_: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(LengthSum { sums: Vec::new(), start: 0 }))
}

/// Begins with the sum of the constants.
fn starting(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    let mut start = 0;
    for constant in args.constants {
        start += match constant {
            ScalarValue::Int32(number) => i64::from(number.unwrap_or(0)),
            ScalarValue::Int64(number) => number.unwrap_or(0),
            ScalarValue::Utf8(text) => text.as_ref().map_or(0, |text| text.chars().count() as i64),
            _ => 0,
        };
    }
    Ok(Box::new(LengthSum { sums: Vec::new(), start }))
}

/// Adds numbers and lengths of texts up; NULL is 0.
struct LengthSum {
    sums: Vec<i64>,
    start: i64,
}

impl LengthSum {
    fn add(&mut self, slots: &[u32], args: &[ArrayRef], sign: i64) -> Result<()> {
        for arg in args {
            for (row, slot) in slots.iter().enumerate() {
                if arg.is_valid(row) {
                    self.sums[*slot as usize] += sign * number(arg, row)?;
                }
            }
        }
        Ok(())
    }
}

fn number(array: &ArrayRef, row: usize) -> Result<i64> {
    match array.data_type() {
        DataType::Int32 => Ok(i64::from(array.as_primitive::<Int32Type>().value(row))),
        DataType::Int64 => Ok(array.as_primitive::<Int64Type>().value(row)),
        DataType::Utf8 => Ok(array.as_string::<i32>().value(row).chars().count() as i64),
        other => Err(Error::internal(format!("a test aggregate does not take {other}"))),
    }
}

impl Accumulator for LengthSum {
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, self.start);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, 1)
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, -1)
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        self.sums[into as usize] += self.sums[from as usize] - self.start;
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(slots.iter().map(|slot| self.sums[*slot as usize]).collect::<Int64Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let sums = state[0].as_primitive::<Int64Type>();
        slots.iter().zip(sums.values()).for_each(|(slot, sum)| self.sums[*slot as usize] = *sum);
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.sums[*slot as usize] = self.start);
    }
}

/// Adds the two fields of structs up.
#[derive(Default)]
struct Pairs {
    sums: Vec<[i32; 2]>,
}

impl Pairs {
    fn add(&mut self, slots: &[u32], args: &[ArrayRef], sign: i32) {
        let pairs = args[0].as_struct();
        for (row, slot) in slots.iter().enumerate().filter(|(row, _)| pairs.is_valid(*row)) {
            for (field, sum) in self.sums[*slot as usize].iter_mut().enumerate() {
                let values = pairs.column(field).as_primitive::<Int32Type>();
                if values.is_valid(row) {
                    *sum += sign * values.value(row);
                }
            }
        }
    }
}

impl Accumulator for Pairs {
    fn grow(&mut self, slots: usize) {
        self.sums.resize(slots, [0, 0]);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, 1);
        Ok(())
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        self.add(slots, args, -1);
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let [a, b] = self.sums[from as usize];
        let into = &mut self.sums[into as usize];
        *into = [into[0] + a, into[1] + b];
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let fields: Fields = ["A", "B"].iter().map(|name| Field::new(*name, DataType::Int32, true)).collect();
        let columns = (0..2)
            .map(|field| {
                let values = slots.iter().map(|slot| self.sums[*slot as usize][field]);
                Arc::new(values.collect::<arrow::array::Int32Array>()) as ArrayRef
            })
            .collect();
        Ok(Arc::new(arrow::array::StructArray::new(fields, columns, None)))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int32, DataType::Int32]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(self.evaluate(slots)?.as_struct().columns().to_vec())
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        for (row, slot) in slots.iter().enumerate() {
            let value = |field: usize| state[field].as_primitive::<Int32Type>().value(row);
            self.sums[*slot as usize] = [value(0), value(1)];
        }
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.sums[*slot as usize] = [0, 0]);
    }
}
