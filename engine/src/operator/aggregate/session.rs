//! Aggregation by SESSION windows: rows of a key that follow each other within the gap belong together.
//!
//! A row that falls between two sessions makes them one. Who reads the answers knows a session by its bounds, so a
//! session that grows is a delete of what it was and a row of what it is. A batch tells the net of this: what was told
//! before the batch and is no more, then what is now, session by session in the order of the last touch.
//!
//! Store: after the prefix, `0 key start end` holds a session's state, `1 end start key` is there to find sessions
//! that are closed or too old.

use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::DataType;

use super::accumulators::Accumulators;
use super::input::{Input, Rows};
use super::sessions::{Session, Sessions, Told};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};
use crate::operator::headers::headers_of;
use crate::operator::key_index::{from_ordered, ordered};
use crate::operator::keyed_slots::KeyedSlots;
use crate::operator::row_codec::RowCodec;
use crate::operator::{Context, Operator, RowFailure, Store};
use crate::plan::{Aggregate, Emit, WindowSpec};

/// Sessions that are too old are looked for in the store this often a retention time.
const DELETES_PER_RETENTION: i64 = 8;

const SESSIONS: u8 = 0;
const ENDS: u8 = 1;

pub struct SessionAggregate {
    input: Input,
    accumulators: Accumulators,
    gap: i64,
    grace: i64,
    retention: i64,
    emit_final: bool,
    tell_before: bool,
    relation: Relation,
    keys: KeyedSlots,
    values: RowCodec,
    sessions: Sessions,
    /// Per slot of the accumulators: the key that has it.
    owner: Vec<Option<u32>>,
    free: Vec<u32>,
    /// Keys in the store of sessions that are no more.
    gone: Vec<(u32, i64, i64)>,
    batches: u32,
    stream_time: i64,
    /// EMIT FINAL has told all sessions that end before this.
    told_before: i64,
    /// EMIT FINAL: keys of sessions in the store that end before this are in memory.
    warm_before: i64,
    deleted_before: i64,
}

/// Rows that are assigned to slots and not yet folded in.
#[derive(Default)]
struct Pending {
    rows: Vec<u32>,
    slots: Vec<u32>,
}

/// A row to be told.
struct Answer {
    op: Op,
    key: u32,
    /// Where the values are; none: NULL.
    slot: Option<u32>,
    start: i64,
    end: i64,
    /// The row of the batch that it is told for.
    origin: u32,
}

impl SessionAggregate {
    pub fn new(plan: &Aggregate, window: &WindowSpec, gap: i64, store: Store) -> Result<Self> {
        let accumulators = Accumulators::compile(&plan.aggregates, plan.input.relation())?;
        let mut types = accumulators.state_types();
        types.push(DataType::Int64);
        let keys = plan.group_by.iter().map(|expr| expr.ty.to_arrow()).collect();
        let keys = KeyedSlots::open(keys, false, store, &[i64::MIN, 0])?;
        let &[stream_time, told_before] = keys.remembered() else {
            return Err(Error::internal("a session aggregation remembers two numbers"));
        };
        Ok(Self {
            input: Input::compile(&plan.group_by, plan.input.relation(), plan.input_is_table)?,
            accumulators,
            gap,
            grace: window.grace_ms,
            retention: window.retention_ms.max(gap.saturating_add(window.grace_ms)),
            emit_final: plan.emit == Emit::Final,
            tell_before: plan.tell_before,
            relation: plan.relation.clone(),
            keys,
            values: RowCodec::new(types)?,
            sessions: Sessions::default(),
            owner: vec![],
            free: vec![],
            gone: vec![],
            batches: 0,
            stream_time,
            told_before,
            warm_before: i64::MIN,
            deleted_before: 0,
        })
    }

    /// Sessions that end before this are closed.
    fn closed_before(&self) -> i64 {
        self.stream_time.saturating_sub(self.grace).saturating_sub(self.gap)
    }

    fn horizon(&self) -> i64 {
        self.stream_time.saturating_sub(self.retention)
    }

    fn new_slot(&mut self, key: Option<u32>) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.owner.push(None);
            self.owner.len() as u32 - 1
        });
        self.owner[slot as usize] = key;
        self.accumulators.grow(self.owner.len());
        slot
    }

    fn free_slots(&mut self, slots: &[u32]) {
        self.accumulators.reset(slots);
        slots.iter().for_each(|slot| self.owner[*slot as usize] = None);
        self.free.extend_from_slice(slots);
    }

    /// The keys of the rows, their sessions in memory: those that do not end before `horizon`.
    fn intern(&mut self, columns: &[ArrayRef], horizon: i64) -> Result<Vec<u32>> {
        let interned = self.keys.intern_unread(columns, None)?;
        self.sessions.grow(self.keys.slots());
        if self.keys.may_be_cold(0) {
            self.read(&interned.new, horizon)?;
        }
        Ok(interned.slots)
    }

    /// Reads the sessions of keys from the store.
    fn read(&mut self, keys: &[u32], horizon: i64) -> Result<()> {
        let store = self.keys.store().clone();
        let prefixes = self.keys.keys().store_keys(keys, &family(&store, SESSIONS))?;
        let mut found = vec![];
        for (index, key) in keys.iter().enumerate() {
            let prefix = prefixes.get(index);
            store.state.scan(prefix, &storage::state::key::prefix_end(prefix), |bytes, value| {
                if let Some((start, end)) = bounds(&bytes[prefix.len()..]) {
                    found.push((*key, start, end, value.to_vec()));
                }
                ControlFlow::Continue(())
            })?;
        }
        found.retain(|(_, _, end, _)| *end >= horizon);
        if found.is_empty() {
            return Ok(());
        }
        let columns = self.values.decode(found.iter().map(|(.., value)| value.as_slice()))?;
        let state = &columns[..columns.len() - 1];
        let slots: Vec<u32> = found.iter().map(|(key, ..)| self.new_slot(Some(*key))).collect();
        self.accumulators.restore(&slots, state)?;
        for ((key, start, end, _), slot) in found.into_iter().zip(slots) {
            let sessions = self.sessions.of_mut(key);
            sessions.push(Session::stored(start, end, slot));
            let last = sessions.len() - 1;
            self.sessions.index(key, last);
        }
        Ok(())
    }

    fn fold(
        &mut self,
        batch: &ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let mut rows = self.input.rows(batch, &self.accumulators, context)?;
        if let Some(nulls) = rows.nulls.take() {
            rows = rows.select(nulls.valid_indices().map(|row| row as u32).collect())?;
        }
        if rows.times.is_empty() {
            return Ok(());
        }
        self.batches += 1;
        let keys = self.intern(&rows.keys, self.horizon())?;
        let mut pending = Pending::default();
        let mut absorbed = vec![];
        let mut touches = Vec::with_capacity(keys.len());
        for (row, (key, time)) in keys.into_iter().zip(&rows.times).enumerate() {
            self.stream_time = self.stream_time.max(*time);
            match self.place(key, *time, row, &rows, &mut pending, &mut absorbed, context)? {
                Some(slot) => touches.push((slot, row as u32)),
                None => {
                    context.metrics.late_rows += 1;
                    let reason = format!(
                        "a row of time {time} came after its session had closed (stream time {}, gap {} ms, grace {} ms)",
                        self.stream_time, self.gap, self.grace
                    );
                    context.log.failed(RowFailure { operation: "window", reason, position: None });
                }
            }
            if self.emit_final && self.closed_before() > self.told_before {
                self.warm_up_to(self.closed_before())?;
                if self.sessions.ends_in(self.told_before, self.closed_before()) {
                    self.apply(&mut pending, &rows, context)?;
                    self.tell_closed(out)?;
                }
                self.told_before = self.closed_before();
            }
        }
        self.apply(&mut pending, &rows, context)?;
        let copies = self.tell(&touches, &rows, batch, out)?;
        self.free_slots(&absorbed);
        self.free_slots(&copies);
        Ok(())
    }

    /// Finds or makes the session of a row: its slot, or none if the row comes late.
    #[allow(clippy::too_many_arguments)]
    fn place(
        &mut self,
        key: u32,
        time: i64,
        row: usize,
        rows: &Rows,
        pending: &mut Pending,
        absorbed: &mut Vec<u32>,
        context: &mut Context<'_>,
    ) -> Result<Option<u32>> {
        let near = self.sessions.near(key, time, self.gap, self.horizon());
        let sessions = &self.sessions.of(key)[near.clone()];
        let start = sessions.first().map_or(time, |session| session.start.min(time));
        let end = sessions.last().map_or(time, |session| session.end.max(time));
        if end < self.closed_before() {
            return Ok(None);
        }
        if near.is_empty() {
            let slot = self.new_slot(Some(key));
            self.sessions.of_mut(key).insert(near.start, Session::new(start, end, slot));
        }
        for at in near.clone() {
            self.touch(key, at)?;
        }
        if near.len() > 1 {
            self.apply(pending, rows, context)?;
            let others: Vec<Session> = self.sessions.of_mut(key).drain(near.start + 1..near.end).collect();
            let slots: Vec<u32> = others.iter().map(|other| other.slot).collect();
            self.accumulators.merge(&slots, self.sessions.of(key)[near.start].slot)?;
            for other in others {
                self.sessions.unindex(key, &other);
                self.owner[other.slot as usize] = None;
                absorbed.push(other.slot);
                self.gone.extend(other.stored.map(|(start, end)| (key, start, end)));
                self.sessions.of_mut(key)[near.start].told.extend(other.told);
            }
        }
        let batch = self.batches;
        let session = &mut self.sessions.of_mut(key)[near.start];
        (session.start, session.end) = (start, end);
        session.touched_in = batch;
        session.changed = true;
        let slot = session.slot;
        self.sessions.index(key, near.start);
        self.keys.change(key);
        pending.rows.push(row as u32);
        pending.slots.push(slot);
        Ok(Some(slot))
    }

    /// Notes what a session is before this batch changes it.
    fn touch(&mut self, key: u32, at: usize) -> Result<()> {
        let session = &self.sessions.of(key)[at];
        if session.touched_in == self.batches {
            return Ok(());
        }
        let (start, end, slot) = (session.start, session.end, session.slot);
        let copy = if self.tell_before {
            let copy = self.new_slot(None);
            self.accumulators.merge(&[slot], copy)?;
            Some(copy)
        } else {
            None
        };
        let session = &mut self.sessions.of_mut(key)[at];
        session.touched_in = self.batches;
        session.told = vec![Told { start, end, slot: copy }];
        Ok(())
    }

    fn apply(&mut self, pending: &mut Pending, rows: &Rows, context: &mut Context<'_>) -> Result<()> {
        let Pending { rows: at, slots } = std::mem::take(pending);
        let Some((first, last)) = at.first().zip(at.last()) else { return Ok(()) };
        let (first, count) = (*first as usize, (*last - *first) as usize + 1);
        if count == at.len() {
            return self.accumulators.update(&slots, &rows.arguments_of(first, count), false, context);
        }
        let at = UInt32Array::from(at);
        let taken = |columns: &Vec<ArrayRef>| {
            columns.iter().map(|column| Ok(take(column, &at, None)?)).collect::<Result<Vec<_>>>()
        };
        let arguments = rows.arguments.iter().map(taken).collect::<Result<_>>()?;
        self.accumulators.update(&slots, &arguments, false, context)
    }

    /// Tells what the batch changed; gives the copies that it needed.
    fn tell(
        &mut self,
        touches: &[(u32, u32)],
        rows: &Rows,
        batch: &ChangeBatch,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<Vec<u32>> {
        let mut touched = vec![];
        let mut seen = ahash::HashSet::default();
        for (slot, row) in touches.iter().rev() {
            if let Some(key) = self.owner[*slot as usize].filter(|_| seen.insert(*slot)) {
                touched.push((key, *slot, rows.origin(*row)));
            }
        }
        let mut answers = vec![];
        let mut copies = vec![];
        for (key, slot, origin) in touched.into_iter().rev() {
            let Some(at) = self.sessions.with_slot(key, slot) else { continue };
            let session = &mut self.sessions.of_mut(key)[at];
            let (start, end) = (session.start, session.end);
            let told = std::mem::take(&mut session.told);
            copies.extend(told.iter().filter_map(|told| told.slot));
            let (same, others): (Vec<Told>, Vec<Told>) =
                told.into_iter().partition(|told| (told.start, told.end) == (start, end));
            for Told { start, end, slot } in others {
                let op = if slot.is_some() { Op::Delete } else { Op::Tombstone };
                answers.push(Answer { op, key, slot, start, end, origin });
            }
            let answer = |op, slot| Answer { op, key, slot: Some(slot), start, end, origin };
            match same.first().and_then(|told| told.slot) {
                Some(copy) => answers.extend([answer(Op::UpdateBefore, copy), answer(Op::UpdateAfter, slot)]),
                None => answers.push(answer(Op::Insert, slot)),
            }
        }
        if !self.emit_final && !answers.is_empty() {
            let mut told = self.answers(&answers)?;
            told.headers = headers_of(batch, answers.iter().map(|answer| answer.origin))?;
            out.push(told);
        }
        Ok(copies)
    }

    fn answers(&self, answers: &[Answer]) -> Result<ChangeBatch> {
        let keys: Vec<u32> = answers.iter().map(|answer| answer.key).collect();
        let slots: Vec<u32> = answers.iter().filter_map(|answer| answer.slot).collect();
        let mut columns = self.keys.keys().columns(&keys)?;
        let mut values = self.accumulators.evaluate(&slots)?;
        if slots.len() < answers.len() {
            let mut next = 0;
            let at = answers.iter().map(|answer| {
                answer.slot.map(|_| {
                    next += 1;
                    next - 1
                })
            });
            let at: UInt32Array = at.collect();
            values = values.iter().map(|value| Ok(take(value, &at, None)?)).collect::<Result<_>>()?;
        }
        columns.extend(values);
        let column = |value: &dyn Fn(&Answer) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(answers.iter().map(value)))
        };
        // A session's rows have the time of its end.
        columns.push(column(&|answer| answer.end));
        if self.relation.windowed {
            columns.push(column(&|answer| answer.start));
            columns.push(column(&|answer| answer.end));
        }
        if self.relation.positioned {
            columns.push(new_null_array(&DataType::Int32, answers.len()));
            columns.push(new_null_array(&DataType::Int64, answers.len()));
        }
        let ops: Vec<Op> = answers.iter().map(|answer| answer.op).collect();
        let ops = ops.iter().any(|op| *op != Op::Insert).then(|| ops.into());
        Ok(ChangeBatch { columns, ops, headers: None })
    }

    /// EMIT FINAL: the sessions that stream time has closed.
    fn tell_closed(&mut self, out: &mut Vec<ChangeBatch>) -> Result<()> {
        let ending = self.sessions.ending(self.told_before, self.closed_before());
        let mut answers: Vec<Answer> = ending
            .into_iter()
            .filter_map(|(key, slot)| {
                let session = &self.sessions.of(key)[self.sessions.with_slot(key, slot)?];
                let (start, end) = (session.start, session.end);
                Some(Answer { op: Op::Insert, key, slot: Some(slot), start, end, origin: 0 })
            })
            .collect();
        // By end, start and key, whatever slots the keys have.
        let keys: Vec<u32> = answers.iter().map(|answer| answer.key).collect();
        let rows = self.keys.keys().store_keys(&keys, &[])?;
        let rows: ahash::HashMap<u32, &[u8]> = keys.iter().copied().zip(rows.slices()).collect();
        answers.sort_by_key(|answer| (answer.end, answer.start, rows.get(&answer.key).copied()));
        if !answers.is_empty() {
            out.push(self.answers(&answers)?);
        }
        Ok(())
    }

    /// Brings the keys of sessions in the store that are to be told before this time into memory. They are looked for a
    /// gap ahead, so that not each row that moves stream time costs a look.
    fn warm_up_to(&mut self, before: i64) -> Result<()> {
        if !self.keys.may_be_cold(0) || before <= self.warm_before {
            return Ok(());
        }
        let (from, before) = (self.told_before.max(self.warm_before), before.saturating_add(self.gap));
        self.warm_before = before;
        let ends = family(self.keys.store(), ENDS);
        let bound = |time: i64| [ends.as_slice(), &ordered(time)].concat();
        let mut keys = vec![];
        self.keys.store().state.scan(&bound(from), &bound(before), |key, _| {
            keys.extend(key.get(ends.len() + 16..).map(<[u8]>::to_vec));
            ControlFlow::Continue(())
        })?;
        if !keys.is_empty() {
            let columns = self.keys.keys().decode(keys.iter().map(Vec::as_slice))?;
            // What is being closed is told, however old.
            self.intern(&columns, i64::MIN)?;
        }
        Ok(())
    }

    /// Forgets sessions that retention has passed.
    fn expire(&mut self) {
        let expired = self.sessions.expire(self.horizon());
        let slots: Vec<u32> = expired.iter().map(|(_, slot)| *slot).collect();
        self.free_slots(&slots);
        let mut keys: Vec<u32> = expired.into_iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| self.sessions.of(*key).is_empty() && !self.keys.is_changed(*key));
        self.keys.forget(&keys);
    }

    fn delete_expired(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        let horizon = self.horizon();
        if horizon.saturating_sub(self.deleted_before) <= self.retention / DELETES_PER_RETENTION {
            return Ok(());
        }
        let store = self.keys.store();
        let (sessions, ends) = (family(store, SESSIONS), family(store, ENDS));
        let to = [ends.as_slice(), &ordered(horizon)].concat();
        store.state.scan(&ends, &to, |key, _| {
            if let Some((bounds, row)) = key[ends.len()..].split_at_checked(16) {
                let (end, start) = bounds.split_at(8);
                batch.delete(&[&sessions, row, start, end].concat());
            }
            ControlFlow::Continue(())
        })?;
        batch.delete_range(&ends, &to);
        self.deleted_before = horizon;
        Ok(())
    }
}

/// What the keys of a family begin with.
fn family(store: &Store, family: u8) -> Vec<u8> {
    [store.prefix.as_slice(), &[family]].concat()
}

fn bounds(bytes: &[u8]) -> Option<(i64, i64)> {
    let (start, rest) = bytes.split_first_chunk::<8>()?;
    Some((from_ordered(*start), from_ordered(rest.try_into().ok()?)))
}

impl Operator for SessionAggregate {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let batch = self.input.with_values(batch)?;
        self.fold(&batch, context, out)?;
        self.expire();
        Ok(())
    }

    fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        self.keys.remember(&[self.stream_time, self.told_before]);
        let changed = self.keys.flush_numbers(batch);
        let store = self.keys.store().clone();
        let (sessions, ends) = (family(&store, SESSIONS), family(&store, ENDS));
        let session_key = |row: &[u8], start, end| [&sessions, row, &ordered(start), &ordered(end)].concat();
        let end_key = |row: &[u8], start, end| [&ends, &ordered(end)[..], &ordered(start), row].concat();
        let gone = std::mem::take(&mut self.gone);
        let gone_keys: Vec<u32> = gone.iter().map(|(key, ..)| *key).collect();
        let rows = self.keys.keys().store_keys(&gone_keys, &[])?;
        for (index, (_, start, end)) in gone.iter().enumerate() {
            batch.delete(&session_key(rows.get(index), *start, *end));
            batch.delete(&end_key(rows.get(index), *start, *end));
        }
        let rows = self.keys.keys().store_keys(&changed, &[])?;
        let (mut slots, mut times, mut keys) = (vec![], vec![], vec![]);
        for (index, key) in changed.iter().enumerate() {
            for session in self.sessions.of_mut(*key).iter_mut().filter(|session| session.changed) {
                session.changed = false;
                let (start, end) = (session.start, session.end);
                let stored = session.stored.replace((start, end));
                if stored != Some((start, end)) {
                    if let Some((start, end)) = stored {
                        batch.delete(&session_key(rows.get(index), start, end));
                        batch.delete(&end_key(rows.get(index), start, end));
                    }
                    batch.put(&end_key(rows.get(index), start, end), &[]);
                }
                slots.push(session.slot);
                times.push(end);
                keys.push(session_key(rows.get(index), start, end));
            }
        }
        if !slots.is_empty() {
            let mut columns = self.accumulators.save(&slots)?;
            columns.push(Arc::new(Int64Array::from(times)));
            for (key, value) in keys.iter().zip(self.values.encode(&columns)?.iter()) {
                batch.put(key, value.data());
            }
        }
        self.delete_expired(batch)
    }

    fn committed(&mut self) {
        for key in self.keys.trim() {
            self.warm_before = i64::MIN;
            let slots = self.sessions.take(key);
            self.free_slots(&slots);
        }
    }
}
