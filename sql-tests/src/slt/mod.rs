//! Our own cases: `.slt` files in the sqllogictest form, with records for producing, consuming, time and restarts.
//! README.md of this crate says how they are written.
//!
//! [`record`] reads a file, [`axis`] says in which ways it runs, [`run`] runs it, [`cell`] writes records and values as
//! text, [`bless`] writes what came out into the file.

pub mod axis;
mod bless;
mod cell;
pub mod record;
mod run;

use std::path::{Path, PathBuf};

pub use axis::Axis;
pub use cell::row as row_text;
pub use run::{Mismatch, run};

/// All `.slt` files below these paths, in order.
///
/// # Errors
/// A path cannot be read.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", path.display());
    if path.is_file() {
        if path.extension().is_some_and(|extension| extension == "slt") {
            files.push(path.to_owned());
        }
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        collect(&entry.map_err(unreadable)?.path(), files)?;
    }
    Ok(())
}

/// Runs the files on all axes and prints what differs; the answer is whether nothing does.
///
/// # Errors
/// A file cannot be read or is not in the form.
pub fn run_files(paths: &[PathBuf], blessed: bool) -> Result<bool, String> {
    let files = find(paths)?;
    let (mut cases, mut failed) = (0, 0);
    for path in &files {
        let records = record::read(path)?;
        cases += record::names(&records).count();
        if blessed {
            bless::bless(path, &records)?;
            continue;
        }
        for axis in Axis::ALL {
            let mismatches = run(&records, axis)?;
            failed += usize::from(!mismatches.is_empty());
            for mismatch in mismatches {
                println!("FAILED {}:{} ({axis})\n{mismatch}", path.display(), mismatch.line);
            }
        }
    }
    println!("{} files with {cases} cases, {failed} failed", files.len());
    Ok(failed == 0)
}
