//! Headless mode: the statements of a file, run at each start.
//!
//! Statements are numbered from the beginning of the file, so the same file gives the same ids, and queries find their
//! state and offsets again. What made them is kept in a small file beside the log: a query whose statement is not the one
//! that its state comes from begins anew.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use engine::sql::{self, Statement};
use engine::statement::Entity;
use engine::{Engine, Session};
use serde::{Deserialize, Serialize};
use storage::StateBatch;

/// The file in the data directory that says which statements made what is there.
const FINGERPRINTS_FILE: &str = "headless-queries.json";

/// Why the queries of a file do not run.
#[derive(Debug, thiserror::Error)]
pub enum HeadlessError {
    #[error("Cannot read the queries file {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}, line {line}: {reason}\nStatement: {statement}", path.display())]
    Statement { path: PathBuf, line: u32, reason: String, statement: String },
    #[error("{}: the file has no persistent query. Headless mode needs at least one CREATE ... AS SELECT or INSERT INTO ... SELECT.", path.display())]
    NoQuery { path: PathBuf },
    #[error("Cannot write {}: {source}", path.display())]
    Fingerprints { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Storage(#[from] storage::Error),
}

/// What made the state of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    /// Of the statement and of all that it builds on.
    fingerprint: u64,
    /// The query's id, if the statement began one.
    query: Option<String>,
}

/// By the statement's number.
type AllMade = BTreeMap<i64, Made>;

/// Runs the file's statements.
///
/// # Errors
/// The first statement that cannot be run, with its line.
pub fn run(engine: &Engine, file: &Path, data_dir: &Path) -> Result<(), HeadlessError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| HeadlessError::Unreadable { path: file.to_owned(), source })?;
    let kept = data_dir.join(FINGERPRINTS_FILE);
    let before: AllMade =
        std::fs::read(&kept).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default();
    let mut now = AllMade::new();
    let mut fingerprints: BTreeMap<String, u64> = BTreeMap::new();
    let mut session = Session::default();
    let mut next = 0;
    let mut queries = 0;
    for mut part in sql::split_statements(&text) {
        part.text = session.substitute(&part.text);
        let line = part.start().line;
        let failed = |reason: String| HeadlessError::Statement {
            path: file.to_owned(),
            line,
            reason,
            statement: part.text.trim().to_owned(),
        };
        let parsed = sql::parse_statement_text(&part).map_err(|error| failed(error.to_string()))?;
        check(&parsed.statement).map_err(&failed)?;
        let fingerprint = fingerprint(&parsed.text, &session, &fingerprints);
        let known = before.get(&next);
        let is_query = matches!(parsed.statement, Statement::CreateAsSelect(_) | Statement::InsertInto(_));
        if let Some(known) = known.filter(|known| known.fingerprint != fingerprint) {
            begin_anew(engine, next, known.query.as_deref(), is_query)?;
        }
        let entity = engine.execute_one(&parsed, &mut session).map_err(|error| failed(error.message))?;
        if let Some(name) = created(&parsed.statement) {
            fingerprints.insert(name.to_ascii_uppercase(), fingerprint);
        }
        if let Entity::CurrentStatus { command_status, command_sequence_number, .. } = entity {
            let query = command_status.query_id;
            queries += usize::from(query.is_some() && is_query);
            now.insert(command_sequence_number, Made { fingerprint, query });
            next = command_sequence_number + 1;
        }
    }
    if queries == 0 {
        return Err(HeadlessError::NoQuery { path: file.to_owned() });
    }
    for (number, made) in before.range(next..) {
        begin_anew(engine, *number, made.query.as_deref(), false)?;
    }
    if now != before {
        write(&kept, &now).map_err(|source| HeadlessError::Fingerprints { path: kept, source })?;
    }
    Ok(())
}

fn check(statement: &Statement) -> Result<(), String> {
    match statement {
        Statement::Set { .. }
        | Statement::Unset { .. }
        | Statement::Define { .. }
        | Statement::Undefine { .. }
        | Statement::CreateSource(_)
        | Statement::CreateType { .. }
        | Statement::CreateAsSelect(_)
        | Statement::InsertInto(_) => Ok(()),
        _ => Err("A queries file may hold SET, UNSET, DEFINE, CREATE STREAM, CREATE TABLE, CREATE TYPE, CREATE ... AS SELECT \
                  and INSERT INTO ... SELECT only."
            .to_owned()),
    }
}

fn created(statement: &Statement) -> Option<&str> {
    match statement {
        Statement::CreateSource(create) => Some(&create.name.value),
        Statement::CreateAsSelect(create) => Some(&create.name.value),
        Statement::CreateType { name, .. } => Some(&name.value),
        _ => None,
    }
}

/// FNV-1a of the statement, the settings it runs with, and the statements of the sources and types that it names: stable
/// over versions of the compiler, which the standard hasher is not.
fn fingerprint(text: &str, session: &Session, known: &BTreeMap<String, u64>) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = OFFSET;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    };
    for word in text.split_whitespace() {
        add(word.as_bytes());
        add(b" ");
    }
    for (name, value) in session.properties.set_values() {
        add(format!("{name}={value};").as_bytes());
    }
    let upper = text.to_ascii_uppercase();
    let mut words: Vec<&str> = upper.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    words.sort_unstable();
    words.dedup();
    for word in words {
        if let Some(of) = known.get(word) {
            add(&of.to_be_bytes());
        }
    }
    hash
}

/// Forgets the state and the offsets of a query.
fn begin_anew(engine: &Engine, number: i64, query: Option<&str>, goes_on: bool) -> Result<(), HeadlessError> {
    let storage = engine.storage();
    if let Some(id) = query {
        match goes_on {
            true => tracing::warn!(
                "the statement of query {id} has changed: it begins anew, over what its topic already holds"
            ),
            false => tracing::warn!(
                "query {id} is not in the queries file any more: its state is dropped, its topic stays"
            ),
        }
        let shuffles = format!("{id}-");
        for group in storage.groups()? {
            if group.as_str() == id || group.as_str().starts_with(&shuffles) {
                storage.delete_group(&group)?;
            }
        }
    }
    let Ok(number) = u32::try_from(number) else { return Ok(()) };
    let (from, to) = storage::state::key::query_range(number);
    let mut state = StateBatch::new();
    state.delete_range(&from, &to);
    storage.state().write(state, true)?;
    Ok(())
}

/// Written beside and renamed, so that a crash leaves the old or the new.
fn write(path: &Path, made: &AllMade) -> io::Result<()> {
    let json = serde_json::to_vec_pretty(made)?;
    let next = path.with_extension("next");
    std::fs::write(&next, json)?;
    std::fs::rename(next, path)
}
