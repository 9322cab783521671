//! A file on one axis.

use std::collections::BTreeMap;
use std::fmt;

use engine::change::{ChangeBatch, Op};
use engine::engine::Session;
use engine::query::Answer;
use regex::Regex;

use super::axis::Axis;
use super::cell;
use super::record::{Kind, Order, Record};
use crate::ksqldb::payload::TopicFormats;
use crate::ksqldb::topics;
use crate::node::{Node, NodeOptions, session};

/// The settings that all files begin with.
const SETTINGS: &[(&str, &str)] = &[("auto.offset.reset", "earliest"), ("ksql.service.id", "cases")];

/// A record whose outcome is not the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    pub line: usize,
    pub case: String,
    pub expected: Vec<String>,
    pub actual: Vec<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  case: {}", self.case)?;
        for (mark, rows, others) in [('-', &self.expected, &self.actual), ('+', &self.actual, &self.expected)]
        {
            for row in rows {
                let mark = if others.contains(row) { ' ' } else { mark };
                writeln!(f, "  {mark} {row}")?;
            }
        }
        Ok(())
    }
}

/// Runs the records and gives those that do not do what they should. A statement that fails unexpectedly ends the run.
///
/// # Errors
/// The node does not start, or a record cannot be understood.
pub fn run(records: &[Record], axis: Axis) -> Result<Vec<Mismatch>, String> {
    let mut mismatches = Vec::new();
    let mut case = String::new();
    walk(records, axis, &mut |record, actual| match &record.kind {
        Kind::Case(name) => case.clone_from(name),
        _ if actual.is_expected(record, axis) => {}
        _ => mismatches.push(Mismatch {
            line: record.line,
            case: case.clone(),
            expected: record.expected.clone(),
            actual: actual.rows.clone(),
        }),
    })?;
    Ok(mismatches)
}

/// What a record gave.
pub struct Outcome {
    pub rows: Vec<String>,
    /// The rows are changes of a table, of which only the last of a key has to be told.
    changes: bool,
    /// For statements: whether it went as the record says.
    as_told: Option<bool>,
}

impl Outcome {
    fn none() -> Self {
        Self { rows: Vec::new(), changes: false, as_told: Some(true) }
    }

    /// Whether a statement went as its record says.
    pub fn is_as_told(&self) -> bool {
        self.as_told != Some(false)
    }

    fn is_expected(&self, record: &Record, axis: Axis) -> bool {
        if let Some(as_told) = self.as_told {
            return as_told;
        }
        let order = match &record.kind {
            Kind::Query { order, .. } | Kind::Consume { order, .. } => *order,
            _ => Order::Exact,
        };
        let mut expected = record.expected.clone();
        let mut actual = self.rows.clone();
        if order == Order::Latest || self.changes && axis.merges_changes() {
            expected = latest(&expected);
            actual = latest(&actual);
        } else if order == Order::Sorted {
            expected.sort();
            actual.sort();
        }
        expected == actual
    }
}

/// Of each key (what stands before the first separator) the last row, by key. A key that is gone has none.
fn latest(rows: &[String]) -> Vec<String> {
    let mut last = BTreeMap::new();
    for row in rows {
        let (key, value) = row.split_once(" | ").unwrap_or((row, ""));
        if value.starts_with("null @") {
            last.remove(key);
        } else {
            last.insert(key, row.clone());
        }
    }
    last.into_values().collect()
}

/// Runs all records and tells what each gave.
pub fn walk(records: &[Record], axis: Axis, told: &mut dyn FnMut(&Record, &Outcome)) -> Result<(), String> {
    let settings = SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let options =
        NodeOptions { settings, batch_records_max: axis.batch_records_max(), persist_statements: true };
    let mut walker = Walker {
        node: Some(Node::new(options)?),
        session: session(&[]).map_err(|error| error.message)?,
        axis,
        produced: 0,
    };
    for record in records {
        let outcome =
            walker.record(&record.kind).map_err(|reason| format!("line {}: {reason}", record.line))?;
        told(record, &outcome);
    }
    Ok(())
}

struct Walker {
    /// None only while it restarts.
    node: Option<Node>,
    session: Session,
    axis: Axis,
    produced: usize,
}

impl Walker {
    fn node(&self) -> Result<&Node, String> {
        self.node.as_ref().ok_or_else(|| "the node is gone".to_owned())
    }

    fn record(&mut self, kind: &Kind) -> Result<Outcome, String> {
        match kind {
            Kind::Case(_) => Ok(Outcome::none()),
            Kind::Statement { sql, error } => self.statement(sql, error.as_deref()),
            Kind::Query { sql, types, .. } => self.query(sql, types),
            Kind::Produce { topic, lines } => self.produce(topic, lines),
            Kind::Consume { topic, .. } => self.consume(topic),
            Kind::Advance(by) => {
                self.node()?.clock.advance(*by);
                Ok(Outcome::none())
            }
            Kind::Restart => {
                self.settle()?;
                self.restart()?;
                Ok(Outcome::none())
            }
        }
    }

    fn statement(&mut self, sql: &str, error: Option<&str>) -> Result<Outcome, String> {
        self.settle()?;
        let pattern = error.map(Regex::new).transpose().map_err(|error| error.to_string())?;
        let node = self.node.as_ref().ok_or("the node is gone")?;
        for statement in engine::sql::split_statements(&self.session.substitute(sql)) {
            if let Some(topic) = topics::read_by(&statement.text) {
                node.ensure_topic(&topic)?;
            }
        }
        let asks = ["SELECT", "WITH", "PRINT"].iter().any(|word| starts_with(sql, word));
        let result = match asks {
            true => node.engine.query(sql, &self.session).map(drop).map_err(|error| error.message),
            false => {
                node.engine.execute(sql, &mut self.session).map(drop).map_err(|failed| failed.error.message)
            }
        };
        let (as_told, rows) = match (&pattern, result) {
            (None, Ok(_)) => (true, Vec::new()),
            (None, Err(message)) => (false, vec![message]),
            (Some(_), Ok(_)) => (false, vec!["no error".to_owned()]),
            (Some(pattern), Err(message)) => (pattern.is_match(&message), vec![message]),
        };
        Ok(Outcome { rows, changes: false, as_told: Some(as_told) })
    }

    fn query(&mut self, sql: &str, types: &str) -> Result<Outcome, String> {
        self.settle()?;
        let node = self.node()?;
        let mut rows = Vec::new();
        let mut changes = false;
        let mut width = types.len();
        match node.engine.query(sql, &self.session) {
            Err(error) => rows.push(format!("error: {}", error.message)),
            Ok(Answer::Pull(answer)) => {
                width = answer.schema.columns().len();
                for batch in &answer.batches {
                    let count = batch.first().map_or(0, |column| column.len());
                    rows.extend((0..count).map(|row| cell::row(batch, row)));
                }
            }
            Ok(Answer::Push(mut answer)) => {
                width = answer.schema.columns().len();
                changes = answer.is_table;
                loop {
                    node.engine.runtime().run_until_idle().map_err(|error| error.message)?;
                    let before = rows.len();
                    while let Some(batch) = answer.next_ready().map_err(|error| error.message)? {
                        push_rows(&batch, width, &mut rows);
                    }
                    if rows.len() == before {
                        break;
                    }
                }
            }
            Ok(Answer::Print(mut answer)) => {
                while let Some(lines) = answer.next_ready().map_err(|error| error.message)? {
                    if lines.is_empty() {
                        break;
                    }
                    rows.extend(lines);
                }
            }
        }
        if width != types.len() {
            rows.insert(0, format!("{width} columns instead of {}", types.len()));
        }
        Ok(Outcome { rows, changes, as_told: None })
    }

    fn produce(&mut self, topic: &str, lines: &[String]) -> Result<Outcome, String> {
        for line in lines {
            let record = cell::record(line, &self.formats(topic)?.0)?;
            let node = self.node()?;
            node.ensure_topic(topic)?;
            node.append(topic, &record)?;
            self.produced += 1;
            if self.axis.at_once() {
                self.settle()?;
            }
            if self.axis.restart_every().is_some_and(|every| self.produced.is_multiple_of(every)) {
                self.restart()?;
            }
        }
        Ok(Outcome::none())
    }

    fn consume(&mut self, topic: &str) -> Result<Outcome, String> {
        self.settle()?;
        let (formats, changes) = self.formats(topic)?;
        let rows = self.node()?.records(topic)?.iter().map(|record| cell::line(record, &formats)).collect();
        Ok(Outcome { rows, changes, as_told: None })
    }

    /// How the topic is written, and whether a query writes changes of a table to it.
    fn formats(&self, topic: &str) -> Result<(TopicFormats, bool), String> {
        let catalog = self.node()?.engine.catalog();
        let changes = catalog
            .sources
            .values()
            .any(|source| source.topic == topic && source.is_table() && source.created_by.is_some());
        Ok((topics::formats(&catalog, &[], topic), changes))
    }

    /// Processes and commits everything that is there.
    fn settle(&self) -> Result<(), String> {
        self.node()?.engine.runtime().run_until_idle().map_err(|error| error.message)
    }

    fn restart(&mut self) -> Result<(), String> {
        let node = self.node.take().ok_or("the node is gone")?;
        self.node = Some(node.restarted()?);
        Ok(())
    }
}

/// Whether the text begins with this word, in any case.
fn starts_with(sql: &str, word: &str) -> bool {
    sql.trim_start().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn push_rows(batch: &ChangeBatch, width: usize, rows: &mut Vec<String>) {
    for row in 0..batch.rows() {
        let gone = matches!(batch.op(row), Op::Delete | Op::Tombstone);
        let line = cell::row(&batch.columns[..width], row);
        rows.push(if gone { format!("deleted: {line}") } else { line });
    }
}
