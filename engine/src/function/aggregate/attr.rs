//! ATTR.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Int64Type};

use super::tally::{Tally, restore_counts, save_counts};
use super::value_list::ValueCodec;
use super::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
use crate::error::Result;
use crate::function::{Example, Returns};

pub(super) static ATTR: AggregateFunction = AggregateFunction {
    name: "ATTR",
    description: "The value that all rows of a group have, for a column that the group is known to decide.",
    nested_state: true,
    variants: &[AggregateVariant {
        signature: "(value T) -> T",
        description: "The value when all rows have the same, otherwise NULL; NULL counts as a value.",
        retractable: true,
        returns: Returns::Declared,
        accumulator: new,
    }],
    examples: &[Example { call: "ATTR(country)", result: "\"ch\"" }],
};

fn new(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(Attr { codec: ValueCodec::new(&args.types[0])?, tallies: Vec::new() }))
}

struct Attr {
    codec: ValueCodec,
    tallies: Vec<Tally>,
}

impl Accumulator for Attr {
    fn grow(&mut self, slots: usize) {
        self.tallies.resize_with(slots, Tally::default);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let rows = self.codec.encode(&args[0])?;
        for (row, slot) in rows.iter().zip(slots) {
            self.tallies[*slot as usize].add(row.data(), 1, usize::MAX);
        }
        Ok(())
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let rows = self.codec.encode(&args[0])?;
        for (row, slot) in rows.iter().zip(slots) {
            self.tallies[*slot as usize].take(row.data());
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let from = std::mem::take(&mut self.tallies[from as usize]);
        self.tallies[into as usize].merge(&from, usize::MAX);
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        self.codec.decode(slots.iter().map(|slot| {
            let values = self.tallies[*slot as usize].values.values();
            if values.len() == 1 { values.get(0) } else { self.codec.null() }
        }))
    }

    fn state_types(&self) -> Vec<DataType> {
        let counts = DataType::new_list(DataType::Int64, true);
        vec![self.codec.list_type(), counts]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let tallies = slots.iter().map(|slot| &self.tallies[*slot as usize]);
        let values = self.codec.decode_lists(tallies.clone().map(|tally| tally.values.values()))?;
        Ok(vec![values, save_counts::<Int64Type>(tallies, |count| count)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let Self { codec, tallies } = self;
        codec
            .encode_lists(&state[0], |index, values| tallies[slots[index] as usize].values = values.into())?;
        restore_counts::<Int64Type>(&state[1], |index, counts| tallies[slots[index] as usize].counts = counts)
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.tallies[*slot as usize] = Tally::default());
    }
}
