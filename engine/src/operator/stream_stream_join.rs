//! Two streams on equal keys and near times.
//!
//! A row is kept on its side and meets the rows that the other side keeps, by their time and then by arrival. Rows of an outer
//! join that meet nobody are told at once when no GRACE PERIOD was given (and may be followed by matches); with one they
//! wait until nobody can come any more. What stream time has made final is told before the matches of the row that moved it.
//! A row without a value is left out; so is one without a key, but the outer side of a join tells it alone (KIP-962).

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::{interleave, take};

use super::headers::headers_of;
use super::join_buffer::JoinBuffer;
use super::join_columns::JoinColumns;
use super::parked_rows::{Parked, ParkedRows};
use super::row_arena::Pick;
use super::{Context, Operator, Store};
use crate::change::{ChangeBatch, Op};
use crate::error::{Error, Result};
use crate::plan::{JoinKind, StreamStreamJoin as Plan};

/// How long rows are kept for late ones where no grace period was given, as in Kafka Streams.
const DEFAULT_GRACE_MS: i64 = 24 * 60 * 60 * 1000;

pub struct StreamStreamJoin {
    sides: [JoinBuffer; 2],
    /// Whether a side's rows are told when they meet nobody.
    outer: [bool; 2],
    /// How far the other side's times may be before and after a row's.
    before: [i64; 2],
    after: [i64; 2],
    grace: i64,
    /// There when unmatched rows wait.
    parked: Option<ParkedRows>,
    stream_time: i64,
    columns: JoinColumns,
}

/// A joined row: what each side is, its time, and the row of the batch that it is told for.
struct Answer {
    sides: [Pick; 2],
    time: i64,
    origin: u32,
}

impl StreamStreamJoin {
    /// `stores` are the left rows', the right rows' and the unmatched rows'.
    pub fn new(plan: &Plan, stores: [Store; 3]) -> Result<Self> {
        let (left, right) = (plan.left.relation(), plan.right.relation());
        let [left_store, right_store, parked_store] = stores;
        let grace = plan.grace_ms.unwrap_or(DEFAULT_GRACE_MS);
        let retention = plan.before_ms.saturating_add(plan.after_ms).saturating_add(grace);
        let outer = match plan.kind {
            JoinKind::Inner => [false, false],
            JoinKind::Left => [true, false],
            JoinKind::Right => [false, true],
            JoinKind::Full => [true, true],
        };
        let waits = plan.grace_ms.is_some() && outer != [false, false];
        let sides = [
            JoinBuffer::open(left, retention, left_store)?,
            JoinBuffer::open(right, retention, right_store)?,
        ];
        Ok(Self {
            stream_time: sides[0].newest().max(sides[1].newest()),
            sides,
            outer,
            before: [plan.before_ms, plan.after_ms],
            after: [plan.after_ms, plan.before_ms],
            grace,
            parked: if waits { Some(ParkedRows::open(parked_store)?) } else { None },
            columns: JoinColumns::new(&plan.relation, left, right),
        })
    }

    /// Tells the rows that nobody can meet any more.
    fn release(&mut self, origin: u32, answers: &mut Vec<Answer>) -> Result<()> {
        let closed = |after: i64| self.stream_time.saturating_sub(after).saturating_sub(self.grace);
        let Some(parked) = &mut self.parked else { return Ok(()) };
        let released = parked.release(closed(self.after[0]), closed(self.after[1]));
        for Parked { time, left, key, sequence } in released {
            let port = usize::from(!left);
            let side = &mut self.sides[port];
            let key = side.keys().decode([&*key])?;
            let slots = side.slots(&key)?;
            side.load(&slots)?;
            let entry = side
                .find(slots[0], time, sequence)
                .ok_or_else(|| Error::internal("a row that waits for its window to close is gone"))?;
            answers.push(Answer { sides: alone(port, Pick::Stored(entry.id)), time, origin });
        }
        Ok(())
    }

    fn join(&mut self, port: usize, batch: &ChangeBatch, answers: &mut Vec<Answer>) -> Result<Vec<u32>> {
        let key_columns: Vec<&ArrayRef> =
            self.sides[port].key_columns().iter().map(|index| &batch.columns[*index]).collect();
        let keyed = |row: &usize| key_columns.iter().all(|key| key.is_valid(*row));
        let joins: Vec<u32> = (0..batch.rows())
            .filter(|row| batch.op(*row) != Op::Tombstone && keyed(row))
            .map(|row| row as u32)
            .collect();
        let at = UInt32Array::from(joins.clone());
        let keys = key_columns.iter().map(|key| Ok(take(key, &at, None)?)).collect::<Result<Vec<_>>>()?;
        let slots = self.sides[port].slots(&keys)?;
        let others = self.sides[1 - port].slots(&keys)?;
        self.sides[1 - port].load(&others)?;
        let key_bytes = match &self.parked {
            Some(_) => Some(self.sides[port].keys().encode(&keys)?),
            None => None,
        };
        let ids = self.sides[port].bring(&batch.columns, &joins)?;
        let times = batch.timestamps(self.sides[port].relation())?.values().clone();
        let mut too_old = vec![];
        let mut next = 0;
        for (row, time) in times.iter().copied().enumerate() {
            let origin = row as u32;
            if joins.get(next) != Some(&origin) {
                if batch.op(row) != Op::Tombstone && self.outer[port] {
                    answers.push(Answer { sides: alone(port, Pick::Input(origin)), time, origin });
                }
                continue;
            }
            let index = next;
            next += 1;
            self.stream_time = self.stream_time.max(time);
            let sequence = self.sides[port].put(slots[index], time, ids[index], &mut too_old);
            if time == self.stream_time {
                self.release(origin, answers)?;
            }
            let key = key_bytes.as_ref().map(|rows| rows.row(index).data());
            let from = time.saturating_sub(self.before[port]).max(0);
            let to = time.saturating_add(self.after[port]).max(0);
            let matches = self.sides[1 - port].matches(others[index], from, to);
            for entry in matches {
                if let Some((parked, key)) = self.parked.as_mut().zip(key) {
                    parked.matched(entry.time, port == 1, key);
                }
                let mut sides = [Pick::Input(origin), Pick::Stored(entry.id)];
                if port == 1 {
                    sides.reverse();
                }
                answers.push(Answer { sides, time: time.max(entry.time), origin });
            }
            if matches.is_empty() && self.outer[port] {
                match self.parked.as_mut().zip(key) {
                    Some((parked, key)) if to >= self.stream_time => {
                        parked.park(Parked { time, left: port == 0, key: key.into(), sequence });
                    }
                    _ => answers.push(Answer { sides: alone(port, Pick::Input(origin)), time, origin }),
                }
            }
        }
        Ok(too_old)
    }

    fn assemble(&self, port: usize, batch: &ChangeBatch, answers: &[Answer]) -> Result<ChangeBatch> {
        let gather = |side: usize| {
            let picks: Vec<Pick> = answers.iter().map(|answer| answer.sides[side]).collect();
            self.sides[side].gather(&picks, (side == port).then_some(&batch.columns))
        };
        let (left, right) = (gather(0)?, gather(1)?);
        let sides: Vec<(usize, usize)> = answers
            .iter()
            .enumerate()
            .map(|(row, answer)| (usize::from(answer.sides[0] == Pick::Missing), row))
            .collect();
        let key_of = |(left_index, right_index): (&usize, &usize)| {
            Ok(interleave(&[left[*left_index].as_ref(), right[*right_index].as_ref()], &sides)?)
        };
        let keys = self.sides[0].key_columns().iter().zip(self.sides[1].key_columns());
        let keys = keys.map(key_of).collect::<Result<Vec<_>>>()?;
        let times = answers.iter().map(|answer| answer.time).collect();
        Ok(ChangeBatch {
            columns: self.columns.assemble(keys, &left, &right, times)?,
            ops: None,
            headers: headers_of(batch, answers.iter().map(|answer| answer.origin))?,
        })
    }
}

/// A row that meets nobody.
fn alone(port: usize, own: Pick) -> [Pick; 2] {
    if port == 0 { [own, Pick::Missing] } else { [Pick::Missing, own] }
}

impl Operator for StreamStreamJoin {
    fn process(
        &mut self,
        port: usize,
        batch: ChangeBatch,
        _context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut answers = vec![];
        let too_old = self.join(port, &batch, &mut answers)?;
        if !answers.is_empty() {
            out.push(self.assemble(port, &batch, &answers)?);
        }
        self.sides[port].drop_rows(too_old);
        self.sides.iter_mut().for_each(JoinBuffer::forget);
        Ok(())
    }

    fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        self.sides.iter_mut().try_for_each(|side| side.flush(batch))?;
        if let Some(parked) = &mut self.parked {
            parked.flush(batch);
        }
        Ok(())
    }

    fn committed(&mut self) {
        self.sides.iter_mut().for_each(JoinBuffer::committed);
    }
}
