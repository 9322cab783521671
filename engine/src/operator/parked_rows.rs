//! Rows of an outer join that have met nobody yet: they wait until their window and grace have passed.
//!
//! Only which rows they are stands here; the rows themselves are in the [`super::join_buffer`] of their side. Store: after the
//! prefix, the time, the side (right before left, as Kafka Streams has it), the key's row bytes and the row's number.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use storage::state::key::prefix_end;

use super::Store;
use super::key_index::{from_ordered, ordered};
use crate::error::Result;

/// Names a row that waits; in the order in which rows are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parked {
    pub time: i64,
    pub left: bool,
    pub key: Box<[u8]>,
    pub sequence: i64,
}

pub struct ParkedRows {
    store: Store,
    /// Whether the store has it.
    rows: BTreeMap<Parked, bool>,
    added: Vec<Parked>,
    removed: Vec<Parked>,
}

impl ParkedRows {
    /// Reads the rows that wait: as many as came unmatched within the last window and grace.
    pub fn open(store: Store) -> Result<Self> {
        let mut rows = BTreeMap::new();
        store.state.scan(&store.prefix, &prefix_end(&store.prefix), |key, _| {
            rows.extend(Parked::read(&key[store.prefix.len()..]).map(|parked| (parked, true)));
            ControlFlow::Continue(())
        })?;
        Ok(Self { store, rows, added: vec![], removed: vec![] })
    }

    pub fn park(&mut self, parked: Parked) {
        self.added.push(parked.clone());
        self.rows.insert(parked, false);
    }

    /// The rows of a key and side that have this time have met somebody.
    pub fn matched(&mut self, time: i64, left: bool, key: &[u8]) {
        if self.rows.is_empty() {
            return;
        }
        let bound = |sequence| Parked { time, left, key: key.into(), sequence };
        let rows: Vec<Parked> =
            self.rows.range(bound(i64::MIN)..=bound(i64::MAX)).map(|(parked, _)| parked.clone()).collect();
        rows.into_iter().for_each(|parked| self.remove(parked));
    }

    fn remove(&mut self, parked: Parked) {
        if self.rows.remove(&parked) == Some(true) {
            self.removed.push(parked);
        }
    }

    /// Takes out the rows whose time is before their side's bound.
    pub fn release(&mut self, left_before: i64, right_before: i64) -> Vec<Parked> {
        let before = |left: bool| if left { left_before } else { right_before };
        let released: Vec<Parked> = self
            .rows
            .keys()
            .take_while(|parked| parked.time < left_before.max(right_before))
            .filter(|parked| parked.time < before(parked.left))
            .cloned()
            .collect();
        released.iter().cloned().for_each(|parked| self.remove(parked));
        released
    }

    pub fn flush(&mut self, batch: &mut storage::StateBatch) {
        for parked in self.removed.drain(..) {
            batch.delete(&parked.store_key(&self.store.prefix));
        }
        for parked in self.added.drain(..) {
            if let Some(stored) = self.rows.get_mut(&parked) {
                *stored = true;
                batch.put(&parked.store_key(&self.store.prefix), &[]);
            }
        }
    }
}

impl Parked {
    fn store_key(&self, prefix: &[u8]) -> Vec<u8> {
        [prefix, &ordered(self.time), &[u8::from(self.left)], &self.key, &ordered(self.sequence)].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (time, rest) = bytes.split_first_chunk::<8>()?;
        let (left, rest) = rest.split_first()?;
        let (key, sequence) = rest.split_last_chunk::<8>()?;
        let (time, sequence) = (from_ordered(*time), from_ordered(*sequence));
        Some(Self { time, left: *left == 1, key: key.into(), sequence })
    }
}
