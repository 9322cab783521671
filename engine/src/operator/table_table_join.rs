//! Two tables on their primary keys. A change on either side gives the change of the joined row.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;

use super::headers::headers_of;
use super::join_columns::JoinColumns;
use super::row_arena::Pick;
use super::row_cache::{RowCache, key_columns};
use super::{Context, Operator, Store};
use crate::change::{ChangeBatch, Op};
use crate::error::Result;
use crate::plan::{Join, JoinKind};

pub struct TableTableJoin {
    sides: [RowCache; 2],
    kind: JoinKind,
    columns: JoinColumns,
}

/// A joined row to be told: what each side is, and whose time it has besides the sides'.
struct Told {
    op: Op,
    own: Pick,
    other: Pick,
    /// The row of the batch that it is told for.
    row: u32,
}

impl TableTableJoin {
    /// `stores` are the left rows' and the right rows'.
    pub fn new(plan: &Join, stores: [Store; 2]) -> Result<Self> {
        let (left, right) = (plan.left.relation(), plan.right.relation());
        let [left_store, right_store] = stores;
        Ok(Self {
            sides: [RowCache::open(left, None, left_store)?, RowCache::open(right, None, right_store)?],
            kind: plan.kind,
            columns: JoinColumns::new(&plan.relation, left, right),
        })
    }

    /// Whether there is a joined row when these sides are there.
    fn joins(&self, left: bool, right: bool) -> bool {
        match self.kind {
            JoinKind::Inner => left && right,
            JoinKind::Left => left,
            JoinKind::Right => right,
            JoinKind::Full => left || right,
        }
    }

    fn told(&self, port: usize, own: bool, other: bool) -> bool {
        if port == 0 { self.joins(own, other) } else { self.joins(other, own) }
    }
}

impl Operator for TableTableJoin {
    fn process(
        &mut self,
        port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let changes = self.sides[port].changes(&batch, context)?;
        if changes.is_empty() {
            return Ok(());
        }
        let key_indices = key_columns(self.sides[port].relation());
        let picks: Vec<Pick> = changes.iter().map(|change| Pick::Input(change.row)).collect();
        let mut keys = vec![];
        for index in &key_indices {
            keys.extend(self.sides[port].gather(&picks, Some(&batch.columns), *index..*index + 1)?);
        }
        let others = self.sides[1 - port].slots(&keys)?;
        let mut told = vec![];
        for (change, other) in changes.iter().zip(others) {
            if !change.before && !change.after {
                // The delete of a row that is not there says nothing new.
                continue;
            }
            let there = self.sides[1 - port].has(other);
            let other = if there { Pick::Stored(other) } else { Pick::Missing };
            let old = if change.before { Pick::Stored(change.slot) } else { Pick::Missing };
            let new = if change.after { Pick::Input(change.row) } else { Pick::Missing };
            let mut tell = |op, own| told.push(Told { op, own, other, row: change.row });
            match (self.told(port, change.before, there), self.told(port, change.after, there)) {
                (false, false) => {}
                (false, true) => tell(Op::Insert, new),
                (true, false) => tell(Op::Delete, old),
                (true, true) => {
                    tell(Op::UpdateBefore, old);
                    tell(Op::UpdateAfter, new);
                }
            }
        }
        if !told.is_empty() {
            out.push(self.assemble(port, &batch, &key_indices, &told)?);
        }
        self.sides[port].apply(&batch, &changes)
    }

    fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        self.sides.iter_mut().try_for_each(|side| side.flush(batch))
    }

    fn committed(&mut self) {
        self.sides.iter_mut().for_each(RowCache::committed);
    }
}

impl TableTableJoin {
    fn assemble(
        &self,
        port: usize,
        batch: &ChangeBatch,
        keys: &[usize],
        told: &[Told],
    ) -> Result<ChangeBatch> {
        let (own_side, other_side) = (&self.sides[port], &self.sides[1 - port]);
        let picks = |pick: &dyn Fn(&Told) -> Pick| told.iter().map(pick).collect::<Vec<_>>();
        let (own_width, other_width) = (own_side.relation().width(), other_side.relation().width());
        let own = own_side.gather(&picks(&|told| told.own), Some(&batch.columns), 0..own_width)?;
        let other = other_side.gather(&picks(&|told| told.other), None, 0..other_width)?;
        let causes = picks(&|told| Pick::Input(told.row));
        let cause =
            |index: usize| Ok(own_side.gather(&causes, Some(&batch.columns), index..index + 1)?.remove(0));
        let keys = keys.iter().map(|index| cause(*index)).collect::<Result<Vec<_>>>()?;
        // The later of both rows' times; a change that takes a row away counts by its own time.
        let own_rowtime = own_side.relation().rowtime();
        let caused = cause(own_rowtime)?;
        let caused = caused.as_primitive::<Int64Type>();
        let own_times = own[own_rowtime].as_primitive::<Int64Type>();
        let other_times = other[other_side.relation().rowtime()].as_primitive::<Int64Type>();
        let times = told.iter().enumerate().map(|(row, told)| {
            let own = match told.op {
                Op::UpdateBefore if told.own != Pick::Missing => own_times.value(row),
                _ => caused.value(row),
            };
            if told.other == Pick::Missing { own } else { own.max(other_times.value(row)) }
        });
        let times = times.collect();
        let (left, right) = if port == 0 { (&own, &other) } else { (&other, &own) };
        let ops: Vec<Op> = told.iter().map(|told| told.op).collect();
        Ok(ChangeBatch {
            columns: self.columns.assemble(keys, left, right, times)?,
            ops: Some(Arc::from(ops)),
            headers: headers_of(batch, told.iter().map(|told| told.row))?,
        })
    }
}
