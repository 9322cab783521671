//! Changes to the state that become visible together.

/// RocksDB's own form of a write batch: sequence number `u64`, count `u32`, then the records.
const HEADER: usize = 12;
const DELETE: u8 = 0x0;
const PUT: u8 = 0x1;
const DELETE_RANGE: u8 = 0xF;

/// Puts and deletes, in order. Kept in the form that RocksDB takes as it is, so that building one is appending
/// bytes and joining many commits into one write is copying bytes.
#[derive(Debug, Clone, Default)]
pub struct StateBatch {
    records: Vec<u8>,
    count: u32,
}

impl StateBatch {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_capacity(bytes: usize) -> Self {
        Self { records: Vec::with_capacity(bytes), count: 0 }
    }

    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.records.reserve(key.len() + value.len() + 16);
        self.records.push(PUT);
        self.put_slice(key);
        self.put_slice(value);
        self.count += 1;
    }

    pub fn delete(&mut self, key: &[u8]) {
        self.records.push(DELETE);
        self.put_slice(key);
        self.count += 1;
    }

    /// Deletes all keys from `from` up to but not including `to`.
    pub fn delete_range(&mut self, from: &[u8], to: &[u8]) {
        self.records.push(DELETE_RANGE);
        self.put_slice(from);
        self.put_slice(to);
        self.count += 1;
    }

    /// Adds the changes of `other` after those that are here.
    pub fn extend(&mut self, other: &StateBatch) {
        self.records.extend_from_slice(&other.records);
        self.count += other.count;
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Number of changes.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Bytes that it will take in the state store's log.
    pub fn byte_len(&self) -> usize {
        HEADER + self.records.len()
    }

    /// Forgets the changes and keeps the memory.
    pub fn clear(&mut self) {
        self.records.clear();
        self.count = 0;
    }

    #[inline]
    fn put_slice(&mut self, slice: &[u8]) {
        let mut len = slice.len() as u32;
        while len >= 0x80 {
            self.records.push(len as u8 | 0x80);
            len >>= 7;
        }
        self.records.push(len as u8);
        self.records.extend_from_slice(slice);
    }
}

/// Several batches as one RocksDB batch.
pub(crate) fn join<'a>(batches: impl Iterator<Item = &'a StateBatch> + Clone) -> rocksdb::WriteBatch {
    let bytes: usize = batches.clone().map(|batch| batch.records.len()).sum();
    let count: u32 = batches.clone().map(|batch| batch.count).sum();
    let mut data = Vec::with_capacity(HEADER + bytes);
    data.extend_from_slice(&0u64.to_le_bytes());
    data.extend_from_slice(&count.to_le_bytes());
    for batch in batches {
        data.extend_from_slice(&batch.records);
    }
    rocksdb::WriteBatch::from_data(&data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// RocksDB builds the same bytes from the same calls.
        #[test]
        fn same_as_rocksdb(changes in proptest::collection::vec(
            (0u8..3, proptest::collection::vec(any::<u8>(), 0..300), proptest::collection::vec(any::<u8>(), 0..20)), 0..20)) {
            let mut batches = [StateBatch::new(), StateBatch::new()];
            let mut expected = rocksdb::WriteBatch::default();
            for (i, (kind, key, other)) in changes.iter().enumerate() {
                let ours = &mut batches[i * 2 / changes.len()];
                match kind {
                    0 => { ours.put(key, other); expected.put(key, other) }
                    1 => { ours.delete(key); expected.delete(key) }
                    _ => { ours.delete_range(key, other); expected.delete_range(&key[..], &other[..]) }
                }
            }
            let joined = join(batches.iter());
            prop_assert_eq!(joined.data(), expected.data());
            prop_assert_eq!(joined.len(), changes.len());
        }
    }
}
