//! Who may use a data directory: one process, of the right version.

use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::error::{Error, Result};

/// Grows when a directory of the new kind can no longer be read by the programs before.
const FORMAT_VERSION: u32 = 1;

/// Holds the directory until it is dropped, or the process ends in any way.
#[derive(Debug)]
pub(crate) struct DirLock(#[expect(dead_code, reason = "it is the open file that holds the lock")] File);

impl DirLock {
    /// Locks `dir`, which exists, and checks its version.
    pub(crate) fn acquire(dir: &Path) -> Result<Self> {
        let path = dir.join("lock");
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(|e| Error::io("open", &path, e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                // Who it is only helps the reader of the message.
                let _ = file.read_to_string(&mut owner);
                let owner =
                    if owner.trim().is_empty() { "(unknown)".to_owned() } else { owner.trim().to_owned() };
                return Err(Error::Locked { dir: dir.to_owned(), owner });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path, error)),
        }
        let owner = format!("{}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.write_all(owner.as_bytes()))
            .map_err(|e| Error::io("write", &path, e))?;
        check_version(dir)?;
        Ok(Self(file))
    }
}

fn check_version(dir: &Path) -> Result<()> {
    let path = dir.join("version");
    match std::fs::read_to_string(&path) {
        Ok(found) if found.trim() == FORMAT_VERSION.to_string() => Ok(()),
        Ok(found) => {
            let found = found.trim().chars().take(40).collect();
            Err(Error::Version { dir: dir.to_owned(), found, expected: FORMAT_VERSION })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if dir.join("state").exists() {
                return Err(Error::Version {
                    dir: dir.to_owned(),
                    found: "(the file 'version' is missing)".to_owned(),
                    expected: FORMAT_VERSION,
                });
            }
            std::fs::write(&path, format!("{FORMAT_VERSION}\n")).map_err(|e| Error::io("write", &path, e))
        }
        Err(error) => Err(Error::io("read", &path, error)),
    }
}
