//! Every file of `cases/`, on every axis: one test each.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use sql_tests::slt::{self, Axis, record};

/// The least number of cases that there are; a file that is not found must not go unnoticed.
const CASES_MIN: usize = 150;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/cases"));
    let files = match slt::find(&[root.to_owned()]) {
        Ok(files) => files,
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for file in &files {
        let name = file.strip_prefix(root).unwrap_or(file).with_extension("").display().to_string();
        for axis in Axis::ALL {
            let file = file.clone();
            trials.push(Trial::test(format!("{name} ({axis})"), move || run(&file, axis)));
        }
    }
    trials.push(Trial::test("there are enough cases", move || enough(&files)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn run(file: &Path, axis: Axis) -> Result<(), Failed> {
    let records = record::read(file)?;
    let mismatches = slt::run(&records, axis)?;
    if mismatches.is_empty() {
        return Ok(());
    }
    let told: String = mismatches
        .iter()
        .map(|mismatch| format!("{}:{}\n{mismatch}", file.display(), mismatch.line))
        .collect();
    Err(Failed::from(told))
}

fn enough(files: &[PathBuf]) -> Result<(), Failed> {
    let mut count = 0;
    for file in files {
        count += record::names(&record::read(file)?).count();
    }
    if count < CASES_MIN {
        return Err(Failed::from(format!("{count} cases instead of {CASES_MIN}")));
    }
    Ok(())
}
