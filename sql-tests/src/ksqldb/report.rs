//! What is told of a run.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

/// A case that has run.
#[derive(Debug, Clone)]
pub struct Done {
    pub file: String,
    pub name: String,
    pub outcome: Outcome,
}

/// Reasons that the summary shows.
const REASONS_SHOWN: usize = 40;

/// Passed, failed and skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Skipped(_) => self.skipped += 1,
        }
    }
}

/// Counts of all cases.
pub fn count(done: &[Done]) -> Counts {
    let mut counts = Counts::default();
    done.iter().for_each(|done| counts.add(&done.outcome));
    counts
}

/// A table with a line for each file.
pub fn table(done: &[Done]) -> String {
    let mut files: BTreeMap<&str, Counts> = BTreeMap::new();
    for done in done {
        files.entry(&done.file).or_default().add(&done.outcome);
    }
    let width = files.keys().map(|file| file.len()).max().unwrap_or(0).max(4);
    let mut out = format!("{:width$}  passed  failed  skipped\n", "file");
    for (file, counts) in files {
        out += &format!("{file:width$}  {:6}  {:6}  {:7}\n", counts.passed, counts.failed, counts.skipped);
    }
    out
}

/// Failures by reason, the most frequent first. A reason is the first line, with names and numbers taken out.
pub fn reasons(done: &[Done]) -> Vec<(String, Vec<String>)> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for done in done {
        if let Outcome::Failed(reason) = &done.outcome {
            groups.entry(kind_of(reason)).or_default().push(format!("{}/{}", done.file, done.name));
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
    groups
}

/// The most frequent reasons as text.
pub fn summary(done: &[Done]) -> String {
    let mut out = String::new();
    for (reason, cases) in reasons(done).into_iter().take(REASONS_SHOWN) {
        out += &format!("{:5}  {reason}\n       e.g. {}\n", cases.len(), cases[0]);
    }
    out
}

fn kind_of(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    let mut kind = String::new();
    let mut quote = None;
    for c in line.chars() {
        match quote {
            Some(end) if c == end => {
                quote = None;
                kind.push('…');
                kind.push(c);
            }
            Some(_) => {}
            None if c == '\'' || c == '`' => {
                quote = Some(c);
                kind.push(c);
            }
            None if c.is_ascii_digit() => {
                if !kind.ends_with('#') {
                    kind.push('#');
                }
            }
            None => kind.push(c),
        }
    }
    kind.chars().take(160).collect()
}

/// Writes all results, and at the end the failures by reason.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, done: &[Done]) -> Result<(), String> {
    let mut list: Vec<serde_json::Value> = done
        .iter()
        .map(|done| {
            let (status, reason) = match &done.outcome {
                Outcome::Passed => ("passed", None),
                Outcome::Failed(reason) => ("failed", Some(reason)),
                Outcome::Skipped(reason) => ("skipped", Some(reason)),
            };
            json!({ "file": done.file, "name": done.name, "status": status, "reason": reason })
        })
        .collect();
    for (reason, cases) in reasons(done) {
        list.push(json!({ "status": "summary", "reason": reason, "count": cases.len(), "cases": cases }));
    }
    let text = serde_json::to_string_pretty(&list).map_err(|error| error.to_string())?;
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
