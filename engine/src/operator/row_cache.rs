//! The last row of each key of a table: columns in memory, in front of a store.
//!
//! Store: the key is (see [`super::key_index`]) the prefix, for windowed tables a bucket of time, and the row bytes of the key columns,
//! followed by those of WINDOWSTART and WINDOWEND. The value is the row bytes of all other columns. The bucket is the number of
//! the period that the window ends in; periods are half a retention time long, so that a table forgets a period with one
//! delete of a range. The prefix alone holds the bucket that is the latest, stream time and retention.

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Int64Type};

use super::key_index::ordered;
use super::keyed_slots::KeyedSlots;
use super::row_arena::{Pick, RowArena};
use super::row_codec::RowCodec;
use super::{Context, RowFailure, Store};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};

/// Shortest period that is forgotten at once, as Kafka Streams has it for segments.
const MIN_PERIOD_MS: i64 = 60_000;

pub struct RowCache {
    relation: Relation,
    key_columns: Vec<usize>,
    value_columns: Vec<usize>,
    slots: KeyedSlots,
    values: RowCodec,
    arena: RowArena,
    /// Per slot: the last batch that touched it.
    touched_in: Vec<u32>,
    batches: u32,
    stream_time: i64,
    /// Length of a period, for windowed tables that forget.
    period: Option<i64>,
    /// Buckets before this are deleted.
    first_bucket: i64,
    /// Buckets before this are in memory no more.
    forgotten_before: i64,
}

/// What a batch does to a key, in the end.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub slot: u32,
    /// The last row of the batch that has the key.
    pub row: u32,
    /// There was a row before.
    pub before: bool,
    /// There is one afterwards.
    pub after: bool,
}

/// Indices of a relation's key columns: those of its key and of its window.
pub fn key_columns(relation: &Relation) -> Vec<usize> {
    (0..relation.key.len())
        .chain(relation.window_start().into_iter().flat_map(|start| [start, start + 1]))
        .collect()
}

/// Indices of all other columns.
pub fn value_columns(relation: &Relation) -> Vec<usize> {
    let keys = key_columns(relation);
    (0..relation.width()).filter(|index| !keys.contains(index)).collect()
}

/// The Arrow types of these columns.
pub fn types_of(relation: &Relation, columns: &[usize]) -> Result<Vec<DataType>> {
    let missing = || Error::internal("a relation has fewer columns than it says");
    columns.iter().map(|index| Ok(relation.type_at(*index).ok_or_else(missing)?.to_arrow())).collect()
}

impl RowCache {
    /// A windowed table forgets windows that ended longer ago than `retention_ms`.
    pub fn open(relation: &Relation, retention_ms: Option<i64>, store: Store) -> Result<Self> {
        let (keys, values) = (key_columns(relation), value_columns(relation));
        let retention = retention_ms.filter(|_| relation.windowed);
        let period = retention.map(|retention| (retention / 2).max(MIN_PERIOD_MS));
        let numbers = [i64::MIN, retention.unwrap_or(-1), i64::MIN];
        let slots = KeyedSlots::open(types_of(relation, &keys)?, relation.windowed, store, &numbers)?;
        let all: Vec<usize> = (0..relation.width()).collect();
        let &[stream_time, _, first_bucket] = slots.remembered() else {
            return Err(Error::internal("a table remembers three numbers"));
        };
        Ok(Self {
            values: RowCodec::new(types_of(relation, &values)?)?,
            arena: RowArena::new(&types_of(relation, &all)?),
            relation: relation.clone(),
            key_columns: keys,
            value_columns: values,
            slots,
            touched_in: vec![],
            batches: 0,
            stream_time,
            period,
            first_bucket,
            forgotten_before: first_bucket,
        })
    }

    pub fn relation(&self) -> &Relation {
        &self.relation
    }

    /// What a batch changes, each key once, in the order of the keys' last rows. Rows whose single key column is NULL are left
    /// out and told to the log.
    pub fn changes(&mut self, batch: &ChangeBatch, context: &mut Context<'_>) -> Result<Vec<Change>> {
        let single = self.relation.key.len() == 1;
        let null_key = |row: usize| single && batch.columns[0].is_null(row);
        let any_null = single && batch.columns[0].null_count() > 0;
        let any_before = batch.ops.as_ref().is_some_and(|ops| ops.contains(&Op::UpdateBefore));
        let mut rows: Option<Vec<u32>> = None;
        if any_null || any_before {
            let kept = (0..batch.rows()).filter(|row| !null_key(*row) && batch.op(*row) != Op::UpdateBefore);
            rows = Some(kept.map(|row| row as u32).collect());
        }
        if any_null {
            let dropped = (0..batch.rows()).filter(|row| null_key(*row)).count();
            context.metrics.failed_rows += dropped as u64;
            for _ in 0..dropped {
                let reason = "a row of a table has no key: it is left out".to_owned();
                context.log.failed(RowFailure { operation: "table", reason, position: None });
            }
        }
        let keys = self.keys_of(&batch.columns, rows.as_deref())?;
        let slots = self.slots(&keys)?;
        for time in batch.timestamps(&self.relation)?.values() {
            self.stream_time = self.stream_time.max(*time);
        }
        let mut changes = vec![];
        self.batches += 1;
        self.touched_in.resize(self.slots.slots(), 0);
        for (index, slot) in slots.iter().enumerate().rev() {
            if std::mem::replace(&mut self.touched_in[*slot as usize], self.batches) != self.batches {
                let row = rows.as_ref().map_or(index as u32, |rows| rows[index]);
                let after = matches!(batch.op(row as usize), Op::Insert | Op::UpdateAfter);
                changes.push(Change { slot: *slot, row, before: self.arena.contains(*slot), after });
            }
        }
        changes.reverse();
        Ok(changes)
    }

    fn keys_of(&self, columns: &[ArrayRef], rows: Option<&[u32]>) -> Result<Vec<ArrayRef>> {
        let keys = self.key_columns.iter().map(|index| &columns[*index]);
        match rows {
            None => Ok(keys.cloned().collect()),
            Some(rows) => {
                let rows = UInt32Array::from(rows.to_vec());
                keys.map(|key| Ok(take(key, &rows, None)?)).collect()
            }
        }
    }

    /// The slots of keys, their rows in memory. Keys are the key columns of this relation.
    pub fn slots(&mut self, keys: &[ArrayRef]) -> Result<Vec<u32>> {
        let buckets = match self.period {
            _ if !self.relation.windowed => None,
            None => Some(vec![0; keys[0].len()]),
            Some(period) => {
                let ends = keys.last().and_then(|ends| ends.as_primitive_opt::<Int64Type>());
                let ends = ends.ok_or_else(|| Error::internal("a windowed table has no WINDOWEND"))?;
                Some(ends.values().iter().map(|end| end.div_euclid(period)).collect::<Vec<_>>())
            }
        };
        let interned = self.slots.intern(keys, buckets.as_deref())?;
        if !interned.found.is_empty() {
            let (slots, values): (Vec<u32>, Vec<Vec<u8>>) = interned.found.into_iter().unzip();
            let keys = self.slots.keys().columns(&slots)?;
            let values = self.values.decode(values.iter().map(Vec::as_slice))?;
            self.arena.put(slots, assemble(&self.relation, keys, values)?)?;
        }
        Ok(interned.slots)
    }

    /// Whether there is a row.
    pub fn has(&self, slot: u32) -> bool {
        self.arena.contains(slot)
    }

    /// See [`RowArena::gather`]; ids are slots.
    pub fn gather(
        &self,
        picks: &[Pick],
        input: Option<&[ArrayRef]>,
        columns: std::ops::Range<usize>,
    ) -> Result<Vec<ArrayRef>> {
        self.arena.gather(picks, input, columns)
    }

    /// Makes the changes.
    pub fn apply(&mut self, batch: &ChangeBatch, changes: &[Change]) -> Result<()> {
        let rows: Vec<u32> = changes.iter().filter(|change| change.after).map(|change| change.row).collect();
        let columns = rows_of(batch, &rows)?;
        self.apply_rows(changes, columns)
    }

    /// Makes the changes, with the columns of the rows that are there afterwards.
    pub fn apply_rows(&mut self, changes: &[Change], columns: Vec<ArrayRef>) -> Result<()> {
        let mut slots = Vec::with_capacity(changes.len());
        for change in changes {
            self.slots.change(change.slot);
            if change.after {
                slots.push(change.slot);
            } else {
                self.arena.remove(change.slot);
            }
        }
        self.arena.put(slots, columns)?;
        self.forget();
        Ok(())
    }

    /// Bucket of the oldest windows that are to be kept.
    fn oldest_bucket(&self) -> Option<i64> {
        let retention = self.slots.remembered()[1];
        self.period.map(|period| self.stream_time.saturating_sub(retention).div_euclid(period))
    }

    /// Gives up the windows of periods that retention has passed.
    fn forget(&mut self) {
        let Some(oldest) = self.oldest_bucket().filter(|oldest| *oldest > self.forgotten_before) else {
            return;
        };
        self.forgotten_before = oldest;
        let old: Vec<u32> =
            self.slots.live().filter(|slot| self.slots.keys().window(*slot) < oldest).collect();
        old.iter().for_each(|slot| self.arena.remove(*slot));
        self.slots.forget(&old);
    }

    pub fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        let oldest = self.oldest_bucket().unwrap_or(self.first_bucket);
        if oldest > self.first_bucket {
            let bound = |bucket: i64| [self.slots.store().prefix.as_slice(), &ordered(bucket)].concat();
            batch.delete_range(&bound(self.first_bucket), &bound(oldest));
            self.first_bucket = oldest;
        }
        let stream_time = if self.relation.windowed { self.stream_time } else { i64::MIN };
        let retention = self.slots.remembered()[1];
        self.slots.remember(&[stream_time, retention, self.first_bucket]);
        let (changed, keys) = self.slots.flush(batch)?;
        let (mut present, mut picks) = (vec![], vec![]);
        for (index, slot) in changed.iter().enumerate() {
            if self.arena.contains(*slot) {
                present.push(index);
                picks.push(Pick::Stored(*slot));
            } else {
                batch.delete(keys.get(index));
            }
        }
        if !present.is_empty() {
            let columns = self.arena.gather(&picks, None, 0..self.arena.width())?;
            let values: Vec<ArrayRef> =
                self.value_columns.iter().map(|index| columns[*index].clone()).collect();
            for (index, value) in present.into_iter().zip(self.values.encode(&values)?.iter()) {
                batch.put(keys.get(index), value.data());
            }
        }
        Ok(())
    }

    pub fn committed(&mut self) {
        for slot in self.slots.trim() {
            self.arena.remove(slot);
        }
    }
}

/// The columns of some rows of a batch; of all of them without a copy.
pub fn rows_of(batch: &ChangeBatch, rows: &[u32]) -> Result<Vec<ArrayRef>> {
    if rows.len() == batch.rows() && rows.is_sorted() {
        return Ok(batch.columns.clone());
    }
    let rows = UInt32Array::from(rows.to_vec());
    batch.columns.iter().map(|column| Ok(take(column, &rows, None)?)).collect()
}

/// The columns of a relation from its key columns and its other columns.
pub fn assemble(relation: &Relation, keys: Vec<ArrayRef>, values: Vec<ArrayRef>) -> Result<Vec<ArrayRef>> {
    let mut columns: Vec<Option<ArrayRef>> = vec![None; relation.width()];
    let places = key_columns(relation).into_iter().chain(value_columns(relation));
    for (place, column) in places.zip(keys.into_iter().chain(values)) {
        columns[place] = Some(column);
    }
    let missing = || Error::internal("a stored row has too few columns");
    columns.into_iter().map(|column| column.ok_or_else(missing)).collect()
}
