//! What a partition knows of the producers that write to it: sequences against duplicates and gaps, epochs against
//! zombies, and the transactions that are open.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::id::{Offset, ProducerEpoch, ProducerId, TopicPartition};
use crate::record::{BatchHeader, Marker};

/// Batches that a producer may have in flight and send again: Kafka's `max.in.flight.requests.per.connection`.
const REMEMBERED_BATCHES: usize = 5;

/// A batch that was appended, to recognise it when it is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeenBatch {
    pub(crate) first_sequence: i32,
    pub(crate) last_sequence: i32,
    pub(crate) base_offset: i64,
    pub(crate) last_offset: i64,
}

/// One producer, as this partition has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProducerEntry {
    pub(crate) epoch: i16,
    /// The newest last; at most [`REMEMBERED_BATCHES`].
    pub(crate) batches: Vec<SeenBatch>,
    /// Where its open transaction begins.
    pub(crate) open_since: Option<i64>,
    /// When it last wrote, by the node's clock (records may be of any time): it is forgotten some time after.
    pub(crate) last_write_ms: i64,
}

/// A transaction that has begun in this partition and has no marker yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenTransaction {
    pub(crate) producer_id: ProducerId,
    pub(crate) epoch: ProducerEpoch,
    pub(crate) first_offset: i64,
}

/// All producers of a partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Producers {
    entries: HashMap<i64, ProducerEntry>,
    /// First offset of each open transaction, with its producer.
    open: BTreeMap<i64, i64>,
}

/// What to do with a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Append,
    /// It is there already.
    Duplicate(SeenBatch),
}

impl Producers {
    pub(crate) fn from_entries(entries: HashMap<i64, ProducerEntry>) -> Self {
        let open = entries.iter().filter_map(|(id, entry)| Some((entry.open_since?, *id))).collect();
        Self { entries, open }
    }

    pub(crate) fn entries(&self) -> &HashMap<i64, ProducerEntry> {
        &self.entries
    }

    /// Whether a data batch with the producer fields of `header` may be appended now.
    pub(crate) fn check(&self, header: &BatchHeader, partition: &TopicPartition) -> Result<Check> {
        let Some(id) = header.producer_id() else { return Ok(Check::Append) };
        let Some(entry) = self.entries.get(&id.0) else {
            // Never seen, or forgotten: any sequence is a beginning (KIP-360).
            return Ok(Check::Append);
        };
        if header.producer_epoch < entry.epoch {
            return Err(Error::InvalidProducerEpoch {
                partition: partition.clone(),
                producer: id,
                found: header.producer_epoch(),
                current: ProducerEpoch(entry.epoch),
            });
        }
        let expected = if header.producer_epoch > entry.epoch {
            0
        } else {
            let last_sequence = last_sequence(header);
            let same = |seen: &&SeenBatch| {
                seen.first_sequence == header.base_sequence && seen.last_sequence == last_sequence
            };
            if let Some(seen) = entry.batches.iter().find(same) {
                return Ok(Check::Duplicate(*seen));
            }
            match entry.batches.last() {
                Some(last) => next_sequence(last.last_sequence),
                None => return Ok(Check::Append),
            }
        };
        if header.base_sequence != expected {
            return Err(Error::OutOfOrderSequence {
                partition: partition.clone(),
                producer: id,
                expected,
                found: header.base_sequence,
            });
        }
        Ok(Check::Append)
    }

    /// Notes a data batch that was appended; `header` has its final offset.
    pub(crate) fn appended(&mut self, header: &BatchHeader, now_ms: i64) {
        let Some(id) = header.producer_id() else { return };
        let entry = self.entries.entry(id.0).or_insert_with(|| ProducerEntry {
            epoch: header.producer_epoch,
            batches: Vec::new(),
            open_since: None,
            last_write_ms: now_ms,
        });
        if entry.epoch != header.producer_epoch {
            entry.epoch = header.producer_epoch;
            entry.batches.clear();
        }
        if entry.batches.len() == REMEMBERED_BATCHES {
            entry.batches.remove(0);
        }
        entry.batches.push(SeenBatch {
            first_sequence: header.base_sequence,
            last_sequence: last_sequence(header),
            base_offset: header.base_offset,
            last_offset: header.last_offset(),
        });
        entry.last_write_ms = now_ms;
        if header.is_transactional() && entry.open_since.is_none() {
            entry.open_since = Some(header.base_offset);
            self.open.insert(header.base_offset, id.0);
        }
    }

    /// Notes a marker at the offset in `header`. Returns the first offset of the transaction that it aborts.
    pub(crate) fn ended(&mut self, header: &BatchHeader, marker: Marker) -> Option<Offset> {
        let entry = self.entries.get_mut(&header.producer_id)?;
        // A marker of a later epoch, as a fencing coordinator writes it, shuts the earlier ones out.
        entry.epoch = entry.epoch.max(header.producer_epoch);
        let first = entry.open_since.take()?;
        self.open.remove(&first);
        (marker == Marker::Abort).then_some(Offset(first))
    }

    /// Whether a producer's transaction waits for its marker.
    pub(crate) fn is_open(&self, id: ProducerId) -> bool {
        self.entries.get(&id.0).is_some_and(|entry| entry.open_since.is_some())
    }

    /// The producer's transaction is committed though its marker is not written yet: it no longer holds readers back.
    pub(crate) fn committed_without_marker(&mut self, id: ProducerId) {
        if let Some(first) = self.entries.get(&id.0).and_then(|entry| entry.open_since) {
            self.open.remove(&first);
        }
    }

    /// Where the first open transaction begins.
    pub(crate) fn first_open(&self) -> Option<i64> {
        self.open.first_key_value().map(|(first, _)| *first)
    }

    /// Open transactions, the first begun first.
    pub(crate) fn open(&self) -> impl Iterator<Item = OpenTransaction> + '_ {
        self.open.iter().filter_map(|(first, id)| {
            let entry = self.entries.get(id)?;
            Some(OpenTransaction {
                producer_id: ProducerId(*id),
                epoch: ProducerEpoch(entry.epoch),
                first_offset: *first,
            })
        })
    }

    /// Forgets producers that have not written since `before_ms` and have nothing open.
    pub(crate) fn expire(&mut self, before_ms: i64) {
        self.entries.retain(|_, entry| entry.open_since.is_some() || entry.last_write_ms >= before_ms);
    }
}

/// Sequences go from 0 to `i32::MAX` and begin again.
fn next_sequence(sequence: i32) -> i32 {
    if sequence == i32::MAX { 0 } else { sequence + 1 }
}

fn last_sequence(header: &BatchHeader) -> i32 {
    if header.base_sequence < 0 {
        return header.base_sequence;
    }
    let last = header.base_sequence as i64 + header.last_offset_delta as i64;
    if last > i32::MAX as i64 { (last - i32::MAX as i64 - 1) as i32 } else { last as i32 }
}
