//! COLLECT_LIST.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use super::value_list::{ValueCodec, ValueList};
use super::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
use crate::error::Result;
use crate::function::{Example, Returns};

pub(super) static COLLECT_LIST: AggregateFunction = AggregateFunction {
    name: "COLLECT_LIST",
    description: "All values in an array, in the order in which they came.",
    nested_state: true,
    variants: &[AggregateVariant {
        signature: "(value T) -> ARRAY<T>",
        description: "All values, NULLs included.",
        retractable: true,
        returns: Returns::Declared,
        accumulator: new,
    }],
    examples: &[Example { call: "COLLECT_LIST(name)", result: "[\"a\", \"b\", \"a\"]" }],
};

fn new(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(CollectList { codec: ValueCodec::new(&args.types[0])?, lists: Vec::new() }))
}

struct CollectList {
    codec: ValueCodec,
    lists: Vec<ValueList>,
}

impl Accumulator for CollectList {
    fn grow(&mut self, slots: usize) {
        self.lists.resize_with(slots, ValueList::default);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let rows = self.codec.encode(&args[0])?;
        for (row, slot) in rows.iter().zip(slots) {
            self.lists[*slot as usize].push(row.data());
        }
        Ok(())
    }

    /// Takes out the last equal value.
    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let rows = self.codec.encode(&args[0])?;
        for (row, slot) in rows.iter().zip(slots) {
            let list = &mut self.lists[*slot as usize];
            let found = list.iter().rposition(|value| value == row.data());
            if let Some(index) = found {
                list.remove(index);
            }
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let from = std::mem::take(&mut self.lists[from as usize]);
        from.iter().for_each(|value| self.lists[into as usize].push(value));
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        self.codec.decode_lists(slots.iter().map(|slot| &self.lists[*slot as usize]))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.codec.list_type()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let Self { codec, lists } = self;
        codec.encode_lists(&state[0], |index, values| lists[slots[index] as usize] = values)
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.lists[*slot as usize].clear());
    }
}
