//! Aggregation without windows and with windows of fixed length.
//!
//! Each group and window has a slot (see [`KeyedSlots`]); the accumulators are columns indexed by slot. A batch is folded
//! in as a whole, and then each slot that it touched gives its answer once, in the order of the last touch. With a
//! HOPPING window a row is repeated for each window that holds it, windows ascending: only the group and argument columns
//! are, by one `take` a batch.
//!
//! The store's keys are the window's start, then the group: windows are point look-ups here, and those beyond
//! retention are one range of keys. Pull queries read what a `Materialize` step keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, UInt32Array, new_null_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, Int64Type};

use super::accumulators::Accumulators;
use super::input::{Input, Rows};
use super::windows::Windows;
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::{Error, Result};
use crate::operator::headers::headers_of;
use crate::operator::key_index::{from_ordered, ordered};
use crate::operator::keyed_slots::{Interned, KeyedSlots};
use crate::operator::row_codec::RowCodec;
use crate::operator::{Context, Operator, RowFailure, Store};
use crate::plan::{Aggregate, Emit};

/// Deleted windows make a tombstone over a range of the store; so it is done this often a retention time, not
/// each time a window ends.
const DELETES_PER_RETENTION: i64 = 8;

pub struct FixedAggregate {
    input: Input,
    accumulators: Accumulators,
    windows: Option<Windows>,
    emit_final: bool,
    /// Tell the row before with each change.
    tell_before: bool,
    relation: Relation,
    slots: KeyedSlots,
    values: RowCodec,
    /// Per slot: time of the group, and whether there is a group.
    times: Vec<i64>,
    exists: Vec<bool>,
    /// Per slot: the last batch that touched it.
    touched_in: Vec<u32>,
    batches: u32,
    /// Slots by the start of their window.
    by_window: BTreeMap<i64, Vec<u32>>,
    stream_time: i64,
    /// EMIT FINAL has told all windows that start here or before.
    told_through: i64,
    /// Start of the latest window that took a row.
    newest: i64,
    /// The store has no windows that start before this.
    deleted_before: i64,
}

/// Slots that a batch touched, each once in the order of the last touch, and the row that did.
struct Touched {
    slots: Vec<u32>,
    rows: Vec<u32>,
}

impl FixedAggregate {
    pub fn new(plan: &Aggregate, store: Store) -> Result<Self> {
        let accumulators = Accumulators::compile(&plan.aggregates, plan.input.relation())?;
        let mut types = accumulators.state_types();
        types.push(DataType::Int64);
        let windows = plan.window.as_ref().and_then(Windows::fixed);
        let keys = plan.group_by.iter().map(|expr| expr.ty.to_arrow()).collect();
        let slots = KeyedSlots::open(keys, windows.is_some(), store, &[i64::MIN, -1, i64::MIN])?;
        let &[stream_time, told_through, newest] = slots.remembered() else {
            return Err(Error::internal("an aggregation remembers three numbers"));
        };
        Ok(Self {
            input: Input::compile(&plan.group_by, plan.input.relation(), plan.input_is_table)?,
            accumulators,
            windows,
            emit_final: plan.emit == Emit::Final,
            tell_before: plan.tell_before,
            relation: plan.relation.clone(),
            slots,
            values: RowCodec::new(types)?,
            times: vec![],
            exists: vec![],
            touched_in: vec![],
            batches: 0,
            by_window: BTreeMap::new(),
            stream_time,
            told_through,
            newest,
            deleted_before: 0,
        })
    }

    fn fold(
        &mut self,
        batch: &ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let rows = self.input.rows(batch, &self.accumulators, context)?;
        let (rows, windows) = self.assign(rows, context)?;
        if rows.times.is_empty() {
            return Ok(());
        }
        let interned = self.intern(&rows.keys, windows.as_deref())?;
        let touched = self.touch(&interned.slots);
        let before = if self.tell_before { Some(self.before(&touched)?) } else { None };
        self.update(&interned.slots, &rows, context)?;
        for (slot, time) in interned.slots.iter().zip(&rows.times) {
            let known = &mut self.times[*slot as usize];
            *known = (*known).max(*time);
        }
        let touched = self.existing(touched);
        for slot in &touched.slots {
            self.slots.change(*slot);
        }
        if let Some(newest) = windows.as_ref().and_then(|windows| windows.iter().max()) {
            self.newest = self.newest.max(*newest);
        }
        if self.emit_final || touched.slots.is_empty() {
            return Ok(());
        }
        let at = UInt32Array::from(touched.rows.clone());
        let keys = rows.keys.iter().map(|key| Ok(take(key, &at, None)?)).collect::<Result<Vec<_>>>()?;
        let after = self.answers(keys, &touched.slots)?;
        let origin = touched.rows.iter().map(|row| rows.origin(*row));
        out.push(match before {
            None => ChangeBatch { headers: headers_of(batch, origin)?, ..ChangeBatch::inserts(after) },
            Some(before) => with_before(batch, &before, &touched, after, origin)?,
        });
        Ok(())
    }

    /// Leaves out rows without a group and rows that come late, and gives the others their windows.
    fn assign(&mut self, rows: Rows, context: &mut Context<'_>) -> Result<(Rows, Option<Vec<i64>>)> {
        let Some(windows) = self.windows else {
            return Ok(match rows.nulls.clone() {
                Some(nulls) => (rows.select(nulls.valid_indices().map(|row| row as u32).collect())?, None),
                None => (rows, None),
            });
        };
        if rows.nulls.is_none() && windows.size == windows.advance {
            let (first, last) =
                rows.times.iter().fold((i64::MAX, self.stream_time), |(first, last), time| {
                    (first.min(*time), last.max(*time))
                });
            if first >= 0 && windows.end(windows.last_start(first)) > windows.closed_before(last) {
                self.stream_time = last;
                let starts = tumbling_starts(&rows.times, &windows);
                return Ok((rows, Some(starts)));
            }
        }
        let (mut selected, mut starts) = (vec![], vec![]);
        for (row, time) in rows.times.iter().copied().enumerate() {
            if rows.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
                continue;
            }
            self.stream_time = self.stream_time.max(time);
            let closed = windows.closed_before(self.stream_time);
            let mut late = 0;
            for start in windows.starts(time) {
                if windows.end(start) > closed {
                    selected.push(row as u32);
                    starts.push(start);
                } else {
                    late += 1;
                }
            }
            if late > 0 {
                context.metrics.late_rows += 1;
                let reason = format!(
                    "a row of time {time} came after {late} of its windows had closed (stream time {}, grace {} ms)",
                    self.stream_time, windows.grace
                );
                context.log.failed(RowFailure { operation: "window", reason, position: None });
            }
        }
        Ok((rows.select(selected)?, Some(starts)))
    }

    /// The slots of groups, with what the store has for them.
    fn intern(&mut self, keys: &[ArrayRef], windows: Option<&[i64]>) -> Result<Interned> {
        let interned = self.slots.intern(keys, windows)?;
        let slots = self.slots.slots();
        self.accumulators.grow(slots);
        self.times.resize(slots, i64::MIN);
        self.exists.resize(slots, false);
        self.touched_in.resize(slots, 0);
        if self.windows.is_some() {
            for slot in &interned.new {
                self.by_window.entry(self.slots.keys().window(*slot)).or_default().push(*slot);
            }
        }
        if !interned.found.is_empty() {
            let columns = self.values.decode(interned.found.iter().map(|(_, value)| value.as_slice()))?;
            let found: Vec<u32> = interned.found.iter().map(|(slot, _)| *slot).collect();
            let (times, state) =
                columns.split_last().ok_or_else(|| Error::internal("a group without time"))?;
            self.accumulators.restore(&found, state)?;
            for (slot, time) in found.iter().zip(times.as_primitive::<Int64Type>().values()) {
                self.times[*slot as usize] = *time;
                self.exists[*slot as usize] = true;
            }
        }
        Ok(interned)
    }

    fn touch(&mut self, slots: &[u32]) -> Touched {
        self.batches += 1;
        let mut touched = Touched { slots: vec![], rows: vec![] };
        for (row, slot) in slots.iter().enumerate().rev() {
            if std::mem::replace(&mut self.touched_in[*slot as usize], self.batches) != self.batches {
                touched.slots.push(*slot);
                touched.rows.push(row as u32);
            }
        }
        touched.slots.reverse();
        touched.rows.reverse();
        touched
    }

    /// The touched groups that there are: to take a row out of a group that is not there does not make it.
    fn existing(&self, mut touched: Touched) -> Touched {
        if touched.slots.iter().any(|slot| !self.exists[*slot as usize]) {
            let keep: Vec<bool> = touched.slots.iter().map(|slot| self.exists[*slot as usize]).collect();
            let mut keep_slot = keep.iter();
            let mut keep_row = keep.iter();
            touched.slots.retain(|_| *keep_slot.next().unwrap_or(&false));
            touched.rows.retain(|_| *keep_row.next().unwrap_or(&false));
        }
        touched
    }

    fn update(&mut self, slots: &[u32], rows: &Rows, context: &mut Context<'_>) -> Result<()> {
        let Some(retract) = &rows.retract else {
            slots.iter().for_each(|slot| self.exists[*slot as usize] = true);
            return self.accumulators.update(slots, &rows.arguments, false, context);
        };
        // Order matters to some aggregates, so rows are folded in by runs of the same kind.
        let mut from = 0;
        for run in retract.chunk_by(|a, b| a == b) {
            let range = from..from + run.len();
            from = range.end;
            let arguments = rows.arguments_of(range.start, range.len());
            let slots = &slots[range];
            if !run[0] {
                slots.iter().for_each(|slot| self.exists[*slot as usize] = true);
                self.accumulators.update(slots, &arguments, false, context)?;
            } else if slots.iter().all(|slot| self.exists[*slot as usize]) {
                self.accumulators.update(slots, &arguments, true, context)?;
            } else {
                for (row, slot) in slots.iter().enumerate().filter(|(_, slot)| self.exists[**slot as usize]) {
                    let argument =
                        |columns: &Vec<ArrayRef>| columns.iter().map(|c| c.slice(row, 1)).collect();
                    let arguments = arguments.iter().map(argument).collect();
                    self.accumulators.update(&[*slot], &arguments, true, context)?;
                }
            }
        }
        Ok(())
    }

    /// What the touched groups say before they change: the columns, and for each touched slot its row in them.
    fn before(&self, touched: &Touched) -> Result<Before> {
        let exists = |slot: &&u32| self.exists[**slot as usize];
        let slots: Vec<u32> = touched.slots.iter().filter(exists).copied().collect();
        let mut next = 0;
        let mut row_of = Vec::with_capacity(touched.slots.len());
        for slot in &touched.slots {
            row_of.push(self.exists[*slot as usize].then_some(next));
            next += row_of.last().is_some_and(Option::is_some) as usize;
        }
        let row_of = touched.slots.iter().copied().zip(row_of).collect();
        if slots.is_empty() {
            return Ok(Before { columns: vec![], row_of });
        }
        Ok(Before { columns: self.answers(self.slots.keys().columns(&slots)?, &slots)?, row_of })
    }

    /// The rows that these groups have, in the columns of the relation.
    fn answers(&self, keys: Vec<ArrayRef>, slots: &[u32]) -> Result<Vec<ArrayRef>> {
        let column = |value: &dyn Fn(usize) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(slots.iter().map(|slot| value(*slot as usize))))
        };
        let mut columns = keys;
        columns.extend(self.accumulators.evaluate(slots)?);
        columns.push(column(&|slot| self.times[slot]));
        if let (Some(windows), true) = (&self.windows, self.relation.windowed) {
            columns.push(column(&|slot| self.slots.keys().window(slot as u32)));
            columns.push(column(&|slot| windows.end(self.slots.keys().window(slot as u32))));
        }
        if self.relation.positioned {
            columns.push(new_null_array(&DataType::Int32, slots.len()));
            columns.push(new_null_array(&DataType::Int64, slots.len()));
        }
        Ok(columns)
    }

    /// EMIT FINAL: rows up to and including the next one after which windows close, again and again, so that what is told
    /// does not depend on how rows are batched.
    fn fold_until_closed(
        &mut self,
        batch: &ChangeBatch,
        windows: Windows,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let times = self.input.times(batch)?;
        let mut from = 0;
        let mut stream_time = self.stream_time;
        for (row, time) in times.iter().enumerate() {
            let before = windows.last_closed(stream_time);
            stream_time = stream_time.max(*time);
            if windows.last_closed(stream_time) > before || row + 1 == times.len() {
                self.fold(&batch.slice(from, row + 1 - from), context, out)?;
                self.tell_closed(windows, out)?;
                from = row + 1;
            }
        }
        Ok(())
    }

    fn tell_closed(&mut self, windows: Windows, out: &mut Vec<ChangeBatch>) -> Result<()> {
        let through = windows.last_closed(self.stream_time);
        if through <= self.told_through {
            return Ok(());
        }
        // As in Kafka Streams, a window that retention has passed when it closes is not told any more.
        let from = (self.told_through + 1).max(self.newest.saturating_sub(windows.retention));
        self.told_through = through;
        if from > through {
            return Ok(());
        }
        if self.slots.may_be_cold(from) {
            self.warm(from, through)?;
        }
        let mut closed = vec![];
        for slots in self.by_window.range(from..=through).map(|(_, slots)| slots) {
            let slots: Vec<u32> = slots.iter().copied().filter(|slot| self.exists[*slot as usize]).collect();
            let keys = self.slots.keys().store_keys(&slots, &[])?;
            let mut order: Vec<usize> = (0..slots.len()).collect();
            order.sort_unstable_by(|a, b| keys.get(*a).cmp(keys.get(*b)));
            closed.extend(order.into_iter().map(|index| slots[index]));
        }
        if !closed.is_empty() {
            out.push(ChangeBatch::inserts(self.answers(self.slots.keys().columns(&closed)?, &closed)?));
        }
        Ok(())
    }

    /// Brings the groups of these windows from the store into memory.
    fn warm(&mut self, from: i64, through: i64) -> Result<()> {
        let store = self.slots.store().clone();
        let bound = |window: i64| [store.prefix.as_slice(), &ordered(window)].concat();
        let (mut keys, mut windows) = (vec![], vec![]);
        store.state.scan(&bound(from), &bound(through.saturating_add(1)), |key, _| {
            if let Some((window, row)) =
                key.get(store.prefix.len()..).and_then(|k| k.split_first_chunk::<8>())
            {
                windows.push(from_ordered(*window));
                keys.push(row.to_vec());
            }
            std::ops::ControlFlow::Continue(())
        })?;
        if !keys.is_empty() {
            let columns = self.slots.keys().decode(keys.iter().map(Vec::as_slice))?;
            self.intern(&columns, Some(&windows))?;
        }
        Ok(())
    }

    /// Forgets windows that retention has passed.
    fn expire(&mut self, windows: Windows) {
        let horizon = self.stream_time.saturating_sub(windows.retention);
        if self.by_window.first_key_value().is_some_and(|(start, _)| *start < horizon) {
            let kept = self.by_window.split_off(&horizon);
            let expired =
                std::mem::replace(&mut self.by_window, kept).into_values().flatten().collect::<Vec<_>>();
            self.slots.forget(&expired);
            self.clear(&expired);
        }
    }

    fn clear(&mut self, slots: &[u32]) {
        self.accumulators.reset(slots);
        for slot in slots {
            self.times[*slot as usize] = i64::MIN;
            self.exists[*slot as usize] = false;
        }
    }
}

/// See [`FixedAggregate::before`].
struct Before {
    columns: Vec<ArrayRef>,
    row_of: Vec<(u32, Option<usize>)>,
}

fn tumbling_starts(times: &[i64], windows: &Windows) -> Vec<i64> {
    // Times mostly come in order, so the next row's window is mostly the last row's: that saves a division.
    let mut start = times.first().map_or(0, |time| windows.last_start(*time));
    let starts = times.iter().map(|time| {
        if *time < start || *time - start >= windows.size {
            start = windows.last_start(*time);
        }
        start
    });
    starts.collect()
}

/// Puts the row before in front of each row after.
fn with_before(
    batch: &ChangeBatch,
    before: &Before,
    touched: &Touched,
    after: Vec<ArrayRef>,
    origin: impl Iterator<Item = u32>,
) -> Result<ChangeBatch> {
    let mut places = vec![];
    let mut ops = vec![];
    let mut rows = vec![];
    let mut known = before.row_of.iter();
    for ((row, slot), origin) in touched.slots.iter().enumerate().zip(origin) {
        let old = known.find(|(known, _)| known == slot).and_then(|(_, old)| *old);
        if let Some(old) = old {
            places.extend([(1, old), (0, row)]);
            ops.extend([Op::UpdateBefore, Op::UpdateAfter]);
            rows.extend([origin, origin]);
        } else {
            places.push((0, row));
            ops.push(Op::Insert);
            rows.push(origin);
        }
    }
    let columns = after.iter().enumerate().map(|(index, after)| match before.columns.get(index) {
        Some(before) => Ok(interleave(&[after, before], &places)?),
        None => Ok(after.clone()),
    });
    Ok(ChangeBatch {
        columns: columns.collect::<Result<_>>()?,
        ops: Some(ops.into()),
        headers: headers_of(batch, rows.into_iter())?,
    })
}

impl Operator for FixedAggregate {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let batch = self.input.with_values(batch)?;
        match self.windows {
            Some(windows) if self.emit_final => self.fold_until_closed(&batch, windows, context, out)?,
            _ => self.fold(&batch, context, out)?,
        }
        if let Some(windows) = self.windows {
            self.expire(windows);
        }
        Ok(())
    }

    fn flush(&mut self, batch: &mut storage::StateBatch) -> Result<()> {
        self.slots.remember(&[self.stream_time, self.told_through, self.newest]);
        let (changed, keys) = self.slots.flush(batch)?;
        if !changed.is_empty() {
            let mut columns = self.accumulators.save(&changed)?;
            columns.push(Arc::new(Int64Array::from_iter_values(
                changed.iter().map(|slot| self.times[*slot as usize]),
            )));
            for (index, value) in self.values.encode(&columns)?.iter().enumerate() {
                batch.put(keys.get(index), value.data());
            }
        }
        if let Some(windows) = self.windows {
            let horizon = self.stream_time.saturating_sub(windows.retention);
            if horizon.saturating_sub(self.deleted_before)
                > windows.advance.max(windows.retention / DELETES_PER_RETENTION)
            {
                let prefix = &self.slots.store().prefix;
                let bound = |window: i64| [prefix.as_slice(), &ordered(window)].concat();
                batch.delete_range(&bound(0), &bound(horizon));
                self.deleted_before = horizon;
            }
        }
        Ok(())
    }

    fn committed(&mut self) {
        let given_up = self.slots.trim();
        if !given_up.is_empty() {
            self.clear(&given_up);
            for slots in self.by_window.values_mut() {
                slots.retain(|slot| self.exists[*slot as usize]);
            }
        }
    }
}
