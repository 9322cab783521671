//! What keyed state has in common: keys in memory before keys in the store.
//!
//! A key that is met gets a slot; what the store has for it is read once, for all new keys of a batch together. Slots that
//! change are noted and written with the next commit. When there are too many slots, those that were not used since the
//! last look are given up; they can be read again.
//!
//! Layout of the store: the prefix alone holds some numbers that the operator remembers ([`KeyedSlots::remember`]); the prefix followed
//! by a key (see [`KeyIndex::store_keys`]) holds the key's value.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use super::Store;
use super::key_index::{KeyIndex, StoreKeys, from_ordered, ordered};
use crate::error::{Error, Result};

/// Slots that one operator keeps in memory from one commit to the next: some hundred bytes each, so tens of megabytes for the
/// busiest operator. Hot keys of most queries fit, and a miss costs a read from the store, not an error.
pub const RESIDENT_SLOTS: usize = 1 << 18;

/// Keys with slots in front of a store.
pub struct KeyedSlots {
    keys: KeyIndex,
    store: Store,
    windowed: bool,
    /// The store may have keys that are not in memory, with windows up to this one. `None`: it has none.
    cold_through: Option<i64>,
    /// The latest window that ever had a key.
    newest_window: i64,
    changed: Vec<u32>,
    is_changed: Vec<bool>,
    used: Vec<u32>,
    generation: u32,
    remembered: Vec<i64>,
    remembered_changed: bool,
}

/// What became of the keys of a batch.
#[derive(Default)]
pub struct Interned {
    /// One a row.
    pub slots: Vec<u32>,
    /// Slots of keys that were not in memory.
    pub new: Vec<u32>,
    /// Of these, the ones that the store has, and what it has.
    pub found: Vec<(u32, Vec<u8>)>,
}

impl KeyedSlots {
    /// `numbers` is what [`KeyedSlots::remembered`] gives when the store is new.
    pub fn open(types: Vec<DataType>, windowed: bool, store: Store, numbers: &[i64]) -> Result<Self> {
        let mut remembered = numbers.to_vec();
        let mut newest_window = i64::MIN;
        let mut cold_through = None;
        if let Some(bytes) = store.state.get(&store.prefix)? {
            let read = read_numbers(&bytes);
            let Some((newest, rest)) = read.split_first().filter(|(_, rest)| rest.len() == numbers.len())
            else {
                return Err(Error::external("the state of an operator is not what this version writes"));
            };
            newest_window = *newest;
            remembered = rest.to_vec();
            cold_through = Some(newest_window);
        }
        Ok(Self {
            keys: KeyIndex::new(types, windowed)?,
            store,
            windowed,
            cold_through,
            newest_window,
            changed: vec![],
            is_changed: vec![],
            used: vec![],
            generation: 1,
            remembered,
            remembered_changed: false,
        })
    }

    pub fn keys(&self) -> &KeyIndex {
        &self.keys
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// All slots are below this.
    pub fn slots(&self) -> usize {
        self.keys.slots()
    }

    /// Whether the store may have keys with this window or an earlier one that are not in memory.
    pub fn may_be_cold(&self, window: i64) -> bool {
        self.cold_through.is_some_and(|through| !self.windowed || window <= through)
    }

    /// The slots of keys, read from the store where they are not in memory.
    pub fn intern(&mut self, columns: &[ArrayRef], windows: Option<&[i64]>) -> Result<Interned> {
        let mut interned = self.intern_unread(columns, windows)?;
        if self.cold_through.is_some() && !interned.new.is_empty() {
            interned.found = self.read(&interned.new)?;
        }
        Ok(interned)
    }

    /// The slots of keys, for operators that keep something else than one value for a key and read it themselves.
    pub fn intern_unread(&mut self, columns: &[ArrayRef], windows: Option<&[i64]>) -> Result<Interned> {
        let mut interned = Interned::default();
        self.keys.intern(columns, windows, &mut interned.slots, &mut interned.new)?;
        self.is_changed.resize(self.keys.slots(), false);
        self.used.resize(self.keys.slots(), 0);
        for slot in &interned.slots {
            self.used[*slot as usize] = self.generation;
        }
        Ok(interned)
    }

    fn read(&self, new: &[u32]) -> Result<Vec<(u32, Vec<u8>)>> {
        let cold = |slot: &u32| self.may_be_cold(self.keys.window(*slot));
        let slots: Vec<u32> = new.iter().copied().filter(cold).collect();
        let keys = self.keys.store_keys(&slots, &self.store.prefix)?;
        let values = self.store.state.multi_get(&keys.slices())?;
        Ok(slots.into_iter().zip(values).filter_map(|(slot, value)| Some((slot, value?))).collect())
    }

    /// The slot's value is not what the store has.
    pub fn change(&mut self, slot: u32) {
        if !std::mem::replace(&mut self.is_changed[slot as usize], true) {
            self.changed.push(slot);
            self.newest_window = self.newest_window.max(self.keys.window(slot));
        }
    }

    /// The numbers that were given to [`KeyedSlots::remember`] last.
    pub fn remembered(&self) -> &[i64] {
        &self.remembered
    }

    /// Numbers to be found again after a restart.
    pub fn remember(&mut self, numbers: &[i64]) {
        if self.remembered != numbers {
            self.remembered.copy_from_slice(numbers);
            self.remembered_changed = true;
        }
    }

    /// The slots that changed since the last call, with their keys; the numbers are written.
    pub fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<(Vec<u32>, StoreKeys)> {
        let changed = self.flush_numbers(batch);
        let keys = self.keys.store_keys(&changed, &self.store.prefix)?;
        Ok((changed, keys))
    }

    /// The slots that changed since the last call; the numbers are written.
    pub fn flush_numbers(&mut self, batch: &mut storage::StateBatch) -> Vec<u32> {
        if !self.changed.is_empty() || self.remembered_changed {
            let numbers: Vec<u8> = std::iter::once(&self.newest_window)
                .chain(&self.remembered)
                .flat_map(|n| ordered(*n))
                .collect();
            batch.put(&self.store.prefix, &numbers);
            self.remembered_changed = false;
        }
        let changed = std::mem::take(&mut self.changed);
        for slot in &changed {
            self.is_changed[*slot as usize] = false;
        }
        changed
    }

    pub fn is_changed(&self, slot: u32) -> bool {
        self.is_changed[slot as usize]
    }

    /// Slots to be given up now that a commit is through; none unless there are too many. The caller forgets what it keeps
    /// for them.
    pub fn trim(&mut self) -> Vec<u32> {
        self.trim_to(RESIDENT_SLOTS)
    }

    pub(super) fn trim_to(&mut self, most: usize) -> Vec<u32> {
        if self.keys.len() <= most {
            return vec![];
        }
        let mut idle = self.select(|generation, used| used != 0 && used != generation);
        if self.keys.len() - idle.len() > most {
            idle = self.select(|_, used| used != 0);
        }
        for slot in &idle {
            let window = self.keys.window(*slot);
            self.cold_through = Some(self.cold_through.map_or(window, |through| through.max(window)));
        }
        self.generation += 1;
        self.forget(&idle);
        idle
    }

    /// Slots that have a key.
    pub fn live(&self) -> impl Iterator<Item = u32> {
        (0..self.keys.slots() as u32).filter(|slot| self.used[*slot as usize] != 0)
    }

    fn select(&self, choose: impl Fn(u32, u32) -> bool) -> Vec<u32> {
        (0..self.keys.slots() as u32)
            .filter(|slot| {
                !self.is_changed[*slot as usize] && choose(self.generation, self.used[*slot as usize])
            })
            .collect()
    }

    /// Gives up slots, whether changed or not: their keys are gone or as the store has them.
    pub fn forget(&mut self, slots: &[u32]) {
        let mut unwritten = false;
        for slot in slots {
            unwritten |= std::mem::replace(&mut self.is_changed[*slot as usize], false);
            self.used[*slot as usize] = 0;
        }
        if unwritten {
            self.changed.retain(|slot| self.is_changed[*slot as usize]);
        }
        self.keys.remove(slots);
    }
}

fn read_numbers(bytes: &[u8]) -> Vec<i64> {
    bytes.as_chunks::<8>().0.iter().map(|chunk| from_ordered(*chunk)).collect()
}
