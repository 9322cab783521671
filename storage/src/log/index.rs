//! The offset and time index of one segment, in Kafka's file formats.
//!
//! - `.index`: relative offset `i32`, position `i32`: the batch that begins at that position ends with that offset
//! - `.timeindex`: timestamp `i64`, relative offset `i32`: up to that offset no record is later than that timestamp
//!
//! Entries that are not yet in the files are kept in memory and written at a checkpoint and when the segment is
//! closed: the files are never needed to recover data, since recovery makes anew what lies behind the checkpoint.

use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::files::{File, Files};

/// The batch that begins at `position` ends with `relative_offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) relative_offset: u32,
    pub(crate) position: u32,
}

/// Up to `relative_offset`, no record is later than `timestamp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) timestamp: i64,
    pub(crate) relative_offset: u32,
}

/// A fixed-size entry of an index file, found by a key that grows.
pub(crate) trait Entry: Copy {
    const BYTES: usize;
    fn encode(self, out: &mut Vec<u8>);
    fn decode(bytes: &[u8]) -> Self;
    fn key(&self) -> i64;
}

fn be_u32(bytes: &[u8], at: usize) -> u32 {
    let mut out = [0; 4];
    out.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(out)
}

impl Entry for Position {
    const BYTES: usize = 8;

    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.relative_offset.to_be_bytes());
        out.extend_from_slice(&self.position.to_be_bytes());
    }

    fn decode(bytes: &[u8]) -> Self {
        Self { relative_offset: be_u32(bytes, 0), position: be_u32(bytes, 4) }
    }

    fn key(&self) -> i64 {
        self.relative_offset as i64
    }
}

impl Entry for Time {
    const BYTES: usize = 12;

    fn encode(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.relative_offset.to_be_bytes());
    }

    fn decode(bytes: &[u8]) -> Self {
        let timestamp = (be_u32(bytes, 0) as i64) << 32 | be_u32(bytes, 4) as i64;
        Self { timestamp, relative_offset: be_u32(bytes, 8) }
    }

    fn key(&self) -> i64 {
        self.timestamp
    }
}

/// One index file and the entries that are to come after its own.
#[derive(Debug)]
pub(crate) struct Index<E> {
    path: PathBuf,
    /// Opened when it is first needed: most indexes of closed segments never are.
    file: Option<Arc<dyn File>>,
    in_file: usize,
    tail: Vec<E>,
}

impl<E: Entry> Index<E> {
    /// Over a file of `bytes` length; an incomplete entry at its end is ignored.
    pub(crate) fn new(path: PathBuf, bytes: u64) -> Self {
        Self { path, file: None, in_file: bytes as usize / E::BYTES, tail: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.in_file + self.tail.len()
    }

    pub(crate) fn push(&mut self, entry: E) {
        self.tail.push(entry);
    }

    fn open(&mut self, files: &dyn Files) -> Result<&Arc<dyn File>> {
        if self.file.is_none() {
            let file = files.open_append(&self.path).map_err(|e| Error::io("open", &self.path, e))?;
            self.file = Some(file);
        }
        Ok(self.file.as_ref().expect("it was opened above"))
    }

    fn get(&mut self, files: &dyn Files, at: usize) -> Result<E> {
        if let Some(entry) = at.checked_sub(self.in_file).and_then(|at| self.tail.get(at)) {
            return Ok(*entry);
        }
        let mut bytes = [0; 12];
        let bytes = &mut bytes[..E::BYTES];
        let position = (at * E::BYTES) as u64;
        let read = self.open(files)?.read_at(bytes, position);
        match read {
            Ok(read) if read == E::BYTES => Ok(E::decode(bytes)),
            Ok(_) => Err(Error::corrupt(&self.path, position, "the index is shorter than it was")),
            Err(error) => Err(Error::io("read", &self.path, error)),
        }
    }

    pub(crate) fn last(&mut self, files: &dyn Files) -> Result<Option<E>> {
        match self.len() {
            0 => Ok(None),
            len => self.get(files, len - 1).map(Some),
        }
    }

    /// The last entry whose key is at most `key`.
    pub(crate) fn floor(&mut self, files: &dyn Files, key: i64) -> Result<Option<E>> {
        let (mut low, mut high) = (0, self.len());
        // Readers mostly read the end of a log, which is in memory.
        if self.tail.first().is_some_and(|first| first.key() <= key) {
            let at = self.tail.partition_point(|entry| entry.key() <= key);
            return Ok(Some(self.tail[at - 1]));
        }
        let mut found = None;
        while low < high {
            let middle = (low + high) / 2;
            let entry = self.get(files, middle)?;
            if entry.key() <= key {
                found = Some(entry);
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(found)
    }

    /// Writes the entries in memory to the file.
    pub(crate) fn flush(&mut self, files: &dyn Files) -> Result<()> {
        if self.tail.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(self.tail.len() * E::BYTES);
        for entry in &self.tail {
            entry.encode(&mut bytes);
        }
        let valid = (self.in_file * E::BYTES) as u64;
        let path = self.path.clone();
        let file = self.open(files)?;
        // A flush that failed may have left part of an entry.
        if file.len().map_err(|e| Error::io("measure", &path, e))? != valid {
            file.set_len(valid).map_err(|e| Error::io("cut", &path, e))?;
        }
        file.append(&mut [IoSlice::new(&bytes)]).map_err(|e| Error::io("write", &path, e))?;
        self.in_file += self.tail.len();
        self.tail.clear();
        // A closed segment gets no more entries, and an open one few between checkpoints.
        self.tail.shrink_to(64);
        Ok(())
    }

    /// Keeps the first `len` entries.
    fn truncate(&mut self, files: &dyn Files, len: usize) -> Result<()> {
        if len >= self.in_file {
            self.tail.truncate(len - self.in_file);
            return Ok(());
        }
        let path = self.path.clone();
        self.open(files)?.set_len((len * E::BYTES) as u64).map_err(|e| Error::io("cut", &path, e))?;
        self.in_file = len;
        self.tail.clear();
        Ok(())
    }

    /// Keeps the entries for which `keep` holds, which must be the first ones.
    pub(crate) fn keep_while(&mut self, files: &dyn Files, keep: impl Fn(&E) -> bool) -> Result<()> {
        match self.last(files)? {
            Some(last) if !keep(&last) => {}
            _ => return Ok(()),
        }
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if keep(&self.get(files, middle)?) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.truncate(files, low)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file back to the system; it is opened again when needed.
    pub(crate) fn close(&mut self) {
        self.file = None;
    }
}
