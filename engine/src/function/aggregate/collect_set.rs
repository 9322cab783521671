//! COLLECT_SET.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use super::value_list::{ValueCodec, ValueSet};
use super::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
use crate::error::Result;
use crate::function::{Example, Returns};

pub(super) static COLLECT_SET: AggregateFunction = AggregateFunction {
    name: "COLLECT_SET",
    description: "The different values in an array, in the order in which they first came.",
    nested_state: true,
    variants: &[AggregateVariant {
        signature: "(value T) -> ARRAY<T>",
        description: "The different values; NULL is one of them.",
        retractable: false,
        returns: Returns::Declared,
        accumulator: new,
    }],
    examples: &[Example { call: "COLLECT_SET(name)", result: "[\"a\", \"b\"]" }],
};

fn new(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(CollectSet { codec: ValueCodec::new(&args.types[0])?, sets: Vec::new() }))
}

struct CollectSet {
    codec: ValueCodec,
    sets: Vec<ValueSet>,
}

impl CollectSet {
    fn add(&mut self, slot: u32, value: &[u8]) {
        let set = &mut self.sets[slot as usize];
        if set.position(value).is_none() {
            set.push(value);
        }
    }
}

impl Accumulator for CollectSet {
    fn grow(&mut self, slots: usize) {
        self.sets.resize_with(slots, ValueSet::default);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let rows = self.codec.encode(&args[0])?;
        rows.iter().zip(slots).for_each(|(row, slot)| self.add(*slot, row.data()));
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let from = std::mem::take(&mut self.sets[from as usize]);
        from.values().iter().for_each(|value| self.add(into, value));
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        self.codec.decode_lists(slots.iter().map(|slot| self.sets[*slot as usize].values()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.codec.list_type()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let Self { codec, sets } = self;
        codec.encode_lists(&state[0], |index, values| sets[slots[index] as usize] = values.into())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.sets[*slot as usize].clear());
    }
}
