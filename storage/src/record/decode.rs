//! Records out of the bytes of one batch, without copying and without trusting them.

use super::header::BatchHeader;
use super::varint;
use crate::error::{Error, Result};

/// One record, borrowed from the batch it lies in.
#[derive(Debug, Clone, Copy)]
pub struct RecordRef<'a> {
    pub offset: i64,
    /// Milliseconds since the Unix epoch.
    pub timestamp: i64,
    pub key: Option<&'a [u8]>,
    /// None is a tombstone.
    pub value: Option<&'a [u8]>,
    /// The headers as they lie in the record, their count first.
    headers: &'a [u8],
}

/// One header of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    pub key: &'a str,
    pub value: Option<&'a [u8]>,
}

impl<'a> RecordRef<'a> {
    /// The headers in their order. Stops at the first that is not well-formed, which none is in a checked batch.
    pub fn headers(&self) -> Headers<'a> {
        let mut at = 0;
        let left = varint::get(self.headers, &mut at).unwrap_or(0);
        Headers { bytes: self.headers, at, left }
    }

    /// The headers as they lie in the record, their count first.
    pub(crate) fn raw_headers(&self) -> &'a [u8] {
        self.headers
    }

    pub fn has_headers(&self) -> bool {
        self.headers.first().is_some_and(|count| *count != 0)
    }
}

/// Iterator over the headers of a record.
#[derive(Debug, Clone)]
pub struct Headers<'a> {
    bytes: &'a [u8],
    at: usize,
    left: i64,
}

impl<'a> Iterator for Headers<'a> {
    type Item = Header<'a>;

    fn next(&mut self) -> Option<Header<'a>> {
        if self.left <= 0 {
            return None;
        }
        self.left -= 1;
        let header = read_header(self.bytes, &mut self.at);
        if header.is_none() {
            self.left = 0;
        }
        header
    }
}

fn read_header<'a>(bytes: &'a [u8], at: &mut usize) -> Option<Header<'a>> {
    let key = read_slice(bytes, at)??;
    let value = read_slice(bytes, at)?;
    Some(Header { key: std::str::from_utf8(key).ok()?, value })
}

/// A length and as many bytes; `Some(None)` is null.
#[inline(always)]
fn read_slice<'a>(bytes: &'a [u8], at: &mut usize) -> Option<Option<&'a [u8]>> {
    let len = varint::get(bytes, at)?;
    if len < 0 {
        return (len == -1).then_some(None);
    }
    let start = *at;
    let end = start.checked_add(usize::try_from(len).ok()?)?;
    let slice = bytes.get(start..end)?;
    *at = end;
    Some(Some(slice))
}

/// Iterator over the records of one batch.
#[derive(Debug, Clone)]
pub(crate) struct BatchRecords<'a> {
    bytes: &'a [u8],
    at: usize,
    left: i32,
    base_offset: i64,
    base_timestamp: i64,
    /// The time of every record where the log sets the time.
    append_time: Option<i64>,
}

impl<'a> BatchRecords<'a> {
    /// Over `records`, the decompressed bytes after `header`.
    pub(crate) fn new(header: &BatchHeader, records: &'a [u8]) -> Self {
        Self {
            bytes: records,
            at: 0,
            left: header.record_count,
            base_offset: header.base_offset,
            base_timestamp: header.base_timestamp,
            append_time: header.is_log_append_time().then_some(header.max_timestamp),
        }
    }

    pub(crate) fn empty() -> Self {
        Self { bytes: &[], at: 0, left: 0, base_offset: 0, base_timestamp: 0, append_time: None }
    }

    /// Whether every byte was part of a record.
    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    #[inline(always)]
    fn read(&mut self) -> Option<RecordRef<'a>> {
        let mut at = self.at;
        let len = usize::try_from(varint::get(self.bytes, &mut at)?).ok()?;
        let end = at.checked_add(len)?;
        let body = self.bytes.get(at..end)?;
        self.at = end;
        let mut at = 1; // attributes
        let timestamp_delta = varint::get(body, &mut at)?;
        let offset_delta = varint::get(body, &mut at)?;
        let key = read_slice(body, &mut at)?;
        let value = read_slice(body, &mut at)?;
        let headers = body.get(at..).filter(|headers| !headers.is_empty())?;
        let timestamp = match self.append_time {
            None => self.base_timestamp.wrapping_add(timestamp_delta),
            Some(time) => time,
        };
        Some(RecordRef {
            offset: self.base_offset.wrapping_add(offset_delta),
            timestamp,
            key,
            value,
            headers,
        })
    }
}

impl<'a> Iterator for BatchRecords<'a> {
    type Item = Result<RecordRef<'a>>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left <= 0 {
            return None;
        }
        self.left -= 1;
        match self.read() {
            Some(record) => Some(Ok(record)),
            None => {
                self.left = 0;
                Some(Err(malformed(self.base_offset, self.at)))
            }
        }
    }
}

#[cold]
fn malformed(base_offset: i64, at: usize) -> Error {
    Error::invalid_record(format!(
        "a record of the batch at offset {base_offset} is malformed near byte {at}"
    ))
}

/// Walks every record: lengths, offsets one after the other, headers. For batches that come from outside.
pub(crate) fn validate_records(header: &BatchHeader, records: &[u8]) -> Result<()> {
    let mut walk = BatchRecords::new(header, records);
    let mut expected = header.base_offset;
    while let Some(record) = walk.next() {
        let record = record?;
        if record.offset != expected {
            return Err(Error::invalid_record(format!(
                "the record at position {} of the batch has offset delta {}",
                expected - header.base_offset,
                record.offset.wrapping_sub(header.base_offset),
            )));
        }
        expected += 1;
        let count = varint::get(record.headers, &mut 0).unwrap_or(-1);
        if count < 0 || (count > 0 && record.headers().count() as i64 != count) {
            return Err(Error::invalid_record("a record has malformed headers"));
        }
    }
    if !walk.is_at_end() {
        return Err(Error::invalid_record("bytes are left over after the last record"));
    }
    Ok(())
}
