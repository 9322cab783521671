//! Kafka's record batch, format v2: the one form of records on disk, on the wire and between the crates.
//!
//! - [`varint`](self::varint): the numbers inside records
//! - [`header`](self::header): the 61 bytes before the records of a batch
//! - [`builder`](self::builder): records in, an [`EncodedBatch`] out
//! - [`encoded`](self::encoded): one batch as bytes, checked
//! - [`decode`](self::decode): records out of the bytes of one batch
//! - [`compression`](self::compression): what clients may have compressed
//! - [`control`](self::control): transaction markers
//! - [`fetch`](self::fetch): the answer to a read, with the rules of what a reader sees

mod builder;
mod compression;
mod control;
mod decode;
mod encoded;
mod fetch;
mod header;
mod varint;

pub use builder::BatchBuilder;
pub use compression::Compression;
pub use decode::{Header, Headers, RecordRef};
pub use encoded::EncodedBatch;
pub use fetch::{AbortedTransaction, Fetch, Isolation, Records};
pub use header::BatchHeader;

pub(crate) use compression::decompress;
pub(crate) use control::{Marker, encode_marker, marker_of};
pub(crate) use decode::BatchRecords;
pub(crate) use encoded::check_crc;
pub(crate) use header::{HEADER_BYTES, ProducerStamp};
