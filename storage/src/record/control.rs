//! Transaction markers: the control batches that end a transaction in a partition.

use super::builder::BatchBuilder;
use super::decode::BatchRecords;
use super::encoded::EncodedBatch;
use super::header::{BatchHeader, HEADER_BYTES};
use crate::id::{ProducerEpoch, ProducerId};

/// How a transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Abort,
    Commit,
}

/// The coordinator epoch that Kafka's markers carry; there is one coordinator.
const COORDINATOR_EPOCH: [u8; 4] = [0; 4];

/// A control batch with one record: key = version, type; value = version, coordinator epoch.
pub(crate) fn encode_marker(
    marker: Marker,
    producer: ProducerId,
    epoch: ProducerEpoch,
    now_ms: i64,
) -> EncodedBatch {
    let key = [0, 0, 0, marker as u8];
    let mut value = [0; 6];
    value[2..].copy_from_slice(&COORDINATOR_EPOCH);
    let mut builder = BatchBuilder::with_capacity(64);
    builder.push(now_ms, Some(&key), Some(&value), &[]);
    builder.finish_as(|header| {
        header.producer_id = producer.0;
        header.producer_epoch = epoch.0;
        header.set_control();
    })
}

/// The marker in a control batch; None for control batches of other kinds.
pub(crate) fn marker_of(header: &BatchHeader, batch: &[u8]) -> Option<Marker> {
    if !header.is_control() || header.is_compressed() {
        return None;
    }
    let record = BatchRecords::new(header, batch.get(HEADER_BYTES..)?).next()?.ok()?;
    match record.key? {
        [_, _, 0, 0] => Some(Marker::Abort),
        [_, _, 0, 1] => Some(Marker::Commit),
        _ => None,
    }
}
