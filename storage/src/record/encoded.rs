//! One batch as the bytes that are stored and sent.

use bytes::Bytes;

use super::compression::decompress;
use super::decode::{BatchRecords, RecordRef, validate_records};
use super::header::{BatchHeader, CRC_START, HEADER_BYTES};
use crate::error::{Error, Result};

/// One record batch v2, checked: its length, magic and CRC are right.
#[derive(Debug, Clone)]
pub struct EncodedBatch(Bytes);

impl EncodedBatch {
    /// Takes a batch from outside. Everything is checked: length, magic, CRC, compression, every record's structure.
    pub fn from_bytes(bytes: Bytes) -> Result<Self> {
        let header = BatchHeader::parse(&bytes)?;
        if header.size() != bytes.len() {
            return Err(Error::invalid_record(format!(
                "the batch length says {} bytes, but there are {}",
                header.size(),
                bytes.len()
            )));
        }
        check_crc(&header, &bytes)?;
        if header.is_control() {
            return Err(Error::invalid_record("only the log itself writes control batches"));
        }
        if header.record_count < 1 || header.record_count - 1 != header.last_offset_delta {
            return Err(Error::invalid_record(format!(
                "{} records with a last offset delta of {}",
                header.record_count, header.last_offset_delta
            )));
        }
        if header.delete_horizon().is_some() {
            return Err(Error::invalid_record("only the log itself sets a delete horizon"));
        }
        if header.is_compressed() {
            validate_records(&header, &decompress(&header, &bytes[HEADER_BYTES..])?)?;
        } else {
            validate_records(&header, &bytes[HEADER_BYTES..])?;
        }
        Ok(Self(bytes))
    }

    /// From bytes that this crate has just written or checked.
    pub(crate) fn from_checked(bytes: Bytes) -> Self {
        Self(bytes)
    }

    pub fn header(&self) -> BatchHeader {
        BatchHeader::parse(&self.0).expect("the header was checked when the batch was made")
    }

    pub fn record_count(&self) -> usize {
        self.header().record_count as usize
    }

    /// The latest timestamp of its records, in milliseconds.
    pub fn max_timestamp(&self) -> i64 {
        self.header().max_timestamp
    }

    pub fn byte_len(&self) -> usize {
        self.0.len()
    }

    pub fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Calls `f` with each record, in order, until it fails. Offsets are as they stand in the batch.
    pub fn for_each_record(&self, mut f: impl FnMut(RecordRef<'_>) -> Result<()>) -> Result<()> {
        let header = self.header();
        let unpacked;
        let records = if header.is_compressed() {
            unpacked = decompress(&header, &self.0[HEADER_BYTES..])?;
            &unpacked[..]
        } else {
            &self.0[HEADER_BYTES..]
        };
        BatchRecords::new(&header, records).try_for_each(|record| f(record?))
    }
}

/// Whether the CRC in `header` is that of `batch`, the bytes of the whole batch.
pub(crate) fn check_crc(header: &BatchHeader, batch: &[u8]) -> Result<()> {
    let found = crc32c::crc32c(&batch[CRC_START..]);
    if found != header.crc {
        return Err(Error::invalid_record(format!("CRC {found:08x} instead of {:08x}", header.crc)));
    }
    Ok(())
}
