//! The one door to the log's files. The state store has its own (RocksDB's environment).

mod faulty;
mod os;

use std::fmt::Debug;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use faulty::{Fault, FaultyFiles, Lost};
pub use os::OsFiles;

/// An open file. Appends come from one thread at a time, reads from any.
pub trait File: Send + Sync + Debug {
    fn len(&self) -> io::Result<u64>;
    /// Fills `buffer` from `position` on, as far as the file goes; returns the bytes read.
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize>;
    /// Writes all `parts` at the end. After an error any part of them may be in the file.
    fn append(&self, parts: &mut [IoSlice<'_>]) -> io::Result<()>;
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// Returns when the data is on stable storage.
    fn sync(&self) -> io::Result<()>;
}

/// An entry of a directory.
#[derive(Debug, Clone)]
pub struct Entry {
    pub name: String,
    pub len: u64,
    /// When it was last written, in milliseconds since the Unix epoch.
    pub modified_ms: i64,
    pub is_dir: bool,
}

/// A file system.
pub trait Files: Send + Sync + Debug {
    /// Opens a file for reading and appending; makes it if it is missing.
    fn open_append(&self, path: &Path) -> io::Result<Arc<dyn File>>;
    /// Opens a file for reading.
    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn File>>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Entries of a directory, in no order.
    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>>;
    /// Returns when files made, renamed and removed in `dir` are so on stable storage.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// The whole of a small file; None when it does not exist.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let file = match self.open_read(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = vec![0; file.len()? as usize];
        let read = file.read_at(&mut bytes, 0)?;
        bytes.truncate(read);
        Ok(Some(bytes))
    }

    /// Replaces a file as a whole: after a crash there is the old content or the new.
    fn replace(&self, path: &Path, content: &[u8], durable: bool) -> io::Result<()> {
        let temporary = with_suffix(path, ".tmp");
        match self.remove(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = self.open_append(&temporary)?;
        let written = file.append(&mut [IoSlice::new(content)]);
        let written = if durable { written.and_then(|()| file.sync()) } else { written };
        if let Err(error) = written.and_then(|()| self.rename(&temporary, path)) {
            // The temporary file may be what fills the disk. It is removed at the next open if this fails too.
            let _ = self.remove(&temporary);
            return Err(error);
        }
        match path.parent() {
            Some(dir) if durable => self.sync_dir(dir),
            _ => Ok(()),
        }
    }
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
