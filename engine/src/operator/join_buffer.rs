//! The rows of one side of a stream-stream join that the other side may still meet.
//!
//! Rows lie in memory by key and time. A row that has been too old for the newest row of *its own* side by the retention time
//! is not found any more, as in the window stores of Kafka Streams.
//!
//! Store: after the prefix, the number of the period that the row's time falls in, the row bytes of the key, the time and a
//! number that rises with each row; the value is the row bytes of all columns that are not the key. A period is half a
//! retention time: old rows go by one delete of a range, and the rows of a key are found in two or three places.

use std::ops::ControlFlow;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use storage::state::key::prefix_end;

use super::Store;
use super::key_index::{KeyIndex, from_ordered, ordered};
use super::keyed_slots::{KeyedSlots, RESIDENT_SLOTS};
use super::row_arena::{Pick, RowArena};
use super::row_cache::{assemble, key_columns, types_of, value_columns};
use super::row_codec::RowCodec;
use crate::change::Relation;
use crate::error::{Error, Result};

/// Shortest period, as Kafka Streams has it for segments.
const MIN_PERIOD_MS: i64 = 60_000;

/// A row: when, in which order it came, where it is, and whether the store has it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub time: i64,
    pub sequence: i64,
    pub id: u32,
    stored: bool,
}

pub struct JoinBuffer {
    relation: Relation,
    key_columns: Vec<usize>,
    value_columns: Vec<usize>,
    retention: i64,
    period: i64,
    keys: KeyedSlots,
    values: RowCodec,
    arena: RowArena,
    /// By key, ascending by time and order of arrival.
    rows: Vec<Vec<Entry>>,
    /// By key: what the store has is in memory too.
    loaded: Vec<bool>,
    entries: usize,
    ids: u32,
    free: Vec<u32>,
    /// Time of the newest row.
    newest: i64,
    next_sequence: i64,
    /// Periods before this are deleted from the store.
    first_period: i64,
    forgotten_before: i64,
}

impl JoinBuffer {
    pub fn open(relation: &Relation, retention: i64, store: Store) -> Result<Self> {
        let (keys, values) = (key_columns(relation), value_columns(relation));
        let all: Vec<usize> = (0..relation.width()).collect();
        let slots = KeyedSlots::open(types_of(relation, &keys)?, false, store, &[i64::MIN, 0, 0])?;
        let &[newest, next_sequence, first_period] = slots.remembered() else {
            return Err(Error::internal("a join buffer remembers three numbers"));
        };
        Ok(Self {
            values: RowCodec::new(types_of(relation, &values)?)?,
            arena: RowArena::new(&types_of(relation, &all)?),
            relation: relation.clone(),
            key_columns: keys,
            value_columns: values,
            retention,
            period: (retention / 2).max(MIN_PERIOD_MS),
            keys: slots,
            rows: vec![],
            loaded: vec![],
            entries: 0,
            ids: 0,
            free: vec![],
            newest,
            next_sequence,
            first_period,
            forgotten_before: first_period,
        })
    }

    pub fn relation(&self) -> &Relation {
        &self.relation
    }

    /// Time of the newest row.
    pub fn newest(&self) -> i64 {
        self.newest
    }

    pub fn keys(&self) -> &KeyIndex {
        self.keys.keys()
    }

    /// The slots of keys.
    pub fn slots(&mut self, keys: &[ArrayRef]) -> Result<Vec<u32>> {
        let interned = self.keys.intern_unread(keys, None)?;
        self.rows.resize_with(self.keys.slots(), Vec::new);
        self.loaded.resize(self.keys.slots(), false);
        let complete = !self.keys.may_be_cold(0);
        interned.new.iter().for_each(|slot| self.loaded[*slot as usize] = complete);
        Ok(interned.slots)
    }

    /// Reads what the store has for these keys and memory has not.
    pub fn load(&mut self, slots: &[u32]) -> Result<()> {
        let mut cold: Vec<u32> = slots
            .iter()
            .copied()
            .filter(|slot| !std::mem::replace(&mut self.loaded[*slot as usize], true))
            .collect();
        cold.dedup();
        if cold.is_empty() || self.newest == i64::MIN {
            return Ok(());
        }
        let store = self.keys.store().clone();
        let rows = self.keys.keys().store_keys(&cold, &[])?;
        let mut found = vec![];
        let oldest = self.newest.saturating_sub(self.retention).max(0).div_euclid(self.period);
        for period in oldest..=self.newest.div_euclid(self.period) {
            for (index, slot) in cold.iter().enumerate() {
                let prefix = [store.prefix.as_slice(), &ordered(period), rows.get(index)].concat();
                store.state.scan(&prefix, &prefix_end(&prefix), |key, value| {
                    if let Some((time, rest)) = key[prefix.len()..].split_first_chunk::<8>()
                        && let Ok(sequence) = rest.try_into()
                    {
                        found.push((*slot, from_ordered(*time), from_ordered(sequence), value.to_vec()));
                    }
                    ControlFlow::Continue(())
                })?;
            }
        }
        found.retain(|(slot, time, sequence, _)| {
            let known =
                self.rows[*slot as usize].binary_search_by_key(&(*time, *sequence), |e| (e.time, e.sequence));
            known.is_err()
        });
        if found.is_empty() {
            return Ok(());
        }
        let values = self.values.decode(found.iter().map(|(.., value)| value.as_slice()))?;
        let slots: Vec<u32> = found.iter().map(|(slot, ..)| *slot).collect();
        let columns = assemble(&self.relation, self.keys.keys().columns(&slots)?, values)?;
        let ids = self.new_ids(found.len());
        self.arena.put(ids.clone(), columns)?;
        for ((slot, time, sequence, _), id) in found.into_iter().zip(ids) {
            self.insert(slot, Entry { time, sequence, id, stored: true });
        }
        Ok(())
    }

    fn new_ids(&mut self, count: usize) -> Vec<u32> {
        let mut take = || {
            self.free.pop().unwrap_or_else(|| {
                self.ids += 1;
                self.ids - 1
            })
        };
        (0..count).map(|_| take()).collect()
    }

    fn insert(&mut self, slot: u32, entry: Entry) {
        let rows = &mut self.rows[slot as usize];
        let at = rows.partition_point(|other| (other.time, other.sequence) < (entry.time, entry.sequence));
        rows.insert(at, entry);
        self.entries += 1;
    }

    /// Rows of a batch get their ids; [`JoinBuffer::put`] is to be called for each, or [`JoinBuffer::drop_row`].
    pub fn bring(&mut self, columns: &[ArrayRef], rows: &[u32]) -> Result<Vec<u32>> {
        let ids = self.new_ids(rows.len());
        let rows = UInt32Array::from(rows.to_vec());
        let columns = columns.iter().map(|column| Ok(take(column, &rows, None)?)).collect::<Result<_>>()?;
        self.arena.put(ids.clone(), columns)?;
        Ok(ids)
    }

    /// Keeps a row that was brought, unless it is too old; gives its number in the order of arrival.
    pub fn put(&mut self, slot: u32, time: i64, id: u32, too_old: &mut Vec<u32>) -> i64 {
        self.newest = self.newest.max(time);
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        if time < self.oldest_visible() {
            too_old.push(id);
        } else {
            self.insert(slot, Entry { time, sequence, id, stored: false });
            self.keys.change(slot);
        }
        sequence
    }

    /// Gives up rows that were brought and not kept.
    pub fn drop_rows(&mut self, ids: Vec<u32>) {
        ids.iter().for_each(|id| self.arena.remove(*id));
        self.free.extend(ids);
    }

    /// Time of the oldest row that can be found.
    fn oldest_visible(&self) -> i64 {
        self.newest.saturating_sub(self.retention).saturating_add(1)
    }

    /// The rows of a key whose time is in `[from, to]`, by time and then by arrival. The key's rows are loaded.
    pub fn matches(&self, slot: u32, from: i64, to: i64) -> &[Entry] {
        let rows = &self.rows[slot as usize];
        let from = from.max(self.oldest_visible());
        let first = rows.partition_point(|entry| entry.time < from);
        let count = rows[first..].partition_point(|entry| entry.time <= to);
        &rows[first..first + count]
    }

    /// The row of a key with this time and number, too old or not.
    pub fn find(&self, slot: u32, time: i64, sequence: i64) -> Option<Entry> {
        let rows = &self.rows[slot as usize];
        let at = rows.binary_search_by_key(&(time, sequence), |entry| (entry.time, entry.sequence)).ok()?;
        Some(rows[at])
    }

    /// All columns of rows; ids are those of entries.
    pub fn gather(&self, picks: &[Pick], input: Option<&[ArrayRef]>) -> Result<Vec<ArrayRef>> {
        self.arena.gather(picks, input, 0..self.arena.width())
    }

    fn oldest_period(&self) -> i64 {
        self.newest.saturating_sub(self.retention).max(0).div_euclid(self.period)
    }

    /// Gives up rows of periods that are too old.
    pub fn forget(&mut self) {
        let oldest = self.oldest_period();
        if oldest <= self.forgotten_before {
            return;
        }
        self.forgotten_before = oldest;
        let horizon = oldest * self.period;
        let mut empty = vec![];
        let live: Vec<u32> = self.keys.live().collect();
        for slot in live {
            let rows = &mut self.rows[slot as usize];
            let old = rows.partition_point(|entry| entry.time < horizon);
            for entry in rows.drain(..old) {
                self.arena.remove(entry.id);
                self.free.push(entry.id);
            }
            self.entries -= old;
            if rows.is_empty() && !self.keys.is_changed(slot) {
                empty.push(slot);
            }
        }
        self.keys.forget(&empty);
    }

    pub fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        let store = self.keys.store().clone();
        let oldest = self.oldest_period();
        if oldest > self.first_period {
            let bound = |period: i64| [store.prefix.as_slice(), &ordered(period)].concat();
            batch.delete_range(&bound(self.first_period), &bound(oldest));
            self.first_period = oldest;
        }
        self.keys.remember(&[self.newest, self.next_sequence, self.first_period]);
        let changed = self.keys.flush_numbers(batch);
        let rows = self.keys.keys().store_keys(&changed, &[])?;
        let (mut keys, mut picks) = (vec![], vec![]);
        for (index, slot) in changed.iter().enumerate() {
            for entry in self.rows[*slot as usize].iter_mut().filter(|entry| !entry.stored) {
                entry.stored = true;
                let period = ordered(entry.time.div_euclid(self.period));
                let (time, sequence) = (ordered(entry.time), ordered(entry.sequence));
                keys.push([store.prefix.as_slice(), &period, rows.get(index), &time, &sequence].concat());
                picks.push(Pick::Stored(entry.id));
            }
        }
        if !keys.is_empty() {
            let columns = self.gather(&picks, None)?;
            let values: Vec<ArrayRef> =
                self.value_columns.iter().map(|index| columns[*index].clone()).collect();
            for (key, value) in keys.iter().zip(self.values.encode(&values)?.iter()) {
                batch.put(key, value.data());
            }
        }
        Ok(())
    }

    /// Gives up keys that were not used of late when there are too many rows.
    pub fn committed(&mut self) {
        if self.entries <= RESIDENT_SLOTS {
            return;
        }
        for slot in self.keys.trim_to(self.keys.keys().len().saturating_sub(1)) {
            for entry in std::mem::take(&mut self.rows[slot as usize]) {
                self.arena.remove(entry.id);
                self.free.push(entry.id);
                self.entries -= 1;
            }
            self.loaded[slot as usize] = false;
        }
    }

    pub fn key_columns(&self) -> &[usize] {
        &self.key_columns
    }
}
