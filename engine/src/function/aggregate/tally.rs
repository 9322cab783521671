//! How often each value of a group came: the state of ATTR and HISTOGRAM.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};

use super::column::{list, lists, primitive};
use super::value_list::ValueSet;
use crate::error::Result;

/// The different values of a group in the order in which they came, and how often each is there.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) values: ValueSet,
    pub(super) counts: Vec<i64>,
}

impl Tally {
    /// Counts a value `by` more times; one that is not there yet comes in only when there is room.
    pub(super) fn add(&mut self, value: &[u8], by: i64, room: usize) {
        match self.values.position(value) {
            Some(index) => self.counts[index] += by,
            None if self.counts.len() < room => {
                self.values.push(value);
                self.counts.push(by);
            }
            None => {}
        }
    }

    /// Counts a value once less; the last time takes it out.
    pub(super) fn take(&mut self, value: &[u8]) {
        if let Some(index) = self.values.position(value) {
            self.counts[index] -= 1;
            if self.counts[index] <= 0 {
                self.values.remove(index);
                self.counts.remove(index);
            }
        }
    }

    pub(super) fn merge(&mut self, from: &Self, room: usize) {
        for (value, count) in from.values.values().iter().zip(&from.counts) {
            self.add(value, *count, room);
        }
    }
}

/// The counts of some tallies as a list column.
pub(super) fn save_counts<'a, T: ArrowPrimitiveType>(
    tallies: impl Iterator<Item = &'a Tally> + Clone,
    count: impl Fn(i64) -> T::Native,
) -> Result<ArrayRef> {
    let counts = tallies.clone().flat_map(|tally| tally.counts.iter().map(|value| count(*value)));
    lists(Arc::new(PrimitiveArray::<T>::from_iter_values(counts)), tallies.map(|tally| tally.counts.len()))
}

/// Calls `set` with the index of each row of a list column and the counts that stand in it.
pub(super) fn restore_counts<T: ArrowPrimitiveType>(
    column: &ArrayRef,
    mut set: impl FnMut(usize, Vec<i64>),
) -> Result<()>
where
    i64: From<T::Native>,
{
    let column = list(column)?;
    let counts = primitive::<T>(column.values())?.values();
    for (index, bounds) in column.value_offsets().windows(2).enumerate() {
        set(index, counts[bounds[0] as usize..bounds[1] as usize].iter().map(|n| i64::from(*n)).collect());
    }
    Ok(())
}
