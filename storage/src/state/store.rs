//! The node's one RocksDB.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use rocksdb::properties::CUR_SIZE_ALL_MEM_TABLES;
use rocksdb::{BlockBasedOptions, Cache, DB, DBCompressionType, LogLevel, ReadOptions, WriteOptions};

use super::batch::{StateBatch, join};
use super::read;
use super::snapshot::StateSnapshot;
use crate::error::{Error, Result};
use crate::files::with_suffix;
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

/// How often a waiting reader looks whether the store is open again.
const REOPEN_POLL: Duration = Duration::from_millis(10);
/// Space that an open needs on top of what the memtables hold: manifests, a write-ahead log.
const OPEN_BYTES: usize = 4 << 20;

/// Keyed state, cheap to clone. All keys begin with a prefix from [`super::key`].
#[derive(Clone)]
pub struct StateStore {
    shared: Arc<Shared>,
    /// Whether writes may be synced at all ([`Options::fsync`]).
    fsync: bool,
}

struct Shared {
    dir: PathBuf,
    options: rocksdb::Options,
    /// None only while it is opened again. Readers hold the lock shared; who opens it again waits for them.
    db: RwLock<Option<Arc<DB>>>,
}

impl StateStore {
    pub(crate) fn open(dir: &Path, options: &Options) -> Result<Self> {
        let rocks = rocks_options(options);
        let db = RwLock::new(Some(open_db(&rocks, dir)?));
        Ok(Self {
            shared: Arc::new(Shared { dir: dir.to_owned(), options: rocks, db }),
            fsync: options.fsync,
        })
    }

    /// Runs `f` on the open store. Callbacks of scans may come here again, so the lock is taken recursively.
    fn with<T>(&self, f: impl FnOnce(&Arc<DB>) -> Result<T>) -> Result<T> {
        match &*self.shared.db.read_recursive() {
            Some(db) => f(db),
            None => Err(Error::State("it is being opened again after a failure".to_owned())),
        }
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.with(|db| Ok(db.get(key)?))
    }

    /// Calls `f` with the value where it lies, without copying it.
    pub fn get_with<T>(&self, key: &[u8], f: impl FnOnce(Option<&[u8]>) -> T) -> Result<T> {
        self.with(|db| {
            let value = db.get_pinned(key)?;
            Ok(f(value.as_deref()))
        })
    }

    /// The values of `keys`, in their order. Cheaper than as many [`StateStore::get`]s, most of all for sorted keys.
    pub fn multi_get(&self, keys: &[impl AsRef<[u8]>]) -> Result<Vec<Option<Vec<u8>>>> {
        self.with(|db| read::multi_get(db, keys, &ReadOptions::default()))
    }

    /// Calls `f` with each key and value from `from` up to but not including `to`, ascending, until it breaks.
    /// An empty `to` is no bound.
    pub fn scan(&self, from: &[u8], to: &[u8], f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>) -> Result<()> {
        self.with(|db| read::scan(db, ReadOptions::default(), from, to, f))
    }

    /// As [`StateStore::scan`], descending from the last key before `to`.
    pub fn scan_reverse(
        &self,
        from: &[u8],
        to: &[u8],
        f: impl FnMut(&[u8], &[u8]) -> ControlFlow<()>,
    ) -> Result<()> {
        self.with(|db| read::scan_reverse(db, ReadOptions::default(), from, to, f))
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
        // Waiting is right here: the store is away only for the moments that it takes to open it.
        loop {
            if let Some(db) = &*self.shared.db.read_recursive() {
                return StateSnapshot::new(db.clone());
            }
            std::thread::sleep(REOPEN_POLL);
        }
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
        let batch = join(batches);
        self.with(|db| Ok(db.write_opt(batch, &options)?))
    }

    /// After a failed write RocksDB refuses all further ones. Opens it again, which also finds out what of the failed
    /// write is stored. Reads go on until there is space; an error says that it has to be tried again later.
    pub(crate) fn reopen(&self) -> Result<()> {
        let in_memory = self.with(|db| Ok(db.property_int_value(CUR_SIZE_ALL_MEM_TABLES)?)).ok().flatten();
        // Opening writes out what the write-ahead log holds. Not to lose the readers, see first that it will fit.
        self.probe(OPEN_BYTES + in_memory.unwrap_or(0) as usize)?;
        let mut db = self.shared.db.write();
        if db.as_ref().is_some_and(|db| Arc::strong_count(db) > 1) {
            return Err(Error::State("a snapshot is still in use".to_owned()));
        }
        *db = None;
        *db = Some(open_db(&self.shared.options, &self.shared.dir)?);
        Ok(())
    }

    /// Whether `bytes` can be written beside the store.
    fn probe(&self, bytes: usize) -> Result<()> {
        let path = with_suffix(&self.shared.dir, ".probe");
        let write = || {
            let mut file = std::fs::File::create(&path)?;
            let zeros = vec![0; 1 << 20];
            for _ in 0..bytes.div_ceil(zeros.len()) {
                file.write_all(&zeros)?;
            }
            file.sync_data()
        };
        let written = write();
        let removed = std::fs::remove_file(&path);
        written.and(removed).map_err(|e| Error::io("write", &path, e))
    }

    /// Makes everything durable and, if replaying the log would take long at the next open, writes the memtables out.
    pub(crate) fn shutdown(&self) -> Result<()> {
        self.with(|db| {
            let in_memory = db.property_int_value(CUR_SIZE_ALL_MEM_TABLES)?.unwrap_or(0);
            if in_memory > REPLAYED_BYTES {
                db.flush()?;
            } else if self.fsync {
                db.flush_wal(true)?;
            }
            Ok(())
        })
    }
}

fn open_db(options: &rocksdb::Options, dir: &Path) -> Result<Arc<DB>> {
    let opened = DB::open_cf(options, dir, [read::FAMILY]);
    opened
        .map(Arc::new)
        .map_err(|e| Error::State(format!("cannot open {}: {}", dir.display(), e.into_string())))
}

fn rocks_options(options: &Options) -> rocksdb::Options {
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
    db
}

impl std::fmt::Debug for StateStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StateStore").field("dir", &self.shared.dir).finish()
    }
}
