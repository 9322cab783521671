//! A stream with a table: each row of the stream with the table's row of its key, as it is then. Only the stream tells.
//!
//! A stream's row without a key finds no row: an inner join drops it, a left join gives it with NULLs (KIP-962).

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::take;

use super::headers::headers_of;
use super::join_columns::JoinColumns;
use super::row_arena::Pick;
use super::row_cache::{RowCache, key_columns};
use super::{Context, Operator, Store};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};
use crate::plan::{Join, JoinKind};

pub struct StreamTableJoin {
    table: RowCache,
    outer: bool,
    stream: Relation,
    stream_keys: Vec<usize>,
    columns: JoinColumns,
}

impl StreamTableJoin {
    pub fn new(plan: &Join, store: Store) -> Result<Self> {
        let outer = match plan.kind {
            JoinKind::Inner => false,
            JoinKind::Left => true,
            _ => return Err(Error::internal("a stream joins a table with INNER or LEFT")),
        };
        let (stream, table) = (plan.left.relation(), plan.right.relation());
        Ok(Self {
            table: RowCache::open(table, None, store)?,
            outer,
            stream: stream.clone(),
            stream_keys: key_columns(stream),
            columns: JoinColumns::new(&plan.relation, stream, table),
        })
    }

    fn join(&mut self, batch: &ChangeBatch, out: &mut Vec<ChangeBatch>) -> Result<()> {
        let keys: Vec<&ArrayRef> = self.stream_keys.iter().map(|index| &batch.columns[*index]).collect();
        let keyed = |row: usize| keys.iter().all(|key| key.is_valid(row));
        let all_keyed = keys.iter().all(|key| key.null_count() == 0);
        let all_valued = batch.ops.as_ref().is_none_or(|ops| !ops.contains(&Op::Tombstone));
        // The rows that can find something, and those that are told whether they do or not.
        let findable: Option<Vec<u32>> = (!all_keyed || !all_valued).then(|| {
            let rows = (0..batch.rows()).filter(|row| batch.op(*row) != Op::Tombstone && keyed(*row));
            rows.map(|row| row as u32).collect()
        });
        let slots = match &findable {
            None => self.table.slots(&keys.into_iter().cloned().collect::<Vec<_>>())?,
            Some(rows) => {
                let rows = UInt32Array::from(rows.clone());
                let keys = keys.iter().map(|key| Ok(take(key, &rows, None)?)).collect::<Result<Vec<_>>>()?;
                self.table.slots(&keys)?
            }
        };
        let mut picks = vec![Pick::Missing; batch.rows()];
        for (index, slot) in slots.iter().enumerate() {
            if self.table.has(*slot) {
                picks[findable.as_ref().map_or(index, |rows| rows[index] as usize)] = Pick::Stored(*slot);
            }
        }
        let told: Vec<u32> = (0..batch.rows())
            .filter(|row| match self.outer {
                true => batch.op(*row) != Op::Tombstone,
                false => picks[*row] != Pick::Missing,
            })
            .map(|row| row as u32)
            .collect();
        if told.is_empty() {
            return Ok(());
        }
        let (stream, headers) = if told.len() == batch.rows() {
            (batch.columns.clone(), batch.headers.clone())
        } else {
            picks = told.iter().map(|row| picks[*row as usize]).collect();
            let at = UInt32Array::from(told.clone());
            let columns = batch.columns.iter().map(|column| Ok(take(column, &at, None)?));
            (columns.collect::<Result<Vec<_>>>()?, headers_of(batch, told.into_iter())?)
        };
        let table = self.table.gather(&picks, None, 0..self.table.relation().width())?;
        let told = ChangeBatch { columns: stream, ops: None, headers };
        let times = told.timestamps(&self.stream)?.values().to_vec();
        let keys = self.stream_keys.iter().map(|index| told.columns[*index].clone()).collect();
        let columns = self.columns.assemble(keys, &told.columns, &table, times)?;
        out.push(ChangeBatch { columns, ..told });
        Ok(())
    }
}

impl Operator for StreamTableJoin {
    fn process(
        &mut self,
        port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        if port == 0 {
            return self.join(&batch, out);
        }
        let changes = self.table.changes(&batch, context)?;
        self.table.apply(&batch, &changes)
    }

    fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        self.table.flush(batch)
    }

    fn committed(&mut self) {
        self.table.committed();
    }
}
