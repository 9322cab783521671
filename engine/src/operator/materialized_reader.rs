//! What pull queries read: the rows that a `Materialize` step keeps, as a commit left them.
//!
//! How keys and values are laid out is told in [`super::row_cache`]. Rows come in the order of their keys; in a windowed table, the
//! rows of one key in the order of their windows' ends.

use std::ops::{Bound, ControlFlow, RangeInclusive};

use arrow::array::{ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::Int64Type;
use storage::state::key::prefix_end;

use super::key_index::{from_ordered, ordered};
use super::row_cache::{assemble, key_columns, types_of, value_columns};
use super::row_codec::RowCodec;
use crate::change::{ChangeBatch, Relation};
use crate::error::{Error, Result};

/// Rows read at a time: enough to make columns worth it, little enough to stop early.
const BATCH_ROWS: usize = 8192;

/// Reads the rows of one partition of a materialised table.
pub struct MaterializedReader {
    snapshot: storage::StateSnapshot,
    prefix: [u8; 11],
    relation: Relation,
    keys: RowCodec,
    values: RowCodec,
    /// Windows that ended before this are too old to be seen.
    oldest_end: i64,
}

/// Which windows a pull query asks for: those whose bounds are in these ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowBounds {
    pub start: RangeInclusive<i64>,
    pub end: RangeInclusive<i64>,
}

impl Default for WindowBounds {
    fn default() -> Self {
        Self { start: i64::MIN..=i64::MAX, end: i64::MIN..=i64::MAX }
    }
}

/// Takes rows; says whether to go on.
pub type Take<'a> = dyn FnMut(ChangeBatch) -> Result<ControlFlow<()>> + 'a;

impl MaterializedReader {
    /// `prefix` is the store's in this partition.
    pub fn new(snapshot: storage::StateSnapshot, prefix: [u8; 11], relation: &Relation) -> Result<Self> {
        let keys = RowCodec::new(types_of(relation, &key_columns(relation))?)?;
        let values = RowCodec::new(types_of(relation, &value_columns(relation))?)?;
        let numbers = snapshot.get(&prefix)?.unwrap_or_default();
        let number = |index: usize| numbers.as_chunks::<8>().0.get(index).map(|bytes| from_ordered(*bytes));
        // The latest bucket, stream time, retention.
        let oldest_end = match (number(1), number(2)) {
            (Some(stream_time), Some(retention)) if retention >= 0 => stream_time.saturating_sub(retention),
            _ => i64::MIN,
        };
        Ok(Self { snapshot, prefix, relation: relation.clone(), keys, values, oldest_end })
    }

    pub fn relation(&self) -> &Relation {
        &self.relation
    }

    /// The rows of these keys, given as the relation's key columns (without the window).
    pub fn get(&self, keys: &[ArrayRef], windows: &WindowBounds, take: &mut Take<'_>) -> Result<()> {
        let rows = self.first_keys(keys.len())?.encode(keys)?;
        if !self.relation.windowed && keys.len() == self.relation.key.len() {
            let keys: Vec<Vec<u8>> =
                rows.iter().map(|row| [self.prefix.as_slice(), row.data()].concat()).collect();
            for keys in keys.chunks(BATCH_ROWS) {
                let values = self.snapshot.multi_get(keys)?;
                let (keys, values): (Vec<&[u8]>, Vec<Vec<u8>>) =
                    keys.iter().zip(values).filter_map(|(key, value)| Some((key.as_slice(), value?))).unzip();
                if self.give(&keys, &values, windows, take)?.is_break() {
                    break;
                }
            }
            return Ok(());
        }
        for row in rows.iter() {
            if self.walk(row.data(), &prefix_end(row.data()), windows, take)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The rows whose keys are between these, each given as one row of the first of the key columns.
    pub fn range(
        &self,
        from: Bound<&[ArrayRef]>,
        to: Bound<&[ArrayRef]>,
        windows: &WindowBounds,
        take: &mut Take<'_>,
    ) -> Result<()> {
        let bytes = |columns: &[ArrayRef]| -> Result<Vec<u8>> {
            Ok(self.first_keys(columns.len())?.encode(columns)?.row(0).data().to_vec())
        };
        // Nothing sorts before a value but NULL, whose bytes begin with 0.
        let from = match from {
            Bound::Included(columns) => bytes(columns)?,
            Bound::Excluded(columns) => prefix_end(&bytes(columns)?),
            Bound::Unbounded => vec![],
        };
        let to = match to {
            Bound::Included(columns) => prefix_end(&bytes(columns)?),
            Bound::Excluded(columns) => bytes(columns)?,
            Bound::Unbounded => vec![],
        };
        self.walk(&from, &to, windows, take).map(drop)
    }

    /// All rows.
    pub fn scan(&self, windows: &WindowBounds, take: &mut Take<'_>) -> Result<()> {
        self.walk(&[], &[], windows, take).map(drop)
    }

    fn first_keys(&self, columns: usize) -> Result<RowCodec> {
        let types = self.keys.types().get(..columns).filter(|_| columns <= self.relation.key.len());
        RowCodec::new(
            types.ok_or_else(|| Error::internal("a key has more columns than its table's"))?.to_vec(),
        )
    }

    /// Rows with key bytes in `[from, to)`; an empty `to` is no bound.
    fn walk(
        &self,
        from: &[u8],
        to: &[u8],
        windows: &WindowBounds,
        take: &mut Take<'_>,
    ) -> Result<ControlFlow<()>> {
        if !self.relation.windowed {
            return self.walk_bucket(&self.prefix, from, to, windows, take);
        }
        let mut after = [self.prefix.as_slice(), &ordered(i64::MIN)].concat();
        loop {
            // The next bucket is that of the next key, whatever it is.
            let mut bucket = None;
            self.snapshot.scan(&after, &prefix_end(&self.prefix), |key, _| {
                bucket = key.get(..self.prefix.len() + 8).map(<[u8]>::to_vec);
                ControlFlow::Break(())
            })?;
            let Some(bucket) = bucket else { return Ok(ControlFlow::Continue(())) };
            if self.walk_bucket(&bucket, from, to, windows, take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            after = prefix_end(&bucket);
        }
    }

    fn walk_bucket(
        &self,
        bucket: &[u8],
        from: &[u8],
        to: &[u8],
        windows: &WindowBounds,
        take: &mut Take<'_>,
    ) -> Result<ControlFlow<()>> {
        let mut cursor = [bucket, from].concat();
        let end = if to.is_empty() { prefix_end(bucket) } else { [bucket, to].concat() };
        loop {
            let (mut keys, mut values) = (vec![], vec![]);
            self.snapshot.scan(&cursor, &end, |key, value| {
                // The prefix alone is not a row.
                if key.len() > self.prefix.len() {
                    keys.push(key.to_vec());
                    values.push(value.to_vec());
                }
                if keys.len() < BATCH_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            let slices: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            if self.give(&slices, &values, windows, take)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            match keys.pop() {
                Some(mut last) if values.len() == BATCH_ROWS => {
                    last.push(0);
                    cursor = last;
                }
                _ => return Ok(ControlFlow::Continue(())),
            }
        }
    }

    fn give(
        &self,
        keys: &[&[u8]],
        values: &[Vec<u8>],
        windows: &WindowBounds,
        take: &mut Take<'_>,
    ) -> Result<ControlFlow<()>> {
        if keys.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let skip = self.prefix.len() + if self.relation.windowed { 8 } else { 0 };
        let keys = self.keys.decode(keys.iter().map(|key| &key[skip..]))?;
        let values = self.values.decode(values.iter().map(Vec::as_slice))?;
        let mut batch = ChangeBatch::inserts(assemble(&self.relation, keys, values)?);
        if let Some(start) = self.relation.window_start() {
            let column = |index: usize| batch.columns[index].as_primitive::<Int64Type>();
            let (starts, ends) = (column(start), column(start + 1));
            let asked = |row: usize| {
                let end = ends.value(row);
                windows.start.contains(&starts.value(row))
                    && windows.end.contains(&end)
                    && end >= self.oldest_end
            };
            let mask: BooleanArray = (0..batch.rows()).map(|row| Some(asked(row))).collect();
            batch = batch.filter(&mask)?;
        }
        if batch.is_empty() { Ok(ControlFlow::Continue(())) } else { take(batch) }
    }
}
