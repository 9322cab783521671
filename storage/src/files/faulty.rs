//! Real files that fail on demand and forget what was not synced: crash tests run on them.

use std::collections::BTreeMap;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Entry, File, Files, OsFiles};

/// What goes wrong, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The power goes off at the operation with this number (from 0, counting writes, syncs and renames): it and all
    /// later ones fail.
    CrashAt(u64),
    /// No space is left beyond this many appended bytes.
    DiskFullAfter(u64),
    /// The next sync fails.
    NextSync,
}

/// What a crash does to bytes that were appended but not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// They are all there, as after kill -9.
    Nothing,
    /// They are all gone.
    AllUnsynced,
    /// Of each file, only this many unsynced bytes are there.
    Torn(u64),
}

#[derive(Debug, Default)]
struct State {
    operations: u64,
    crash_at: Option<u64>,
    space_left: Option<u64>,
    fail_next_sync: bool,
    /// Length on stable storage of each file written through here.
    synced: BTreeMap<PathBuf, u64>,
}

/// Passes everything on to the real file system, with faults.
#[derive(Debug, Clone, Default)]
pub struct FaultyFiles {
    state: Arc<Mutex<State>>,
}

impl FaultyFiles {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn inject(&self, fault: Fault) {
        let mut state = self.state.lock();
        match fault {
            Fault::CrashAt(operation) => state.crash_at = Some(operation),
            Fault::DiskFullAfter(bytes) => state.space_left = Some(bytes),
            Fault::NextSync => state.fail_next_sync = true,
        }
    }

    /// From now on there is space, and nothing fails.
    pub fn heal(&self) {
        let mut state = self.state.lock();
        (state.crash_at, state.space_left, state.fail_next_sync) = (None, None, false);
    }

    /// Writes, syncs and renames so far.
    pub fn operations(&self) -> u64 {
        self.state.lock().operations
    }

    /// Whether the injected crash has come.
    pub fn has_crashed(&self) -> bool {
        let state = self.state.lock();
        state.crash_at.is_some_and(|at| state.operations > at)
    }

    /// Cuts the files as `lost` says, as the next start of the machine would find them.
    pub fn lose(&self, lost: Lost) -> io::Result<()> {
        let kept = match lost {
            Lost::Nothing => return Ok(()),
            Lost::AllUnsynced => 0,
            Lost::Torn(kept) => kept,
        };
        for (path, synced) in &self.state.lock().synced {
            let Ok(file) = std::fs::File::options().write(true).open(path) else { continue };
            if file.metadata()?.len() > synced + kept {
                file.set_len(synced + kept)?;
            }
        }
        Ok(())
    }

    fn operation(&self) -> io::Result<()> {
        match self.power() {
            Power::On => Ok(()),
            Power::GoesNow | Power::Off => Err(power_is_off()),
        }
    }

    fn power(&self) -> Power {
        let mut state = self.state.lock();
        let number = state.operations;
        state.operations += 1;
        match state.crash_at {
            Some(at) if number == at => Power::GoesNow,
            Some(at) if number > at => Power::Off,
            _ => Power::On,
        }
    }
}

enum Power {
    On,
    /// This operation is the one in which it goes off.
    GoesNow,
    Off,
}

fn power_is_off() -> io::Error {
    io::Error::other("the power is off")
}

#[derive(Debug)]
struct FaultyFile {
    path: PathBuf,
    inner: Arc<dyn File>,
    files: FaultyFiles,
}

impl File for FaultyFile {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, position)
    }

    fn append(&self, parts: &mut [IoSlice<'_>]) -> io::Result<()> {
        let power = self.files.power();
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        match power {
            Power::On => {}
            Power::GoesNow => {
                // Half of the write that was under way.
                self.inner.append(&mut [IoSlice::new(&bytes[..bytes.len() / 2])])?;
                return Err(power_is_off());
            }
            Power::Off => return Err(power_is_off()),
        }
        let space = self.files.state.lock().space_left;
        if let Some(space) = space {
            let fits = bytes.len().min(space as usize);
            self.inner.append(&mut [IoSlice::new(&bytes[..fits])])?;
            self.files.state.lock().space_left = Some(space - fits as u64);
            if fits < bytes.len() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            return Ok(());
        }
        self.inner.append(&mut [IoSlice::new(&bytes)])
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.files.operation()?;
        self.inner.set_len(len)?;
        let mut state = self.files.state.lock();
        if let Some(synced) = state.synced.get_mut(&self.path) {
            *synced = (*synced).min(len);
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        self.files.operation()?;
        if std::mem::take(&mut self.files.state.lock().fail_next_sync) {
            return Err(io::Error::other("the disk could not write"));
        }
        let len = self.inner.len()?;
        self.files.state.lock().synced.insert(self.path.clone(), len);
        Ok(())
    }
}

impl Files for FaultyFiles {
    fn open_append(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.operation()?;
        let inner = OsFiles.open_append(path)?;
        // What is there when a file is first opened is taken to be on stable storage.
        let len = inner.len()?;
        self.state.lock().synced.entry(path.to_owned()).or_insert(len);
        Ok(Arc::new(FaultyFile { path: path.to_owned(), inner, files: self.clone() }))
    }

    fn open_read(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        OsFiles.open_read(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.operation()?;
        OsFiles.rename(from, to)?;
        let mut state = self.state.lock();
        match state.synced.remove(from) {
            Some(synced) => state.synced.insert(to.to_owned(), synced),
            None => state.synced.remove(to),
        };
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.operation()?;
        OsFiles.remove(path)?;
        self.state.lock().synced.remove(path);
        Ok(())
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.operation()?;
        OsFiles.remove_dir(path)?;
        self.state.lock().synced.retain(|file, _| !file.starts_with(path));
        Ok(())
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.operation()?;
        OsFiles.create_dir(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        OsFiles.list(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.operation()?;
        if dir.is_dir() { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}
