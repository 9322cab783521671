//! Keys to slots: small integers by which an operator addresses what it keeps for a key.
//!
//! A key is the values of its columns and, in windowed state, a window (its start, or another number that stands for
//! time). Slots of keys that were removed serve again. The two cases that matter most, one BIGINT column and one
//! STRING column, are looked up by their values; all others by their row bytes.

use std::sync::Arc;

use ahash::RandomState;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::row_codec::RowCodec;
use crate::error::{Error, Result};

/// Keys that are in memory, each with its slot.
pub struct KeyIndex {
    lookup: Lookup,
    hasher: RandomState,
    codec: RowCodec,
    windowed: bool,
    /// The window of each slot's key; 0 without windows.
    windows: Vec<i64>,
    free: Vec<u32>,
    live: usize,
}

enum Lookup {
    /// One BIGINT column; (key, window, slot).
    Integers { table: HashTable<(i64, i64, u32)>, keys: Vec<i64> },
    /// (hash, slot). The keys are the text itself for one STRING column, otherwise row bytes.
    Bytes { table: HashTable<(u64, u32)>, keys: Vec<KeyBytes>, text: bool },
}

/// Bytes of a key that fit in here: most do, and then comparing them reads one cache line.
const INLINE: usize = 22;

/// The bytes of a key.
enum KeyBytes {
    Inline(u8, [u8; INLINE]),
    Heap(Box<[u8]>),
}

impl KeyBytes {
    fn new(key: &[u8]) -> Self {
        if key.len() > INLINE {
            return Self::Heap(key.into());
        }
        let mut bytes = [0; INLINE];
        bytes[..key.len()].copy_from_slice(key);
        Self::Inline(key.len() as u8, bytes)
    }

    #[inline]
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Inline(len, bytes) => &bytes[..usize::from(*len)],
            Self::Heap(bytes) => bytes,
        }
    }
}

/// Keys as the store has them, in one buffer.
#[derive(Debug, Default)]
pub struct StoreKeys {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl StoreKeys {
    pub fn get(&self, index: usize) -> &[u8] {
        let from = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[from..self.ends[index]]
    }

    pub fn slices(&self) -> Vec<&[u8]> {
        (0..self.ends.len()).map(|index| self.get(index)).collect()
    }
}

impl KeyIndex {
    pub fn new(types: Vec<DataType>, windowed: bool) -> Result<Self> {
        let lookup = match types.as_slice() {
            [DataType::Int64] => Lookup::Integers { table: HashTable::new(), keys: vec![] },
            [DataType::Utf8] => Lookup::Bytes { table: HashTable::new(), keys: vec![], text: true },
            _ => Lookup::Bytes { table: HashTable::new(), keys: vec![], text: false },
        };
        Ok(Self {
            lookup,
            hasher: RandomState::new(),
            codec: RowCodec::new(types)?,
            windowed,
            windows: vec![],
            free: vec![],
            live: 0,
        })
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.live
    }

    /// All slots are below this.
    pub fn slots(&self) -> usize {
        self.windows.len()
    }

    pub fn window(&self, slot: u32) -> i64 {
        self.windows[slot as usize]
    }

    /// Appends the slot of each row's key to `slots`, and to `new` those that were not there, each once. A single key
    /// column has no NULLs. `windows` has the rows' windows if the keys have windows.
    pub fn intern(
        &mut self,
        columns: &[ArrayRef],
        windows: Option<&[i64]>,
        slots: &mut Vec<u32>,
        new: &mut Vec<u32>,
    ) -> Result<()> {
        let rows = columns.first().map_or(0, |column| column.len());
        if windows.is_some() != self.windowed || windows.is_some_and(|windows| windows.len() != rows) {
            return Err(Error::internal("keys came with windows where they have none, or without"));
        }
        if columns.len() == 1 && columns[0].null_count() > 0 {
            return Err(Error::internal("a key that is NULL came to a keyed operator"));
        }
        slots.reserve(rows);
        let room = &mut Room { windows: &mut self.windows, free: &mut self.free, live: &mut self.live, new };
        match &mut self.lookup {
            Lookup::Integers { table, keys } => {
                let values = columns[0]
                    .as_primitive_opt::<Int64Type>()
                    .ok_or_else(|| Error::internal("a key is not a BIGINT where its relation says"))?;
                for (row, key) in values.values().iter().copied().enumerate() {
                    let window = windows.map_or(0, |windows| windows[row]);
                    let hash = self.hasher.hash_one((key, window));
                    let hasher = |entry: &(i64, i64, u32)| self.hasher.hash_one((entry.0, entry.1));
                    slots.push(match table.entry(hash, |e| e.0 == key && e.1 == window, hasher) {
                        Entry::Occupied(entry) => entry.get().2,
                        Entry::Vacant(entry) => {
                            let slot = room.take(window);
                            put(keys, slot, key);
                            entry.insert((key, window, slot));
                            slot
                        }
                    });
                }
            }
            Lookup::Bytes { table, keys, text: true } => {
                let values = columns[0]
                    .as_string_opt::<i32>()
                    .ok_or_else(|| Error::internal("a key is not a STRING where its relation says"))?;
                let value = |row| values.value(row).as_bytes();
                intern_bytes(table, keys, &self.hasher, rows, value, windows, slots, room);
            }
            Lookup::Bytes { table, keys, text: false } => {
                let encoded = self.codec.encode(columns)?;
                let value = |row| encoded.row(row).data();
                intern_bytes(table, keys, &self.hasher, rows, value, windows, slots, room);
            }
        }
        Ok(())
    }

    /// The key columns of these slots.
    pub fn columns(&self, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        match &self.lookup {
            Lookup::Integers { keys, .. } => Ok(vec![Arc::new(Int64Array::from_iter_values(
                slots.iter().map(|slot| keys[*slot as usize]),
            ))]),
            Lookup::Bytes { keys, text: true, .. } => {
                let texts = slots.iter().map(|slot| std::str::from_utf8(keys[*slot as usize].as_slice()));
                let texts = texts.collect::<Result<Vec<_>, _>>();
                let texts = texts.map_err(|_| Error::internal("a key in memory is not text any more"))?;
                Ok(vec![Arc::new(StringArray::from_iter_values(texts))])
            }
            Lookup::Bytes { keys, text: false, .. } => {
                self.codec.decode(slots.iter().map(|slot| keys[*slot as usize].as_slice()))
            }
        }
    }

    /// `prefix`, then the window (order preserving, 8 bytes) if the keys have windows, then the row bytes.
    pub fn store_keys(&self, slots: &[u32], prefix: &[u8]) -> Result<StoreKeys> {
        let mut keys = StoreKeys::default();
        let mut push = |slot: u32, row: &[u8]| {
            keys.bytes.extend_from_slice(prefix);
            if self.windowed {
                keys.bytes.extend_from_slice(&ordered(self.windows[slot as usize]));
            }
            keys.bytes.extend_from_slice(row);
            keys.ends.push(keys.bytes.len());
        };
        if let Lookup::Bytes { keys, text: false, .. } = &self.lookup {
            slots.iter().for_each(|slot| push(*slot, keys[*slot as usize].as_slice()));
        } else {
            let rows = self.codec.encode(&self.columns(slots)?)?;
            slots.iter().zip(rows.iter()).for_each(|(slot, row)| push(*slot, row.data()));
        }
        Ok(keys)
    }

    /// The key columns of row bytes that [`KeyIndex::store_keys`] made, without prefix and window.
    pub fn decode<'a>(&'a self, rows: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<ArrayRef>> {
        self.codec.decode(rows)
    }

    /// The row bytes of keys.
    pub fn encode(&self, columns: &[ArrayRef]) -> Result<arrow::row::Rows> {
        self.codec.encode(columns)
    }

    /// Forgets the keys of these slots, so that the slots can serve others.
    pub fn remove(&mut self, slots: &[u32]) {
        for slot in slots.iter().copied() {
            let window = self.windows[slot as usize];
            match &mut self.lookup {
                Lookup::Integers { table, keys } => {
                    let hash = self.hasher.hash_one((keys[slot as usize], window));
                    if let Ok(entry) = table.find_entry(hash, |entry| entry.2 == slot) {
                        entry.remove();
                    }
                }
                Lookup::Bytes { table, keys, .. } => {
                    let key = std::mem::replace(&mut keys[slot as usize], KeyBytes::new(&[]));
                    let hash = hash_bytes(&self.hasher, key.as_slice(), window);
                    if let Ok(entry) = table.find_entry(hash, |entry| entry.1 == slot) {
                        entry.remove();
                    }
                }
            }
        }
        self.live -= slots.len();
        self.free.extend_from_slice(slots);
    }
}

/// A number in 8 bytes that sort as the numbers do.
pub fn ordered(number: i64) -> [u8; 8] {
    ((number as u64) ^ (1 << 63)).to_be_bytes()
}

/// What [`ordered`] was made from.
pub fn from_ordered(bytes: [u8; 8]) -> i64 {
    (u64::from_be_bytes(bytes) ^ (1 << 63)) as i64
}

/// Where new keys get their slots from.
struct Room<'a> {
    windows: &'a mut Vec<i64>,
    free: &'a mut Vec<u32>,
    live: &'a mut usize,
    new: &'a mut Vec<u32>,
}

impl Room<'_> {
    fn take(&mut self, window: i64) -> u32 {
        let slot = self.free.pop().unwrap_or(self.windows.len() as u32);
        put(self.windows, slot, window);
        *self.live += 1;
        self.new.push(slot);
        slot
    }
}

/// Sets the entry of a slot, which may be the one behind the last.
fn put<T>(entries: &mut Vec<T>, slot: u32, entry: T) {
    match entries.get_mut(slot as usize) {
        Some(place) => *place = entry,
        None => entries.push(entry),
    }
}

#[inline]
fn hash_bytes(hasher: &RandomState, key: &[u8], window: i64) -> u64 {
    hasher.hash_one(key) ^ (window as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[allow(clippy::too_many_arguments)]
fn intern_bytes<'a>(
    table: &mut HashTable<(u64, u32)>,
    keys: &mut Vec<KeyBytes>,
    hasher: &RandomState,
    rows: usize,
    value: impl Fn(usize) -> &'a [u8],
    windows: Option<&[i64]>,
    slots: &mut Vec<u32>,
    room: &mut Room<'_>,
) {
    for row in 0..rows {
        let key = value(row);
        let window = windows.map_or(0, |windows| windows[row]);
        let hash = hash_bytes(hasher, key, window);
        let same = |entry: &(u64, u32)| {
            entry.0 == hash
                && room.windows[entry.1 as usize] == window
                && keys[entry.1 as usize].as_slice() == key
        };
        slots.push(match table.entry(hash, same, |entry| entry.0) {
            Entry::Occupied(entry) => entry.get().1,
            Entry::Vacant(entry) => {
                let slot = room.take(window);
                put(keys, slot, KeyBytes::new(key));
                entry.insert((hash, slot));
                slot
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_stable_and_used_again() {
        let text: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "a"]));
        let number: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 1]));
        for columns in [vec![text.clone()], vec![number.clone()], vec![text, number]] {
            let types = columns.iter().map(|column| column.data_type().clone()).collect();
            let mut index = KeyIndex::new(types, true).unwrap();
            let (mut slots, mut new) = (vec![], vec![]);
            index.intern(&columns, Some(&[0, 0, 10]), &mut slots, &mut new).unwrap();
            assert_eq!((&slots, &new), (&vec![0, 1, 2], &vec![0, 1, 2]));
            let keys = index.store_keys(&[0, 2, 1], b"p").unwrap();
            assert!(keys.get(0) < keys.get(2) && keys.get(2) < keys.get(1));
            let rows = keys.slices().iter().map(|key| &key[9..]).collect::<Vec<_>>();
            assert_eq!(index.decode(rows).unwrap(), index.columns(&[0, 2, 1]).unwrap());
            index.remove(&[1]);
            assert_eq!(index.len(), 2);
            let (mut slots, mut new) = (vec![], vec![]);
            index.intern(&columns, Some(&[0, 5, 10]), &mut slots, &mut new).unwrap();
            assert_eq!((slots, new), (vec![0, 1, 2], vec![1]));
            assert_eq!(index.window(1), 5);
        }
    }

    #[test]
    fn ordered_numbers_sort() {
        let numbers = [i64::MIN, -1, 0, 1, i64::MAX];
        assert!(numbers.map(ordered).is_sorted());
        assert_eq!(numbers.map(|number| from_ordered(ordered(number))), numbers);
    }
}
