//! The last row of each key, kept: pull queries read it, and what follows learns the row before.

use std::sync::Arc;

use super::headers::headers_of;
use super::row_arena::Pick;
use super::row_cache::{Change, RowCache, rows_of};
use super::{Context, Operator, Store, tombstone};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::Result;

pub use super::materialized_reader::{MaterializedReader, Take, WindowBounds};

/// Gives Insert, UpdateBefore + UpdateAfter and Delete; Tombstone for the delete of a key that has no row. When nobody
/// wants to know the row before, it gives Insert and Tombstone.
pub struct Materialize {
    rows: RowCache,
    tell_before: bool,
}

impl Materialize {
    /// A windowed table forgets windows that ended longer ago than `retention_ms`.
    pub fn new(
        relation: &Relation,
        retention_ms: Option<i64>,
        tell_before: bool,
        store: Store,
    ) -> Result<Self> {
        Ok(Self { rows: RowCache::open(relation, retention_ms, store)?, tell_before })
    }

    /// Tells the last row of each key as it came; the rows that are kept are the same arrays.
    fn pass(&mut self, batch: ChangeBatch, changes: &[Change], out: &mut Vec<ChangeBatch>) -> Result<()> {
        let rows: Vec<u32> = changes.iter().map(|change| change.row).collect();
        let mut columns = rows_of(&batch, &rows)?;
        let headers = headers_of(&batch, rows.into_iter())?;
        if changes.iter().all(|change| change.after) {
            self.rows.apply_rows(changes, columns.clone())?;
            out.push(ChangeBatch { columns, ops: None, headers });
            return Ok(());
        }
        self.rows.apply(&batch, changes)?;
        let op = |change: &Change| if change.after { Op::Insert } else { Op::Tombstone };
        let ops: Vec<Op> = changes.iter().map(op).collect();
        let relation = self.rows.relation();
        tombstone::clear(&mut columns[relation.key.len()..relation.rowtime()], &ops)?;
        out.push(ChangeBatch { columns, ops: Some(Arc::from(ops)), headers });
        Ok(())
    }
}

impl Operator for Materialize {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let changes = self.rows.changes(&batch, context)?;
        if changes.is_empty() {
            return Ok(());
        }
        if !self.tell_before || changes.iter().all(|change| !change.before) {
            return self.pass(batch, &changes, out);
        }
        let (mut picks, mut ops, mut rows) = (vec![], vec![], vec![]);
        for change in &changes {
            let (old, row) = (Pick::Stored(change.slot), Pick::Input(change.row));
            let told: &[_] = match (change.before, change.after) {
                (true, true) => &[(old, Op::UpdateBefore), (row, Op::UpdateAfter)],
                (true, false) => &[(old, Op::Delete)],
                (false, true) => &[(row, Op::Insert)],
                (false, false) => &[(row, Op::Tombstone)],
            };
            for (pick, op) in told {
                picks.push(*pick);
                ops.push(*op);
                rows.push(change.row);
            }
        }
        let relation = self.rows.relation();
        let (keys, rowtime) = (relation.key.len(), relation.rowtime());
        let mut columns = self.rows.gather(&picks, Some(&batch.columns), 0..relation.width())?;
        tombstone::clear(&mut columns[keys..rowtime], &ops)?;
        if ops.contains(&Op::Delete) {
            // A delete has the values of the row that goes and the time of what deletes it.
            for (pick, (op, row)) in picks.iter_mut().zip(ops.iter().zip(&rows)) {
                if *op == Op::Delete {
                    *pick = Pick::Input(*row);
                }
            }
            columns[rowtime] =
                self.rows.gather(&picks, Some(&batch.columns), rowtime..rowtime + 1)?.remove(0);
        }
        let headers = headers_of(&batch, rows.into_iter())?;
        self.rows.apply(&batch, &changes)?;
        out.push(ChangeBatch { columns, ops: Some(Arc::from(ops)), headers });
        Ok(())
    }

    fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        self.rows.flush(batch)
    }

    fn committed(&mut self) {
        self.rows.committed();
    }
}
