//! The answer to a read: whole batches as they lie in the file, and what a reader of records sees of them.

use std::sync::OnceLock;

use bytes::Bytes;

use super::compression::decompress;
use super::decode::{BatchRecords, RecordRef};
use super::header::{BatchHeader, HEADER_BYTES};
use crate::error::Result;
use crate::id::{Offset, ProducerId};

/// How much a reader wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// Up to the high watermark, open and aborted transactions included.
    ReadUncommitted,
    /// Up to the last stable offset, without aborted transactions.
    #[default]
    ReadCommitted,
}

/// A transaction whose records a reader of committed data must skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbortedTransaction {
    pub producer_id: ProducerId,
    pub first_offset: Offset,
    /// The offset of the marker that ended it.
    pub last_offset: Offset,
}

/// A piece of a partition's log.
#[derive(Debug, Default)]
pub struct Fetch {
    /// Whole batches, as they are on disk. The first may begin before `from`.
    pub batches: Bytes,
    /// The offset that was asked for.
    pub from: Offset,
    /// Where the next read goes on: the end of the last batch here.
    pub next_offset: Offset,
    pub high_watermark: Offset,
    pub last_stable_offset: Offset,
    pub log_start_offset: Offset,
    /// Only for [`Isolation::ReadCommitted`], by first offset.
    pub(crate) aborted: Vec<AbortedTransaction>,
    /// The records of compressed batches, unpacked when the first reader comes to them. One place per compressed
    /// batch, in order.
    pub(crate) unpacked: OnceLock<Box<[OnceLock<Result<Vec<u8>>>]>>,
}

impl Fetch {
    pub(crate) fn new(batches: Bytes, from: Offset, next_offset: Offset) -> Self {
        Self { batches, from, next_offset, ..Self::default() }
    }

    /// Whether there is no batch.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// The aborted transactions among the batches, as a Kafka fetch response lists them.
    pub fn aborted_transactions(&self) -> &[AbortedTransaction] {
        &self.aborted
    }

    /// The headers of the batches, in order.
    pub fn batch_headers(&self) -> impl Iterator<Item = Result<BatchHeader>> + '_ {
        let mut rest = &self.batches[..];
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let header = BatchHeader::parse(rest);
            rest = match &header {
                Ok(header) => rest.get(header.size()..).unwrap_or_default(),
                Err(_) => &[],
            };
            Some(header)
        })
    }

    /// The data records from `from` on, without control batches and aborted transactions.
    pub fn records(&self) -> Records<'_> {
        Records {
            fetch: self,
            rest: &self.batches,
            batch: BatchRecords::empty(),
            from: self.from.0,
            compressed_seen: 0,
        }
    }

    fn unpacked(&self, index: usize, header: &BatchHeader, packed: &[u8]) -> Result<&[u8]> {
        let places = self.unpacked.get_or_init(|| {
            let compressed =
                self.batch_headers().filter(|header| matches!(header, Ok(h) if h.is_compressed()));
            compressed.map(|_| OnceLock::new()).collect()
        });
        let place = places[index].get_or_init(|| decompress(header, packed));
        place.as_deref().map_err(Clone::clone)
    }
}

/// Iterator over the records of a [`Fetch`].
#[derive(Debug)]
pub struct Records<'a> {
    fetch: &'a Fetch,
    rest: &'a [u8],
    batch: BatchRecords<'a>,
    from: i64,
    compressed_seen: usize,
}

impl<'a> Records<'a> {
    /// Goes on to the next batch with visible records; false at the end.
    #[cold]
    fn next_batch(&mut self) -> Result<bool> {
        while !self.rest.is_empty() {
            let header = BatchHeader::parse(self.rest)?;
            let Some(batch) = self.rest.get(..header.size()) else {
                return Err(crate::Error::invalid_record("the last batch is cut off"));
            };
            self.rest = &self.rest[header.size()..];
            let packed_index = self.compressed_seen;
            self.compressed_seen += usize::from(header.is_compressed());
            if header.is_control() || header.last_offset() < self.from || self.is_aborted(&header) {
                continue;
            }
            let records = &batch[HEADER_BYTES..];
            let records = if header.is_compressed() {
                self.fetch.unpacked(packed_index, &header, records)?
            } else {
                records
            };
            self.batch = BatchRecords::new(&header, records);
            return Ok(true);
        }
        Ok(false)
    }

    fn is_aborted(&self, header: &BatchHeader) -> bool {
        header.is_transactional()
            && self.fetch.aborted.iter().any(|aborted| {
                aborted.producer_id.0 == header.producer_id
                    && aborted.first_offset.0 <= header.base_offset
                    && header.base_offset <= aborted.last_offset.0
            })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<RecordRef<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.batch.next() {
                Some(Ok(record)) if record.offset < self.from => {}
                Some(Ok(record)) => return Some(Ok(record)),
                Some(Err(error)) => {
                    self.rest = &[];
                    return Some(Err(error));
                }
                None => match self.next_batch() {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(error) => {
                        self.rest = &[];
                        return Some(Err(error));
                    }
                },
            }
        }
    }
}
