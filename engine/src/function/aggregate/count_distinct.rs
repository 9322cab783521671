//! COUNT_DISTINCT.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryBuilder, Int64Array};
use arrow::datatypes::DataType;

use super::column::mismatch;
use super::hash::hash;
use super::value_list::ValueCodec;
use super::{Accumulator, AggregateArgs, AggregateFunction, AggregateVariant};
use crate::error::{Error, Result};
use crate::function::{Example, Returns};

pub(super) static COUNT_DISTINCT: AggregateFunction = AggregateFunction {
    name: "COUNT_DISTINCT",
    description: "About how many different values there are.",
    nested_state: true,
    variants: &[AggregateVariant {
        signature: "(value T) -> BIGINT",
        description: "Exact up to 1024 different values, then within about 1 %; NULLs are not counted.",
        retractable: false,
        returns: Returns::Declared,
        accumulator: new,
    }],
    examples: &[Example { call: "COUNT_DISTINCT(name)", result: "2" }],
};

/// Up to here the hashes themselves are kept: 8 KiB, half of what the sketch takes, and the answer is exact.
const EXACT_MAX: usize = 1024;

/// ksqlDB's number of registers, 2^14: a standard error of 0.8 %.
const REGISTER_BITS: u32 = 14;
const REGISTERS: usize = 1 << REGISTER_BITS;

/// First byte of an encoded state.
const EXACT: u8 = 0;
const SKETCH: u8 = 1;

fn new(args: &AggregateArgs<'_>) -> Result<Box<dyn Accumulator>> {
    Ok(Box::new(CountDistinct { codec: ValueCodec::new(&args.types[0])?, counters: Vec::new() }))
}

struct CountDistinct {
    codec: ValueCodec,
    counters: Vec<Counter>,
}

/// Counts different hashes: exactly as long as there are few, then as HyperLogLog (Flajolet et al. 2007).
#[derive(Clone)]
enum Counter {
    /// In ascending order.
    Exact(Vec<u64>),
    /// Per register the longest run of leading zeros plus one.
    Sketch(Box<[u8; REGISTERS]>),
}

impl Default for Counter {
    fn default() -> Self {
        Self::Exact(Vec::new())
    }
}

impl Counter {
    fn add(&mut self, hash: u64) {
        match self {
            Self::Exact(hashes) => {
                let Err(index) = hashes.binary_search(&hash) else { return };
                if hashes.len() < EXACT_MAX {
                    hashes.insert(index, hash);
                    return;
                }
                let mut sketch = Self::Sketch(Box::new([0; REGISTERS]));
                hashes.iter().for_each(|known| sketch.add(*known));
                sketch.add(hash);
                *self = sketch;
            }
            Self::Sketch(registers) => {
                let register = &mut registers[(hash >> (64 - REGISTER_BITS)) as usize];
                let rank = ((hash << REGISTER_BITS) | (1 << (REGISTER_BITS - 1))).leading_zeros() + 1;
                *register = (*register).max(rank as u8);
            }
        }
    }

    fn merge(&mut self, from: &Self) {
        match (&mut *self, from) {
            (_, Self::Exact(hashes)) => hashes.iter().for_each(|hash| self.add(*hash)),
            (Self::Sketch(into), Self::Sketch(from)) => {
                into.iter_mut().zip(from.iter()).for_each(|(into, from)| *into = (*into).max(*from));
            }
            (Self::Exact(hashes), Self::Sketch(_)) => {
                let mut merged = from.clone();
                hashes.iter().for_each(|hash| merged.add(*hash));
                *self = merged;
            }
        }
    }

    fn count(&self) -> i64 {
        match self {
            Self::Exact(hashes) => hashes.len() as i64,
            Self::Sketch(registers) => {
                let m = REGISTERS as f64;
                let sum: f64 = registers.iter().map(|rank| (-f64::from(*rank)).exp2()).sum();
                let raw = 0.7213 / (1.0 + 1.079 / m) * m * m / sum;
                let empty = registers.iter().filter(|rank| **rank == 0).count();
                // Linear counting is the better estimate while a good part of the registers is empty.
                let estimate = if raw <= 2.5 * m && empty > 0 { m * (m / empty as f64).ln() } else { raw };
                estimate.round() as i64
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Exact(hashes) => {
                std::iter::once(EXACT).chain(hashes.iter().flat_map(|hash| hash.to_le_bytes())).collect()
            }
            Self::Sketch(registers) => std::iter::once(SKETCH).chain(registers.iter().copied()).collect(),
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        match *kind {
            EXACT => {
                let (words, rest) = rest.as_chunks::<8>();
                rest.is_empty()
                    .then(|| Self::Exact(words.iter().map(|word| u64::from_le_bytes(*word)).collect()))
            }
            SKETCH => Some(Self::Sketch(Box::new(rest.try_into().ok()?))),
            _ => None,
        }
    }
}

impl Accumulator for CountDistinct {
    fn grow(&mut self, slots: usize) {
        self.counters.resize_with(slots, Counter::default);
    }

    fn update(&mut self, slots: &[u32], args: &[ArrayRef]) -> Result<()> {
        let rows = self.codec.encode(&args[0])?;
        for (row, slot) in rows.iter().zip(slots) {
            if row.data() != self.codec.null() {
                self.counters[*slot as usize].add(hash(row.data()));
            }
        }
        Ok(())
    }

    fn merge(&mut self, from: u32, into: u32) -> Result<()> {
        let from = std::mem::take(&mut self.counters[from as usize]);
        self.counters[into as usize].merge(&from);
        Ok(())
    }

    fn evaluate(&self, slots: &[u32]) -> Result<ArrayRef> {
        let counts = slots.iter().map(|slot| self.counters[*slot as usize].count());
        Ok(Arc::new(counts.collect::<Int64Array>()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Binary]
    }

    fn save(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let mut out = BinaryBuilder::new();
        slots.iter().for_each(|slot| out.append_value(self.counters[*slot as usize].encode()));
        Ok(vec![Arc::new(out.finish())])
    }

    fn restore(&mut self, slots: &[u32], state: &[ArrayRef]) -> Result<()> {
        let states = state[0].as_binary_opt::<i32>().ok_or_else(|| mismatch(&state[0]))?;
        for (row, slot) in slots.iter().enumerate() {
            self.counters[*slot as usize] = Counter::decode(states.value(row))
                .ok_or_else(|| Error::internal("a stored COUNT_DISTINCT is neither exact nor a sketch"))?;
        }
        Ok(())
    }

    fn reset(&mut self, slots: &[u32]) {
        slots.iter().for_each(|slot| self.counters[*slot as usize] = Counter::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sketch_is_within_two_percent() {
        let mut counter = Counter::default();
        for value in 0..200_000_u64 {
            counter.add(hash(&value.to_be_bytes()));
            counter.add(hash(&(value / 2).to_be_bytes()));
            if value == 1_023 {
                assert_eq!(counter.count(), 1_024);
            }
            if [2_000, 20_000, 60_000, 199_999].contains(&value) {
                let error = counter.count() as f64 / (value + 1) as f64 - 1.0;
                assert!(error.abs() < 0.02, "{} for {value}", counter.count());
            }
        }
    }
}
