//! Records in, one encoded batch out.

use bytes::Bytes;

use super::compression::{Compression, compress};
use super::decode::RecordRef;
use super::encoded::EncodedBatch;
use super::header::{BatchHeader, HEADER_BYTES, LENGTH_END};
use super::varint;

/// Keys up to this size are put together with the numbers around them, and copied with them at once.
const SHORT_KEY: usize = 40;
/// Room for all that comes before the value: five varints, the attributes, a short key.
const PREFIX: usize = 96;

/// Builds one record batch v2. Offsets start at 0 and the producer is unset: the log stamps both.
#[derive(Debug)]
pub struct BatchBuilder {
    /// Begins with room for the header, so that finishing copies nothing.
    buffer: Vec<u8>,
    count: i32,
    base_timestamp: i64,
    max_timestamp: i64,
    compression: Compression,
    /// Bytes of the last value written by [`BatchBuilder::push_with`]: values of a topic mostly need length
    /// fields of one size, and then the next value is written where it stays.
    last_value: usize,
}

impl Default for BatchBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl BatchBuilder {
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// With room for `bytes` of records.
    pub fn with_capacity(bytes: usize) -> Self {
        let mut buffer = Vec::with_capacity(HEADER_BYTES + PREFIX + bytes);
        buffer.resize(HEADER_BYTES, 0);
        Self {
            buffer,
            count: 0,
            base_timestamp: 0,
            max_timestamp: i64::MIN,
            compression: Compression::None,
            last_value: 0,
        }
    }

    /// The records are compressed when the batch is finished.
    pub fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Records so far.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of the batch so far, header included, before compression. A caller finishes the batch long before
    /// the 2 GiB that the format allows.
    pub fn byte_len(&self) -> usize {
        self.buffer.len()
    }

    #[inline(always)]
    fn timestamp_delta(&mut self, timestamp: i64) -> i64 {
        if self.count == 0 {
            self.base_timestamp = timestamp;
        }
        self.max_timestamp = self.max_timestamp.max(timestamp);
        timestamp.wrapping_sub(self.base_timestamp)
    }

    /// Appends a record. `timestamp` is in milliseconds since the Unix epoch.
    #[inline]
    pub fn push(
        &mut self,
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: &[(&str, Option<&[u8]>)],
    ) {
        let delta = self.timestamp_delta(timestamp);
        let key_len = key.map_or(-1, |key| key.len() as i64);
        let value_len = value.map_or(-1, |value| value.len() as i64);
        let index = self.count as i64;
        let mut body = 1
            + varint::size(delta)
            + varint::size(index)
            + varint::size(key_len)
            + varint::size(value_len)
            + key_len.max(0) as usize
            + value_len.max(0) as usize;
        body += if headers.is_empty() { 1 } else { headers_size(headers) };

        self.buffer.reserve(body + 2 * PREFIX);
        let mut prefix = [0u8; PREFIX];
        let mut at = varint::put(&mut prefix, 0, body as i64);
        at += 1; // attributes of a record: none are defined
        at = varint::put(&mut prefix, at, delta);
        at = varint::put(&mut prefix, at, index);
        at = varint::put(&mut prefix, at, key_len);
        at = self.put_key(&mut prefix, at, key.unwrap_or_default());
        at = varint::put(&mut prefix, at, value_len);
        self.put_prefix(&prefix, at);
        if let Some(value) = value {
            self.buffer.extend_from_slice(value);
        }
        if headers.is_empty() {
            self.buffer.push(0);
        } else {
            self.put_headers(headers);
        }
        self.count += 1;
    }

    /// Appends a record without headers whose value `value` writes at the end of the buffer it is given: an encoder
    /// writes to where the bytes stay. It must only append.
    #[inline]
    pub fn push_with(&mut self, timestamp: i64, key: Option<&[u8]>, value: impl FnOnce(&mut Vec<u8>)) {
        let delta = self.timestamp_delta(timestamp);
        let key_len = key.map_or(-1, |key| key.len() as i64);
        let index = self.count as i64;
        let key_bytes = key.unwrap_or_default();
        let fixed = 1 + varint::size(delta) + varint::size(index) + varint::size(key_len) + key_bytes.len();

        // Lay out the numbers as if the value were as long as the last one.
        let start = self.buffer.len();
        let guess = self.last_value;
        let guessed_body = fixed + varint::size(guess as i64) + guess + 1;
        self.buffer.reserve(guessed_body + 2 * PREFIX);
        let mut prefix = [0u8; PREFIX];
        let length_end = varint::put(&mut prefix, 0, guessed_body as i64);
        let mut at = length_end + 1;
        at = varint::put(&mut prefix, at, delta);
        at = varint::put(&mut prefix, at, index);
        at = varint::put(&mut prefix, at, key_len);
        at = self.put_key(&mut prefix, at, key_bytes);
        let guessed_end = varint::put(&mut prefix, at, guess as i64);
        self.put_prefix(&prefix, guessed_end);
        let guessed_width = guessed_end - at;
        let value_len_at = self.buffer.len() - guessed_width;

        let value_at = self.buffer.len();
        value(&mut self.buffer);
        let value_len = self.buffer.len().saturating_sub(value_at);
        self.last_value = value_len;

        if value_len != guess {
            let body = fixed + varint::size(value_len as i64) + value_len + 1;
            let mut value_prefix = [0u8; varint::MAX_BYTES];
            let new_length_end = varint::put(&mut prefix, 0, body as i64);
            let new_width = varint::put(&mut value_prefix, 0, value_len as i64);
            if new_length_end == length_end && new_width == guessed_width {
                varint::put(&mut self.buffer[start..value_at], 0, body as i64);
                varint::put(&mut self.buffer[value_len_at..value_at], 0, value_len as i64);
            } else {
                self.move_value(
                    start,
                    length_end,
                    value_len_at,
                    &prefix[..new_length_end],
                    &value_prefix[..new_width],
                );
            }
        }
        self.buffer.push(0);
        self.count += 1;
    }

    /// The guess was wrong: replaces the two length fields by ones of other sizes.
    #[cold]
    fn move_value(
        &mut self,
        start: usize,
        length_end: usize,
        value_len_at: usize,
        length: &[u8],
        value_len: &[u8],
    ) {
        let old_width = varint_width(&self.buffer[value_len_at..]);
        self.buffer.splice(value_len_at..value_len_at + old_width, value_len.iter().copied());
        self.buffer.splice(start..start + length_end, length.iter().copied());
    }

    /// Adds a short key to the prefix; appends the prefix and a long key, and begins a new prefix. Returns its length.
    #[inline(always)]
    fn put_key(&mut self, prefix: &mut [u8; PREFIX], at: usize, key: &[u8]) -> usize {
        if key.len() <= SHORT_KEY {
            prefix[at..at + key.len()].copy_from_slice(key);
            return at + key.len();
        }
        self.put_prefix(prefix, at);
        self.buffer.extend_from_slice(key);
        0
    }

    /// Appends `prefix[..len]`. Copying a fixed size and cutting is a few vector moves instead of a call.
    #[inline(always)]
    fn put_prefix(&mut self, prefix: &[u8; PREFIX], len: usize) {
        let end = self.buffer.len() + len;
        self.buffer.extend_from_slice(prefix);
        self.buffer.truncate(end);
    }

    fn put_number(&mut self, value: i64) {
        let mut bytes = [0; varint::MAX_BYTES];
        let end = varint::put(&mut bytes, 0, value);
        self.buffer.extend_from_slice(&bytes[..end]);
    }

    fn put_headers(&mut self, headers: &[(&str, Option<&[u8]>)]) {
        self.put_number(headers.len() as i64);
        for (key, value) in headers {
            self.put_number(key.len() as i64);
            self.buffer.extend_from_slice(key.as_bytes());
            self.put_number(value.map_or(-1, |value| value.len() as i64));
            self.buffer.extend_from_slice(value.unwrap_or_default());
        }
    }

    /// The finished batch. One without records is refused by the log.
    pub fn finish(self) -> EncodedBatch {
        self.finish_as(|_| {})
    }

    /// As [`BatchBuilder::finish`], with a last word on the header before its CRC is taken.
    pub(crate) fn finish_as(self, change: impl FnOnce(&mut BatchHeader)) -> EncodedBatch {
        let mut buffer = self.buffer;
        if self.compression != Compression::None {
            let mut packed = vec![0; HEADER_BYTES];
            compress(self.compression, &buffer[HEADER_BYTES..], &mut packed);
            buffer = packed;
        }
        let mut header = BatchHeader {
            base_offset: 0,
            batch_length: (buffer.len() - LENGTH_END) as i32,
            leader_epoch: -1,
            crc: 0,
            attributes: 0,
            last_offset_delta: (self.count - 1).max(0),
            base_timestamp: self.base_timestamp,
            max_timestamp: if self.count == 0 { -1 } else { self.max_timestamp },
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            record_count: self.count,
        };
        header.set_compression_code(self.compression.code());
        change(&mut header);
        header.crc = header.crc_over(&buffer[HEADER_BYTES..]);
        buffer[..HEADER_BYTES].copy_from_slice(&header.encode());
        EncodedBatch::from_checked(Bytes::from(buffer))
    }

    /// Appends a record that compaction keeps: its offset, and so its distance from the base offset, stays. Timestamps
    /// are written as distances from `base_timestamp`.
    pub(crate) fn push_kept(&mut self, record: &RecordRef<'_>, base_offset: i64, base_timestamp: i64) {
        self.max_timestamp = self.max_timestamp.max(record.timestamp);
        self.base_timestamp = base_timestamp;
        let delta = record.timestamp.wrapping_sub(base_timestamp);
        let index = record.offset - base_offset;
        let slices = [record.key, record.value];
        let slice_size = |slice: &Option<&[u8]>| slice.map_or(1, |s| varint::size(s.len() as i64) + s.len());
        let body = 1
            + varint::size(delta)
            + varint::size(index)
            + slices.iter().map(slice_size).sum::<usize>()
            + record.raw_headers().len();
        self.put_number(body as i64);
        self.buffer.push(0);
        self.put_number(delta);
        self.put_number(index);
        for slice in slices {
            self.put_number(slice.map_or(-1, |slice| slice.len() as i64));
            self.buffer.extend_from_slice(slice.unwrap_or_default());
        }
        self.buffer.extend_from_slice(record.raw_headers());
        self.count += 1;
    }

    /// The batch that takes the place of the one with the header `old`: it covers the same offsets.
    pub(crate) fn finish_compacted(self, old: &BatchHeader, delete_horizon: Option<i64>) -> EncodedBatch {
        let count = self.count;
        let codec = Compression::from_code(old.compression_code()).unwrap_or_default();
        self.with_compression(codec).finish_as(|header| {
            let new = *header;
            *header = *old;
            header.batch_length = new.batch_length;
            header.base_timestamp = new.base_timestamp;
            header.record_count = count;
            if !old.is_log_append_time() {
                header.max_timestamp = new.max_timestamp;
            }
            if let Some(horizon) = delete_horizon {
                header.set_delete_horizon(horizon);
            }
        })
    }

    /// A builder that keeps the buffer of a batch nobody else holds any more; else one with its capacity.
    pub fn reuse(batch: EncodedBatch) -> Self {
        let bytes = batch.into_bytes();
        let capacity = bytes.len();
        match bytes.try_into_mut() {
            Ok(bytes) => {
                let mut buffer: Vec<u8> = bytes.into();
                buffer.clear();
                buffer.resize(HEADER_BYTES, 0);
                Self { buffer, ..Self::with_capacity(0) }
            }
            Err(_) => Self::with_capacity(capacity),
        }
    }
}

fn varint_width(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| byte & 0x80 == 0).map_or(bytes.len(), |last| last + 1)
}

fn headers_size(headers: &[(&str, Option<&[u8]>)]) -> usize {
    let mut size = varint::size(headers.len() as i64);
    for (key, value) in headers {
        size += varint::size(key.len() as i64) + key.len();
        size += varint::size(value.map_or(-1, |value| value.len() as i64)) + value.map_or(0, <[u8]>::len);
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Row = (i64, Option<Vec<u8>>, Option<Vec<u8>>, Vec<(String, Option<Vec<u8>>)>, bool);

    fn row() -> impl Strategy<Value = Row> {
        let bytes = |max| proptest::option::of(proptest::collection::vec(any::<u8>(), 0..max));
        let headers = proptest::collection::vec(("[a-z]{0,9}", bytes(9)), 0..3);
        // Lengths on both sides of where a length field grows by a byte.
        let value = prop_oneof![bytes(130), bytes(20_000)];
        (any::<i64>().prop_map(|t| t >> 20), bytes(80), value, headers, any::<bool>())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        /// What is pushed, in whatever way and codec, is what a reader of the checked batch gets.
        #[test]
        fn round_trip(rows in proptest::collection::vec(row(), 1..20), codec in 0i16..5) {
            let codec = Compression::from_code(codec).unwrap();
            let mut builder = BatchBuilder::new().with_compression(codec);
            let mut expected = Vec::new();
            for (timestamp, key, value, headers, with) in &rows {
                let headers: Vec<_> = headers.iter().map(|(k, v)| (k.as_str(), v.as_deref())).collect();
                match value {
                    Some(bytes) if *with => {
                        builder.push_with(*timestamp, key.as_deref(), |out| out.extend_from_slice(bytes));
                        expected.push((*timestamp, key.clone(), value.clone(), Vec::new()));
                    }
                    _ => {
                        builder.push(*timestamp, key.as_deref(), value.as_deref(), &headers);
                        expected.push((*timestamp, key.clone(), value.clone(), headers));
                    }
                }
            }
            let encoded = EncodedBatch::from_bytes(builder.finish().into_bytes()).unwrap();
            prop_assert_eq!(encoded.max_timestamp(), rows.iter().map(|row| row.0).max().unwrap());
            let mut at = 0;
            encoded.for_each_record(|record| {
                let (timestamp, key, value, headers) = &expected[at];
                assert_eq!(record.offset, at as i64);
                assert_eq!((record.timestamp, record.key, record.value), (*timestamp, key.as_deref(), value.as_deref()));
                let found: Vec<_> = record.headers().map(|header| (header.key, header.value)).collect();
                assert_eq!(&found, headers);
                at += 1;
                Ok(())
            }).unwrap();
            prop_assert_eq!(at, rows.len());
        }
    }
}
