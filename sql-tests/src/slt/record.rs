//! The records of a file.

use std::path::Path;
use std::time::Duration;

/// How rows compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Exact,
    /// In any order.
    Sorted,
    /// Of each key the last.
    Latest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A name for what follows.
    Case(String),
    /// A statement that succeeds, or fails with a message that the pattern finds.
    Statement { sql: String, error: Option<String> },
    /// A SELECT; one letter per column.
    Query { sql: String, types: String, order: Order },
    /// Records for a topic, one a line.
    Produce { topic: String, lines: Vec<String> },
    /// All records of a topic.
    Consume { topic: String, order: Order },
    /// The clock goes on.
    Advance(Duration),
    /// The node is closed and opened again.
    Restart,
}

/// A record and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Counted from 1.
    pub line: usize,
    pub kind: Kind,
    /// What has to come out, one row a line.
    pub expected: Vec<String>,
    /// Lines of `expected` in the file, counted from 0.
    pub expected_at: std::ops::Range<usize>,
}

/// The names of the cases.
pub fn names(records: &[Record]) -> impl Iterator<Item = &str> {
    records.iter().filter_map(|record| match &record.kind {
        Kind::Case(name) => Some(name.as_str()),
        _ => None,
    })
}

/// Reads a file.
///
/// # Errors
/// It cannot be read, or a line is none of the form.
pub fn read(path: &Path) -> Result<Vec<Record>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(&text).map_err(|(line, reason)| format!("{}:{line}: {reason}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Record>, (usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut records = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim();
        if let Some(name) = line.strip_prefix("# case:") {
            let kind = Kind::Case(name.trim().to_owned());
            records.push(Record { line: at + 1, kind, expected: Vec::new(), expected_at: at..at });
        }
        if line.is_empty() || line.starts_with('#') {
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        while at < lines.len() && !lines[at].trim().is_empty() {
            at += 1;
        }
        let block = &lines[start..at];
        let split = block.iter().position(|line| line.trim() == "----");
        let body: Vec<String> =
            block[1..split.unwrap_or(block.len())].iter().map(|line| (*line).to_owned()).collect();
        let expected_from = split.map_or(at, |split| start + split + 1);
        let expected = lines[expected_from..at].iter().map(|line| (*line).trim_end().to_owned()).collect();
        let alone = matches!(line.split(' ').next(), Some("advance" | "restart"));
        if alone && block.len() > 1 {
            return Err((start + 2, format!("an empty line is missing after '{line}'")));
        }
        let kind = kind(line, body).map_err(|reason| (start + 1, reason))?;
        if matches!(kind, Kind::Query { .. } | Kind::Consume { .. }) && split.is_none() {
            return Err((start + 1, "---- is missing before the rows".to_owned()));
        }
        records.push(Record { line: start + 1, kind, expected, expected_at: expected_from..at });
    }
    Ok(records)
}

fn kind(line: &str, body: Vec<String>) -> Result<Kind, String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    let sql = || body.join("\n");
    Ok(match word {
        "statement" => match rest.split_once(' ').unwrap_or((rest, "")) {
            ("ok", _) => Kind::Statement { sql: sql(), error: None },
            ("error", pattern) => Kind::Statement { sql: sql(), error: Some(pattern.trim().to_owned()) },
            _ => return Err(format!("statement ok or statement error, not {rest}")),
        },
        "query" => {
            let (types, order) = rest.split_once(' ').unwrap_or((rest, ""));
            Kind::Query { sql: sql(), types: types.to_owned(), order: parse_order(order)? }
        }
        "produce" => Kind::Produce { topic: rest.to_owned(), lines: body },
        "consume" => {
            let (topic, order) = rest.split_once(' ').unwrap_or((rest, ""));
            Kind::Consume { topic: topic.to_owned(), order: parse_order(order)? }
        }
        "advance" => {
            let number = rest.strip_suffix("ms").unwrap_or(rest).trim();
            Kind::Advance(Duration::from_millis(number.parse().map_err(|error| format!("{rest}: {error}"))?))
        }
        "restart" => Kind::Restart,
        other => return Err(format!("no record is called {other}")),
    })
}

fn parse_order(text: &str) -> Result<Order, String> {
    match text.trim() {
        "" => Ok(Order::Exact),
        "rowsort" => Ok(Order::Sorted),
        "latest" => Ok(Order::Latest),
        other => Err(format!("rowsort or latest, not {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read() {
        let records = parse(
            "# case: one\nstatement error no such .*\nDROP STREAM s;\n\nquery TI rowsort\nSELECT 1\nFROM s;\n----\na | 1\n\n\
             produce t\nk | {} | 5\n\nadvance 10 ms\nrestart\n",
        );
        assert!(records.is_err(), "records are separated by empty lines");
        let records =
            parse("query TI rowsort\nSELECT 1\nFROM s;\n----\na | 1\n\nadvance 10 ms\n\nrestart\n").unwrap();
        assert_eq!(records.len(), 3);
        assert_eq!(records[0].expected, ["a | 1"]);
        assert_eq!(records[0].expected_at, 4..5);
        assert_eq!(records[1].kind, Kind::Advance(Duration::from_millis(10)));
    }
}
