//! Kafka's compression codecs. The log stores what a client compressed as it is; only readers of records unpack it.

use std::io::{Read, Write};

use super::header::BatchHeader;
use crate::error::{Error, Result};

/// Most that one batch may unpack to, against compression bombs. Far above any sane batch.
const MAX_UNPACKED: usize = 256 << 20;
/// Most that a batch may grow when it is unpacked; a batch of one repeated byte reaches about 1000 with zstd and gzip.
const MAX_RATIO: usize = 4096;

/// How the records of a batch are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    #[default]
    None,
    Gzip,
    /// In the framing of the xerial Java library, as Kafka's clients send it.
    Snappy,
    /// In the LZ4 frame format.
    Lz4,
    Zstd,
}

impl Compression {
    pub(crate) fn code(self) -> i16 {
        self as i16
    }

    pub(crate) fn from_code(code: i16) -> Option<Self> {
        [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd].get(code as usize).copied()
    }
}

/// Appends `records`, compressed, to `out`.
pub(crate) fn compress(compression: Compression, records: &[u8], out: &mut Vec<u8>) {
    const WRITES_TO_MEMORY: &str = "writing to memory does not fail";
    match compression {
        Compression::None => out.extend_from_slice(records),
        Compression::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
            encoder.write_all(records).expect(WRITES_TO_MEMORY);
            encoder.finish().expect(WRITES_TO_MEMORY);
        }
        Compression::Snappy => xerial::compress(records, out),
        Compression::Lz4 => {
            let mut encoder = lz4_flex::frame::FrameEncoder::new(out);
            encoder.write_all(records).expect(WRITES_TO_MEMORY);
            encoder.finish().expect(WRITES_TO_MEMORY);
        }
        Compression::Zstd => {
            zstd::stream::copy_encode(records, out, zstd::DEFAULT_COMPRESSION_LEVEL).expect(WRITES_TO_MEMORY);
        }
    }
}

/// The records of a batch, unpacked; `packed` is what follows `header`.
pub(crate) fn decompress(header: &BatchHeader, packed: &[u8]) -> Result<Vec<u8>> {
    let code = header.compression_code();
    let Some(compression) = Compression::from_code(code) else {
        return Err(Error::invalid_record(format!("unknown compression codec {code}")));
    };
    let limit = packed.len().saturating_mul(MAX_RATIO).min(MAX_UNPACKED);
    let result = match compression {
        Compression::None => Ok(packed.to_vec()),
        Compression::Gzip => read_limited(flate2::read::MultiGzDecoder::new(packed), limit),
        Compression::Snappy => xerial::decompress(packed, limit),
        Compression::Lz4 => read_limited(lz4_flex::frame::FrameDecoder::new(packed), limit),
        Compression::Zstd => zstd::stream::read::Decoder::new(packed)
            .map_err(|e| e.to_string())
            .and_then(|d| read_limited(d, limit)),
    };
    result
        .map_err(|reason| Error::invalid_record(format!("cannot unpack the {compression:?} batch: {reason}")))
}

fn read_limited(decoder: impl Read, limit: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut out).map_err(|error| error.to_string())?;
    if out.len() > limit {
        return Err(format!("it unpacks to more than {limit} bytes"));
    }
    Ok(out)
}

/// Snappy in blocks, each with its length in front, after a header; or plain snappy, which some clients send.
mod xerial {
    const MAGIC: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];
    const HEADER: usize = 16;
    const BLOCK: usize = 32 << 10;

    pub(super) fn compress(records: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&1u32.to_be_bytes());
        out.extend_from_slice(&1u32.to_be_bytes());
        let mut encoder = snap::raw::Encoder::new();
        for block in records.chunks(BLOCK) {
            let packed = encoder.compress_vec(block).expect("a block of 32 KiB is within snappy's limits");
            out.extend_from_slice(&(packed.len() as u32).to_be_bytes());
            out.extend_from_slice(&packed);
        }
    }

    pub(super) fn decompress(packed: &[u8], limit: usize) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        let Some(mut blocks) = packed.strip_prefix(&MAGIC) else {
            unpack(packed, &mut out, limit)?;
            return Ok(out);
        };
        blocks = blocks.get(HEADER - MAGIC.len()..).ok_or("its header is cut off")?;
        while !blocks.is_empty() {
            let (len, rest) = blocks.split_first_chunk::<4>().ok_or("a block length is cut off")?;
            let len = u32::from_be_bytes(*len) as usize;
            unpack(rest.get(..len).ok_or("a block is cut off")?, &mut out, limit)?;
            blocks = &rest[len..];
        }
        Ok(out)
    }

    fn unpack(block: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), String> {
        let len = snap::raw::decompress_len(block).map_err(|error| error.to_string())?;
        let start = out.len();
        if start + len > limit {
            return Err(format!("it unpacks to more than {limit} bytes"));
        }
        out.resize(start + len, 0);
        snap::raw::Decoder::new().decompress(block, &mut out[start..]).map_err(|error| error.to_string())?;
        Ok(())
    }
}
