//! HISTOGRAM.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, Int64Array, MapArray, StringArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Int64Type};

use super::column::{mismatch, primitive};
use super::tally::Tally;
use super::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
use crate::error::{Error, Result};
use crate::function::{Example, Returns};

/// How many different values are counted, as in ksqlDB, so that a group does not grow without bound.
const ENTRIES_MAX: usize = 1000;

pub(super) static HISTOGRAM: AggregateFunction = AggregateFunction {
    name: "HISTOGRAM",
    description: "How often each value is there.",
    nested_state: true,
    variants: &[AggregateVariant {
        signature: "(value STRING) -> MAP<STRING, BIGINT>",
        description: "A map from the values to how often they are there. Values beyond the first 1000 different ones \
                      are not counted; NULLs neither.",
        retractable: true,
        returns: Returns::Declared,
        accumulator: new,
    }],
    examples: &[Example { call: "HISTOGRAM(name)", result: "{\"a\": 2, \"b\": 1}" }],
};

fn new(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(Histogram { tallies: Vec::new(), ty: args.returns.to_arrow() }))
}

/// The values are kept as UTF-8, not in the row format: they are strings here.
struct Histogram {
    tallies: Vec<Tally>,
    ty: DataType,
}

impl Accumulator for Histogram {
    fn grow(&mut self, slots: usize) {
        self.tallies.resize_with(slots, Tally::default);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let values = args[0].as_string_opt::<i32>().ok_or_else(|| mismatch(&args[0]))?;
        for (row, slot) in slots.iter().enumerate() {
            if values.is_valid(row) {
                self.tallies[*slot as usize].add(values.value(row).as_bytes(), 1, ENTRIES_MAX);
            }
        }
        Ok(())
    }

    fn retract(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let values = args[0].as_string_opt::<i32>().ok_or_else(|| mismatch(&args[0]))?;
        for (row, slot) in slots.iter().enumerate() {
            if values.is_valid(row) {
                self.tallies[*slot as usize].take(values.value(row).as_bytes());
            }
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let from = std::mem::take(&mut self.tallies[from as usize]);
        self.tallies[into as usize].merge(&from, ENTRIES_MAX);
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let DataType::Map(entries_field, sorted) = &self.ty else {
            return Err(Error::internal("HISTOGRAM gives a map"));
        };
        let DataType::Struct(fields) = entries_field.data_type() else {
            return Err(Error::internal("a map's entries are structs"));
        };
        let tallies = slots.iter().map(|slot| &self.tallies[*slot as usize]);
        let mut keys = BinaryBuilder::new();
        tallies.clone().flat_map(|tally| tally.values.values().iter()).for_each(|key| keys.append_value(key));
        let counts: Int64Array = tallies.clone().flat_map(|tally| tally.counts.iter().copied()).collect();
        let keys = StringArray::try_from_binary(keys.finish())?;
        let entries = StructArray::try_new(fields.clone(), vec![Arc::new(keys), Arc::new(counts)], None)?;
        let offsets = OffsetBuffer::from_lengths(tallies.map(|tally| tally.counts.len()));
        Ok(Arc::new(MapArray::try_new(entries_field.clone(), offsets, entries, None, *sorted)?))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.ty.clone()]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(slots)?])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let maps = state[0].as_map_opt().ok_or_else(|| mismatch(&state[0]))?;
        let keys = maps.keys().as_string_opt::<i32>().ok_or_else(|| mismatch(maps.keys()))?;
        let counts = primitive::<Int64Type>(maps.values())?;
        for (slot, bounds) in slots.iter().zip(maps.value_offsets().windows(2)) {
            let mut tally = Tally::default();
            for entry in bounds[0] as usize..bounds[1] as usize {
                tally.add(keys.value(entry).as_bytes(), counts.value(entry), ENTRIES_MAX);
            }
            self.tallies[*slot as usize] = tally;
        }
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.tallies[*slot as usize] = Tally::default());
    }
}
