//! The fixed part of a record batch v2: where each field lies, read and written in one place.
//!
//! ```text
//!  0 base offset i64          23 last offset delta i32     51 producer epoch i16
//!  8 batch length i32         27 base timestamp i64        53 base sequence i32
//! 12 leader epoch i32         35 max timestamp i64         57 record count i32
//! 16 magic i8 = 2             43 producer id i64           61 records
//! 17 crc u32 (of all from 21)
//! 21 attributes i16: 0-2 compression, 3 log append time, 4 transactional, 5 control, 6 delete horizon
//! ```

use crate::error::{Error, Result};
use crate::id::{LeaderEpoch, Offset, ProducerEpoch, ProducerId};

/// Bytes before the first record.
pub(crate) const HEADER_BYTES: usize = 61;
/// The batch length counts the bytes after its own field.
pub(crate) const LENGTH_END: usize = 12;
/// The CRC covers everything from here.
pub(crate) const CRC_START: usize = 21;
const MAGIC: u8 = 2;

const COMPRESSION_MASK: i16 = 0b111;
const LOG_APPEND_TIME: i16 = 1 << 3;
const TRANSACTIONAL: i16 = 1 << 4;
const CONTROL: i16 = 1 << 5;
const DELETE_HORIZON: i16 = 1 << 6;

/// The header of one batch, decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchHeader {
    pub base_offset: i64,
    /// Bytes of the batch after the length field itself.
    pub batch_length: i32,
    pub leader_epoch: i32,
    pub crc: u32,
    pub attributes: i16,
    pub last_offset_delta: i32,
    pub base_timestamp: i64,
    pub max_timestamp: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub record_count: i32,
}

/// What the log writes into a batch for a transaction of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProducerStamp {
    pub(crate) id: ProducerId,
    pub(crate) epoch: ProducerEpoch,
    pub(crate) base_sequence: i32,
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

impl BatchHeader {
    /// Reads the header at the start of `bytes`; checks the magic and that the numbers are possible, not the CRC.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.len() < HEADER_BYTES {
            return Err(Error::invalid_record(format!(
                "{} bytes are too few for a batch header",
                bytes.len()
            )));
        }
        let magic = bytes[16];
        if magic != MAGIC {
            return Err(Error::invalid_record(format!("message format {magic}, only 2 is supported")));
        }
        let header = Self {
            base_offset: i64::from_be_bytes(field(bytes, 0)),
            batch_length: i32::from_be_bytes(field(bytes, 8)),
            leader_epoch: i32::from_be_bytes(field(bytes, 12)),
            crc: u32::from_be_bytes(field(bytes, 17)),
            attributes: i16::from_be_bytes(field(bytes, 21)),
            last_offset_delta: i32::from_be_bytes(field(bytes, 23)),
            base_timestamp: i64::from_be_bytes(field(bytes, 27)),
            max_timestamp: i64::from_be_bytes(field(bytes, 35)),
            producer_id: i64::from_be_bytes(field(bytes, 43)),
            producer_epoch: i16::from_be_bytes(field(bytes, 51)),
            base_sequence: i32::from_be_bytes(field(bytes, 53)),
            record_count: i32::from_be_bytes(field(bytes, 57)),
        };
        if header.batch_length < (HEADER_BYTES - LENGTH_END) as i32 {
            return Err(Error::invalid_record(format!("batch length {} is too small", header.batch_length)));
        }
        if header.record_count < 0 || header.last_offset_delta < 0 {
            return Err(Error::invalid_record("a negative record count or offset delta"));
        }
        if header.base_offset < 0 || header.base_offset.checked_add(1 << 32).is_none() {
            return Err(Error::invalid_record(format!("impossible base offset {}", header.base_offset)));
        }
        Ok(header)
    }

    /// The header as bytes, the CRC as it stands in `self`.
    pub(crate) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut out = [0; HEADER_BYTES];
        out[0..8].copy_from_slice(&self.base_offset.to_be_bytes());
        out[8..12].copy_from_slice(&self.batch_length.to_be_bytes());
        out[12..16].copy_from_slice(&self.leader_epoch.to_be_bytes());
        out[16] = MAGIC;
        out[17..21].copy_from_slice(&self.crc.to_be_bytes());
        out[21..23].copy_from_slice(&self.attributes.to_be_bytes());
        out[23..27].copy_from_slice(&self.last_offset_delta.to_be_bytes());
        out[27..35].copy_from_slice(&self.base_timestamp.to_be_bytes());
        out[35..43].copy_from_slice(&self.max_timestamp.to_be_bytes());
        out[43..51].copy_from_slice(&self.producer_id.to_be_bytes());
        out[51..53].copy_from_slice(&self.producer_epoch.to_be_bytes());
        out[53..57].copy_from_slice(&self.base_sequence.to_be_bytes());
        out[57..61].copy_from_slice(&self.record_count.to_be_bytes());
        out
    }

    /// The CRC for this header over `records`, the bytes that follow it.
    pub(crate) fn crc_over(&self, records: &[u8]) -> u32 {
        crc32c::crc32c_append(crc32c::crc32c(&self.encode()[CRC_START..]), records)
    }

    /// Makes the batch part of a transaction, and puts the CRC right without reading the records again:
    /// CRC-32C is linear, so it is enough to move the difference of the two headers' CRCs past the records.
    pub(crate) fn stamp_producer(&mut self, stamp: ProducerStamp) {
        let before = crc32c::crc32c(&self.encode()[CRC_START..]);
        self.producer_id = stamp.id.0;
        self.producer_epoch = stamp.epoch.0;
        self.base_sequence = stamp.base_sequence;
        self.attributes |= TRANSACTIONAL;
        let after = crc32c::crc32c(&self.encode()[CRC_START..]);
        self.crc = crc32c::crc32c_combine(before ^ after, self.crc, self.size() - HEADER_BYTES);
    }

    /// Bytes of the whole batch.
    pub fn size(&self) -> usize {
        self.batch_length as usize + LENGTH_END
    }

    pub fn last_offset(&self) -> i64 {
        self.base_offset + self.last_offset_delta as i64
    }

    pub fn next_offset(&self) -> i64 {
        self.last_offset() + 1
    }

    /// The number of the compression codec, 0 for none.
    pub(crate) fn compression_code(&self) -> i16 {
        self.attributes & COMPRESSION_MASK
    }

    pub(crate) fn set_compression_code(&mut self, code: i16) {
        self.attributes = self.attributes & !COMPRESSION_MASK | code;
    }

    pub fn is_compressed(&self) -> bool {
        self.compression_code() != 0
    }

    /// All records carry the time of the append, which stands in `max_timestamp`.
    pub fn is_log_append_time(&self) -> bool {
        self.attributes & LOG_APPEND_TIME != 0
    }

    pub fn is_transactional(&self) -> bool {
        self.attributes & TRANSACTIONAL != 0
    }

    pub fn is_control(&self) -> bool {
        self.attributes & CONTROL != 0
    }

    pub(crate) fn set_control(&mut self) {
        self.attributes |= CONTROL | TRANSACTIONAL;
    }

    /// Compaction keeps tombstones of this batch until `base_timestamp` (KIP-534).
    pub(crate) fn delete_horizon(&self) -> Option<i64> {
        (self.attributes & DELETE_HORIZON != 0).then_some(self.base_timestamp)
    }

    pub(crate) fn set_delete_horizon(&mut self, at_ms: i64) {
        self.attributes |= DELETE_HORIZON;
        self.base_timestamp = at_ms;
    }

    pub fn producer_id(&self) -> Option<ProducerId> {
        (self.producer_id >= 0).then_some(ProducerId(self.producer_id))
    }

    pub fn producer_epoch(&self) -> ProducerEpoch {
        ProducerEpoch(self.producer_epoch)
    }

    pub(crate) fn place(&mut self, base: Offset, epoch: LeaderEpoch) {
        self.base_offset = base.0;
        self.leader_epoch = epoch.0;
    }
}
