//! Rows to an internal topic, by their new key.

use arrow::array::UInt32Array;
use storage::{Storage, Transaction};

use super::exchange::BatchCodec;
use super::partitioner::partition_of;
use super::topic_sink::{Outputs, key_encoder};
use crate::change::{ChangeBatch, Op, Relation};
use crate::error::Result;
use crate::format::{Encoder, Failure, FormatInfo, Payloads};
use crate::operator::{Context, RowFailure};

/// What one task sends to the tasks of the next sub-plan, since its last commit.
pub struct ExchangeSink {
    relation: Relation,
    codec: BatchCodec,
    key: Option<Box<dyn Encoder>>,
    outputs: Outputs,
    own_partition: usize,
    bytes: usize,
    keys: Payloads,
    payload: Vec<u8>,
    /// Rows of each partition.
    rows: Vec<Vec<u32>>,
}

impl ExchangeSink {
    /// `key_format` only decides the partition: it is that of the topics that the rows are joined with.
    pub fn new(
        storage: &Storage,
        topic: &str,
        key_format: &FormatInfo,
        relation: &Relation,
        partition: i32,
    ) -> Result<Self> {
        let outputs = Outputs::new(storage, topic)?;
        Ok(Self {
            relation: relation.clone(),
            codec: BatchCodec::new(relation),
            key: key_encoder(key_format, relation)?,
            own_partition: partition as usize % outputs.len(),
            bytes: 0,
            keys: Payloads::default(),
            payload: Vec::new(),
            rows: vec![Vec::new(); outputs.len()],
            outputs,
        })
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn write(&mut self, batch: &ChangeBatch, context: &mut Context<'_>) -> Result<u64> {
        if batch.is_empty() {
            return Ok(0);
        }
        if self.outputs.len() == 1 {
            self.send(0, batch)?;
            return Ok(batch.rows() as u64);
        }
        let partitions = self.partitions(batch, context)?;
        let split = split_updates(batch, &partitions);
        let batch = split.as_ref().unwrap_or(batch);
        for (row, partition) in partitions.iter().enumerate() {
            self.rows[*partition as usize].push(row as u32);
        }
        for partition in 0..self.outputs.len() {
            let rows = std::mem::take(&mut self.rows[partition]);
            if rows.is_empty() {
                continue;
            }
            let part = batch.take(&UInt32Array::from(rows))?;
            self.send(partition, &part)?;
        }
        Ok(batch.rows() as u64)
    }

    /// The partition of each row.
    fn partitions(&mut self, batch: &ChangeBatch, context: &mut Context<'_>) -> Result<Vec<u32>> {
        let Some(key) = &mut self.key else { return Ok(vec![self.own_partition as u32; batch.rows()]) };
        let mut failures: Vec<Failure> = Vec::new();
        self.keys.clear();
        key.encode(&batch.columns[..self.relation.key.len()], batch.rows(), &mut self.keys, &mut failures)?;
        for failure in failures {
            // The row is a NULL key then: it goes on where it is, and the sink will say why it cannot be written.
            context.log.failed(RowFailure {
                operation: "repartition",
                reason: failure.reason,
                position: None,
            });
        }
        let mut nulls = self.keys.nulls.iter().copied().peekable();
        let mut from = 0;
        let count = self.outputs.len();
        let partition = |(row, end): (usize, &usize)| {
            let key = &self.keys.bytes[from..*end];
            from = *end;
            let partition =
                if nulls.next_if_eq(&row).is_some() { self.own_partition } else { partition_of(key, count) };
            partition as u32
        };
        Ok(self.keys.ends.iter().enumerate().map(partition).collect())
    }

    fn send(&mut self, partition: usize, batch: &ChangeBatch) -> Result<()> {
        self.payload.clear();
        self.codec.encode(batch, &mut self.payload)?;
        let times = batch.timestamps(&self.relation)?;
        // The newest row decides how long the log keeps the record.
        let time = times.values().iter().copied().max().unwrap_or(0);
        self.bytes += self.outputs.push(partition, time, &self.payload);
        Ok(())
    }

    pub fn drain(&mut self, transaction: &mut Transaction) {
        self.outputs.drain(transaction);
        self.bytes = 0;
    }
}

/// An update whose rows go to different partitions is a delete there and an insert here.
fn split_updates(batch: &ChangeBatch, partitions: &[u32]) -> Option<ChangeBatch> {
    let ops = batch.ops.as_ref()?;
    let parted = |row: usize| ops[row] == Op::UpdateBefore && partitions[row] != partitions[row + 1];
    if !(0..ops.len().saturating_sub(1)).any(parted) {
        return None;
    }
    let mut changed = ops.to_vec();
    for row in (0..ops.len() - 1).filter(|row| parted(*row)) {
        changed[row] = Op::Delete;
        changed[row + 1] = Op::Insert;
    }
    Some(ChangeBatch { ops: Some(changed.into()), ..batch.clone() })
}
