//! The node's one RocksDB.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rocksdb::properties::CUR_SIZE_ALL_MEM_TABLES;
use rocksdb::{BlockBasedOptions, Cache, DB, DBCompressionType, LogLevel, ReadOptions, WriteOptions};

use super::batch::{StateBatch, join};
use super::read;
use super::snapshot::StateSnapshot;
use crate::error::{Error, Result};
use crate::options::Options;

/// Bits per key of the bloom filters: 1 % of the look-ups of absent keys touch a block.
const BLOOM_BITS: f64 = 10.0;
/// A look-up reads one block; 8 KiB compresses well and is still cheap to unpack.
const BLOCK_BYTES: usize = 8 << 10;
/// One flush and one compaction at a time: the cores belong to the queries.
const BACKGROUND_JOBS: i32 = 2;
/// Files kept open; each open table holds its index in the block cache, not outside it.
const OPEN_FILES: i32 = 512;

/// Up to this much, the next open reads the write-ahead log again (some 10 ms), which is cheaper than writing a file.
const REPLAYED_BYTES: u64 = 4 << 20;

/// Keyed state, cheap to clone. All keys begin with a prefix from [`super::key`].
#[derive(Clone)]
pub struct StateStore {
    db: Arc<DB>,
    /// Whether writes may be synced at all ([`Options::fsync`]).
    fsync: bool,
}

impl StateStore {
    pub(crate) fn open(dir: &Path, options: &Options) -> Result<Self> {
        let mut table = BlockBasedOptions::default();
        table.set_block_cache(&Cache::new_lru_cache(options.state_cache_bytes));
        table.set_block_size(BLOCK_BYTES);
        table.set_bloom_filter(BLOOM_BITS, false);
        table.set_optimize_filters_for_memory(true);
        table.set_cache_index_and_filter_blocks(true);
        table.set_pin_l0_filter_and_index_blocks_in_cache(true);
        table.set_format_version(6);

        let mut db = rocksdb::Options::default();
        db.create_if_missing(true);
        db.set_block_based_table_factory(&table);
        db.set_compression_type(DBCompressionType::Lz4);
        // Two memtables share the budget: one is filled while the other is written out.
        db.set_db_write_buffer_size(options.write_buffer_bytes);
        db.set_write_buffer_size(options.write_buffer_bytes / 2);
        db.set_max_write_buffer_number(3);
        db.set_max_background_jobs(BACKGROUND_JOBS);
        db.set_max_open_files(OPEN_FILES);
        db.set_bytes_per_sync(1 << 20);
        db.set_level_compaction_dynamic_level_bytes(true);
        db.set_memtable_whole_key_filtering(true);
        db.set_memtable_prefix_bloom_ratio(0.02);
        db.set_stats_dump_period_sec(0);
        db.set_stats_persist_period_sec(0);
        db.set_log_level(LogLevel::Warn);
        db.set_keep_log_file_num(2);
        db.set_max_log_file_size(1 << 20);
        let opened = DB::open_cf(&db, dir, [read::FAMILY]);
        let db = opened
            .map_err(|e| Error::State(format!("cannot open {}: {}", dir.display(), e.into_string())))?;
        Ok(Self { db: Arc::new(db), fsync: options.fsync })
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.db.get(key)?)
    }

    /// Calls `f` with the value where it lies, without copying it.
    pub fn get_with<T>(&self, key: &[u8], f: impl FnOnce(Option<&[u8]>) -> T) -> Result<T> {
        let value = self.db.get_pinned(key)?;
        Ok(f(value.as_deref()))
    }

    /// The values of `keys`, in their order. Cheaper than as many [`StateStore::get`]s.
    pub fn multi_get(&self, keys: &[impl AsRef<[u8]>]) -> Result<Vec<Option<Vec<u8>>>> {
        read::multi_get(&self.db, keys, &ReadOptions::default())
    }

    /// Calls `f` with each key and value from `from` up to but not including `to`, ascending, until it breaks.
    /// An empty `to` is no bound.
    pub fn scan(&self, from: &[u8], to: &[u8], f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>) -> Result<()> {
        read::scan(&self.db, ReadOptions::default(), from, to, f)
    }

    /// As [`StateStore::scan`], descending from the last key before `to`.
    pub fn scan_reverse(
        &self,
        from: &[u8],
        to: &[u8],
        f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<()> {
        read::scan_reverse(&self.db, ReadOptions::default(), from, to, f)
    }

    pub fn is_range_empty(&self, from: &[u8], to: &[u8]) -> Result<bool> {
        let mut empty = true;
        self.scan(from, to, |_, _| {
            empty = false;
            ControlFlow::Break(())
        })?;
        Ok(empty)
    }

    /// The state as it is now, for as long as the snapshot lives.
    pub fn snapshot(&self) -> StateSnapshot {
        StateSnapshot::new(self.db.clone())
    }

    /// Writes outside a transaction. With `sync` the batch is on stable storage when this returns.
    pub fn write(&self, batch: StateBatch, sync: bool) -> Result<()> {
        self.write_all(std::iter::once(&batch), sync)
    }

    /// Writes several batches as one, atomically.
    pub(crate) fn write_all<'a>(
        &self,
        batches: impl Iterator<Item = &'a StateBatch> + Clone,
        sync: bool,
    ) -> Result<()> {
        let mut options = WriteOptions::default();
        options.set_sync(sync && self.fsync);
        Ok(self.db.write_opt(join(batches), &options)?)
    }

    /// Makes everything durable and, if replaying the log would take long at the next open, writes the memtables out.
    pub(crate) fn shutdown(&self) -> Result<()> {
        let in_memory = self.db.property_int_value(CUR_SIZE_ALL_MEM_TABLES)?.unwrap_or(0);
        if in_memory > REPLAYED_BYTES {
            self.db.flush()?;
        } else if self.fsync {
            self.db.flush_wal(true)?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for StateStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StateStore").field("path", &self.db.path()).finish()
    }
}
