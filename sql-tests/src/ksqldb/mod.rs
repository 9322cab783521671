//! ksqlDB's own cases of queries, run by the engine as they are.
//!
//! [`case`] reads them, [`run`] runs one, [`payload`] writes and reads its records, [`compare`] and [`post`] judge,
//! [`report`] tells.

mod big_decimal;
pub mod case;
mod comments;
mod compare;
mod functions;
pub mod payload;
mod post;
mod report;
mod run;
pub mod topics;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use case::Case;
use report::{Done, Outcome};

/// What to run and what to tell of it.
#[derive(Debug, Clone)]
pub struct Request {
    pub dir: PathBuf,
    /// `FILE` or `FILE/NAME`.
    pub only: Option<String>,
    pub report: Option<PathBuf>,
    pub jobs: usize,
    pub summary: bool,
    pub quiet: bool,
}

/// Runs the cases and prints what became of them; the answer is whether none failed.
///
/// # Errors
/// The cases cannot be read or the report cannot be written.
pub fn run(request: &Request) -> Result<bool, String> {
    let mut cases = case::read(&request.dir)?;
    if let Some(only) = &request.only {
        let (file, name) = only.split_once('/').unwrap_or((only, ""));
        let file = file.strip_suffix(".json").unwrap_or(file);
        cases.retain(|case| case.file == file && case.name.contains(name));
        if cases.is_empty() {
            return Err(format!("no case is called {only}"));
        }
    }
    functions::register();
    silence_panics();
    let done = run_all(&cases, request.jobs, |case| {
        if let (false, Outcome::Failed(reason)) = (request.quiet, &case.outcome) {
            println!("FAILED {} - {}\n  {reason}", case.file, case.name);
        }
    });
    println!("\n{}", report::table(&done));
    if request.summary {
        println!("{}", report::summary(&done));
    }
    if let Some(path) = &request.report {
        report::write(path, &done)?;
    }
    let counts = report::count(&done);
    println!("{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    std::io::stdout().flush().map_err(|error| error.to_string())?;
    Ok(counts.failed == 0)
}

fn run_all(cases: &[Case], jobs: usize, told: impl Fn(&Done) + Sync) -> Vec<Done> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Done)>> = Mutex::new(Vec::with_capacity(cases.len()));
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some((index, case)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(index).map(|case| (index, case))
                } {
                    let case =
                        Done { file: case.file.clone(), name: case.name.clone(), outcome: outcome(case) };
                    let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    told(&case);
                    done.push((index, case));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, done)| done).collect()
}

fn outcome(case: &Case) -> Outcome {
    if let Some(reason) = &case.skipped {
        return Outcome::Skipped(reason.clone());
    }
    match catch_unwind(AssertUnwindSafe(|| run::run(case))) {
        Ok(Ok(())) => Outcome::Passed,
        Ok(Err(reason)) => Outcome::Failed(reason),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default();
            Outcome::Failed(format!("panic: {text}"))
        }
    }
}

/// A case that panics is told as a failure of that case, not by the panic's own message between the others'.
fn silence_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
