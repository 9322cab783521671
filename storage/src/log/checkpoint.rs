//! The recovery point of a partition: what is known of the log up to an offset, so that a restart reads only what
//! lies behind it. Written when the log up to that offset is on stable storage. A log without one, or with a damaged
//! one, is read from its beginning: the checkpoint holds nothing but what the batches say, and the log start offset.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::producers::ProducerEntry;
use crate::error::{Error, Result};
use crate::files::Files;

pub(crate) const FILE: &str = "checkpoint";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    /// All before this offset is on stable storage and is described here.
    pub(crate) recovery_point: i64,
    /// The segment in which the recovery point lies, and where in its file.
    pub(crate) segment: i64,
    pub(crate) position: u64,
    /// The latest timestamp in that segment up to there.
    pub(crate) max_timestamp: Option<i64>,
    pub(crate) log_start: i64,
    /// Up to this offset compaction has removed what it could.
    pub(crate) clean_up_to: i64,
    pub(crate) producers: HashMap<i64, ProducerEntry>,
    /// Producer, first offset, offset of the marker.
    pub(crate) aborted: Vec<(i64, i64, i64)>,
}

impl Checkpoint {
    pub(crate) fn write(&self, files: &dyn Files, dir: &Path, durable: bool) -> Result<()> {
        let path = dir.join(FILE);
        let body = serde_json::to_string(self).expect("plain numbers are always JSON");
        let text = format!("{:08x}\n{body}\n", crc32c::crc32c(body.as_bytes()));
        files.replace(&path, text.as_bytes(), durable).map_err(|e| Error::io("write", &path, e))
    }

    /// None when there is none, or when it is damaged.
    pub(crate) fn read(files: &dyn Files, dir: &Path) -> Result<Option<Self>> {
        let path = dir.join(FILE);
        let bytes = files.read(&path).map_err(|e| Error::io("read", &path, e))?;
        let Some(bytes) = bytes else { return Ok(None) };
        let checkpoint = Self::decode(&bytes);
        if checkpoint.is_none() {
            tracing::warn!(path = %path.display(), "the checkpoint is damaged; the log is read from its beginning");
        }
        Ok(checkpoint)
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (crc, body) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
        let body = body.trim_end();
        if u32::from_str_radix(crc, 16).ok()? != crc32c::crc32c(body.as_bytes()) {
            return None;
        }
        serde_json::from_str(body).ok()
    }
}
