//! Aggregates of the cases that collect their first argument where no argument is NULL.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use engine::Result;
use engine::function::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant, Returns};

pub const FUNCTIONS: &[&AggregateFunction] = &[&GENERIC_VAR_ARG, &OBJ_COL_ARG];

static GENERIC_VAR_ARG: AggregateFunction = function(
    "GENERIC_VAR_ARG",
    &[AggregateVariant {
        signature: "(a A, b B, c C…) -> ARRAY<A>",
        description: "",
        retractable: false,
        returns: Returns::Declared,
        accumulator: make,
    }],
);

static OBJ_COL_ARG: AggregateFunction = function(
    "OBJ_COL_ARG",
    &[AggregateVariant {
        signature: "(a INT, b ANY…) -> ARRAY<INT>",
        description: "",
        retractable: false,
        returns: Returns::Declared,
        accumulator: make,
    }],
);

const fn function(name: &'static str, variants: &'static [AggregateVariant]) -> AggregateFunction {
    AggregateFunction { name, description: "", nested_state: true, variants, examples: &[] }
}

fn make(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(RowList { element: args.types[0].to_arrow(), lists: Vec::new() }))
}

struct RowList {
    element: DataType,
    lists: Vec<Vec<ScalarValue>>,
}

impl Accumulator for RowList {
    fn grow(&mut self, slots: usize) {
        self.lists.resize(slots, Vec::new());
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        for (row, slot) in slots.iter().enumerate() {
            if args.iter().all(|arg| arg.is_valid(row)) {
                self.lists[*slot as usize].push(ScalarValue::try_from_array(&args[0], row)?);
            }
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let taken = std::mem::take(&mut self.lists[from as usize]);
        self.lists[into as usize].extend(taken);
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let lists = || slots.iter().map(|slot| &self.lists[*slot as usize]);
        let values: Vec<ScalarValue> = lists().flatten().cloned().collect();
        let values = match values.is_empty() {
            true => new_empty_array(&self.element),
            false => ScalarValue::iter_to_array(values)?,
        };
        let field = Arc::new(Field::new("item", self.element.clone(), true));
        Ok(Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lists().map(Vec::len)), values, None)))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::List(Arc::new(Field::new("item", self.element.clone(), true)))]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let lists = state[0].as_list::<i32>();
        for (row, slot) in slots.iter().enumerate() {
            let list = lists.value(row);
            self.lists[*slot as usize] =
                (0..list.len()).map(|i| ScalarValue::try_from_array(&list, i)).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.lists[*slot as usize].clear());
    }
}
