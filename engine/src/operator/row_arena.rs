//! Rows in columns, each addressed by a number that stays: its id.
//!
//! Rows lie in chunks, mostly as the batches that brought them. Rows that are replaced or removed stay in their chunk
//! until chunks are merged: when four of about the same size have come together, or when more than half of all rows are
//! dead. So each row is copied a few times in its life, and to gather rows takes few chunks.

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::DataType;

use crate::error::Result;

/// How many chunks of about the same size make a merge.
const MERGE: usize = 4;
/// Dead rows that are not worth a merge.
const SLACK_ROWS: usize = 4096;

const NOWHERE: u32 = u32::MAX;

pub struct RowArena {
    chunks: Vec<Chunk>,
    /// By id.
    places: Vec<Place>,
    /// One NULL for each column: what a missing row is gathered from.
    nulls: Vec<ArrayRef>,
    live: usize,
}

struct Chunk {
    columns: Vec<ArrayRef>,
    ids: Vec<u32>,
    live: usize,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    chunk: u32,
    row: u32,
}

/// Where a gathered row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// All columns NULL.
    Missing,
    /// The row of the arena with this id.
    Stored(u32),
    /// A row of the columns that came along.
    Input(u32),
}

impl RowArena {
    pub fn new(types: &[DataType]) -> Self {
        let nulls = types.iter().map(|data_type| new_null_array(data_type, 1)).collect();
        Self { chunks: vec![], places: vec![], nulls, live: 0 }
    }

    pub fn contains(&self, id: u32) -> bool {
        self.places.get(id as usize).is_some_and(|place| place.chunk != NOWHERE)
    }

    /// Row `i` of the columns is from now on the row `ids[i]`; no id comes twice.
    pub fn put(&mut self, ids: Vec<u32>, columns: Vec<ArrayRef>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let needed = ids.iter().max().map_or(0, |id| *id as usize + 1);
        if needed > self.places.len() {
            self.places.resize(needed, Place { chunk: NOWHERE, row: 0 });
        }
        let chunk = self.chunks.len() as u32;
        for (row, id) in ids.iter().enumerate() {
            self.remove(*id);
            self.places[*id as usize] = Place { chunk, row: row as u32 };
        }
        let live = ids.len();
        self.live += live;
        self.chunks.push(Chunk { columns, ids, live });
        self.settle()
    }

    pub fn remove(&mut self, id: u32) {
        if let Some(place) = self.places.get_mut(id as usize).filter(|place| place.chunk != NOWHERE) {
            self.chunks[place.chunk as usize].live -= 1;
            self.live -= 1;
            place.chunk = NOWHERE;
        }
    }

    /// One array for each of the columns, with one row for each pick.
    pub fn gather(
        &self,
        picks: &[Pick],
        input: Option<&[ArrayRef]>,
        columns: std::ops::Range<usize>,
    ) -> Result<Vec<ArrayRef>> {
        let places: Vec<(usize, usize)> = picks
            .iter()
            .map(|pick| match *pick {
                Pick::Missing => (0, 0),
                Pick::Input(row) => (1, row as usize),
                Pick::Stored(id) => match self.places.get(id as usize) {
                    Some(place) if place.chunk != NOWHERE => (2 + place.chunk as usize, place.row as usize),
                    _ => (0, 0),
                },
            })
            .collect();
        columns
            .map(|column| {
                let null = self.nulls[column].as_ref();
                let mut arrays: Vec<&dyn Array> = Vec::with_capacity(2 + self.chunks.len());
                arrays.push(null);
                arrays.push(input.map_or(null, |input| input[column].as_ref()));
                arrays.extend(self.chunks.iter().map(|chunk| chunk.columns[column].as_ref()));
                Ok(interleave(&arrays, &places)?)
            })
            .collect()
    }

    pub fn width(&self) -> usize {
        self.nulls.len()
    }

    fn settle(&mut self) -> Result<()> {
        let rows: usize = self.chunks.iter().map(|chunk| chunk.ids.len()).sum();
        if rows > 2 * self.live + SLACK_ROWS {
            return self.merge(0);
        }
        loop {
            let Some(level) = self.chunks.last().map(Chunk::level) else { return Ok(()) };
            let similar = self.chunks.iter().rev().take_while(|chunk| chunk.level() <= level).count();
            if similar < MERGE {
                return Ok(());
            }
            self.merge(self.chunks.len() - similar)?;
        }
    }

    /// Makes one chunk of the live rows of the chunks from `from` on.
    fn merge(&mut self, from: usize) -> Result<()> {
        let mut ids = vec![];
        let mut picks = vec![];
        for (chunk, rows) in self.chunks.iter().enumerate().skip(from) {
            for (row, id) in rows.ids.iter().enumerate() {
                let place = self.places[*id as usize];
                if (place.chunk, place.row) == (chunk as u32, row as u32) {
                    ids.push(*id);
                    picks.push(Pick::Stored(*id));
                }
            }
        }
        let columns = self.gather(&picks, None, 0..self.width())?;
        self.chunks.truncate(from);
        if !ids.is_empty() {
            for (row, id) in ids.iter().enumerate() {
                self.places[*id as usize] = Place { chunk: from as u32, row: row as u32 };
            }
            let live = ids.len();
            self.chunks.push(Chunk { columns, ids, live });
        }
        Ok(())
    }
}

impl Chunk {
    /// Chunks of one level differ in size by less than a factor of four.
    fn level(&self) -> u32 {
        self.live.max(1).ilog2() / 2
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use arrow::array::{AsArray, Int64Array};
    use arrow::datatypes::Int64Type;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is put and removed, the arena has the last row of each id, in few chunks.
        #[test]
        fn has_the_last_row_of_each_id(steps in proptest::collection::vec(
            (proptest::collection::btree_set(0u32..50, 1..8), any::<bool>()), 1..200)) {
            let mut arena = RowArena::new(&[DataType::Int64]);
            let mut expected = BTreeMap::new();
            for (step, (ids, put)) in steps.into_iter().enumerate() {
                let ids: Vec<u32> = ids.into_iter().collect();
                if put {
                    let values = ids.iter().map(|id| step as i64 * 1000 + i64::from(*id));
                    expected.extend(ids.iter().copied().zip(values.clone()));
                    arena.put(ids.clone(), vec![Arc::new(Int64Array::from_iter_values(values))]).unwrap();
                } else {
                    ids.iter().for_each(|id| { arena.remove(*id); expected.remove(id); });
                }
                prop_assert!(arena.chunks.len() < 4 * MERGE);
            }
            let picks: Vec<Pick> = (0..50).map(Pick::Stored).collect();
            let values = arena.gather(&picks, None, 0..1).unwrap();
            let values: Vec<Option<i64>> = values[0].as_primitive::<Int64Type>().iter().collect();
            prop_assert_eq!(values, (0..50).map(|id| expected.get(&id).copied()).collect::<Vec<_>>());
        }
    }
}
