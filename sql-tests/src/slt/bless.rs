//! What came out becomes what is expected.

use std::path::Path;

use super::axis::Axis;
use super::record::{Kind, Order, Record};
use super::run::walk;

/// Runs the file straight and writes the rows that came into it.
///
/// # Errors
/// A record cannot be run, or the file cannot be written.
pub fn bless(path: &Path, records: &[Record]) -> Result<(), String> {
    let mut blessed: Vec<(std::ops::Range<usize>, Vec<String>)> = Vec::new();
    walk(records, Axis::Straight, &mut |record, outcome| {
        let order = match &record.kind {
            Kind::Query { order, .. } | Kind::Consume { order, .. } => *order,
            Kind::Statement { .. } => {
                if !outcome.is_as_told() {
                    println!("{}:{}: {}", path.display(), record.line, outcome.rows.join("\n"));
                }
                return;
            }
            _ => return,
        };
        let mut rows = outcome.rows.clone();
        if order == Order::Sorted {
            rows.sort();
        }
        blessed.push((record.expected_at.clone(), rows));
    })
    .map_err(|reason| format!("{}: {reason}", path.display()))?;
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (at, rows) in blessed.into_iter().rev() {
        lines.splice(at, rows);
    }
    std::fs::write(path, lines.join("\n") + "\n").map_err(|error| format!("{}: {error}", path.display()))
}
