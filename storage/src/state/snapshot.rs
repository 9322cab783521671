//! The state as it was at one moment.

use std::ops::ControlFlow;
use std::sync::Arc;

use rocksdb::{DB, ReadOptions, Snapshot};
use self_cell::self_cell;

use super::read;
use crate::error::Result;

self_cell!(
    /// A snapshot together with the store that it borrows from.
    struct OwnedSnapshot {
        owner: Arc<DB>,
        #[covariant]
        dependent: Snapshot,
    }
);

/// A fixed view of the whole state. Cheap to make and to clone; while it lives, RocksDB keeps what it sees, so it
/// is meant for one query, not for hours.
#[derive(Clone)]
pub struct StateSnapshot(Arc<OwnedSnapshot>);

impl StateSnapshot {
    pub(super) fn new(db: Arc<DB>) -> Self {
        Self(Arc::new(OwnedSnapshot::new(db, |db| db.snapshot())))
    }

    fn db(&self) -> &DB {
        self.0.borrow_owner()
    }

    fn options(&self) -> ReadOptions {
        let mut options = ReadOptions::default();
        options.set_snapshot(self.0.borrow_dependent());
        options
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.0.borrow_dependent().get(key)?)
    }

    /// The values of `keys`, in their order.
    pub fn multi_get(&self, keys: &[impl AsRef<[u8]>]) -> Result<Vec<Option<Vec<u8>>>> {
        read::multi_get(self.db(), keys, &self.options())
    }

    /// Calls `f` with each key and value from `from` up to but not including `to`, ascending, until it breaks.
    /// An empty `to` is no bound.
    pub fn scan(&self, from: &[u8], to: &[u8], f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>) -> Result<()> {
        read::scan(self.db(), self.options(), from, to, f)
    }

    /// As [`StateSnapshot::scan`], descending from the last key before `to`.
    pub fn scan_reverse(
        &self,
        from: &[u8],
        to: &[u8],
        f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<()> {
        read::scan_reverse(self.db(), self.options(), from, to, f)
    }

    pub fn is_range_empty(&self, from: &[u8], to: &[u8]) -> Result<bool> {
        let mut empty = true;
        self.scan(from, to, |_, _| {
            empty = false;
            ControlFlow::Break(())
        })?;
        Ok(empty)
    }
}

impl std::fmt::Debug for StateSnapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("StateSnapshot").field(&self.0.borrow_dependent().sequence_number()).finish()
    }
}
