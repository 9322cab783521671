//! A fresh engine that runs the blocks of one page.

use arrow::array::ArrayRef;
use engine::answer;
use engine::engine::QueryIds;
use engine::runtime::RuntimeOptions;
use engine::settings::Settings;
use engine::sql::{self, Statement, StatementText};
use engine::{Answer, Engine, EngineOptions, Session};
use storage::{Options, Storage};
use tempfile::TempDir;

use crate::page::{Block, Kind};

/// Memory for state: pages hold a handful of rows.
const STATE_BYTES: usize = 4 << 20;

/// Runs the blocks of a page from an empty engine.
///
/// # Errors
/// `line: what went wrong`, for the first block that does not do what it should.
pub fn run(blocks: &[Block]) -> Result<(), String> {
    if blocks.is_empty() {
        return Ok(());
    }
    let mut runner = Runner::new()?;
    let outcome = blocks.iter().try_for_each(|block| runner.block(block));
    let stopped = runner.stop();
    outcome.and(stopped)
}

struct Runner {
    // Dropped in this order: the engine before its storage, the storage before its directory.
    engine: Engine,
    storage: Storage,
    _dir: TempDir,
    session: Session,
    /// What the last SELECT gave.
    rows: Vec<String>,
}

impl Runner {
    fn new() -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|error| format!("no temporary directory: {error}"))?;
        let options = Options {
            fsync: false,
            state_cache_bytes: STATE_BYTES,
            write_buffer_bytes: STATE_BYTES,
            ..Options::default()
        };
        let storage = Storage::open(dir.path(), options).map_err(text)?;
        let options = EngineOptions {
            runtime: RuntimeOptions { manual: true, ..RuntimeOptions::default() },
            query_ids: QueryIds::default(),
            ..EngineOptions::default()
        };
        let engine = Engine::open(storage.clone(), options).map_err(text)?;
        let earliest = [("auto.offset.reset".to_owned(), "earliest".to_owned())];
        let session = Session { properties: Settings::new(earliest).map_err(text)?, ..Session::default() };
        Ok(Self { engine, storage, _dir: dir, session, rows: Vec::new() })
    }

    fn stop(self) -> Result<(), String> {
        self.engine.shutdown().map_err(text)?;
        drop(self.engine);
        self.storage.shutdown().map_err(text)
    }

    fn block(&mut self, block: &Block) -> Result<(), String> {
        if block.kind == Kind::Rows {
            let expected: Vec<&str> = block.text.lines().collect();
            return match self.rows == expected {
                true => Ok(()),
                false => Err(format!(
                    "{}: the rows are\n{}\nand not\n{}",
                    block.line,
                    self.rows.join("\n"),
                    block.text
                )),
            };
        }
        let parts = sql::split_statements(&block.text);
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.iter().enumerate() {
            let line = block.line + part.line - 1;
            let outcome = self.statement(part);
            match (outcome, block.kind == Kind::Refused && index == last) {
                (Ok(()), false) | (Err(_), true) => {}
                (Ok(()), true) => return Err(format!("{line}: this should be refused:\n{}", part.text)),
                (Err(error), false) => return Err(format!("{line}: {error}\n{}", part.text)),
            }
        }
        Ok(())
    }

    fn statement(&mut self, part: &StatementText) -> Result<(), String> {
        if !part.terminated {
            return Err("the semicolon is missing".to_owned());
        }
        // What is not in our grammar may be a question for DataFusion.
        let parsed = sql::parse_statement(&self.session.substitute(&part.text));
        let starts =
            |word: &str| part.text.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word));
        let asks = matches!(parsed, Ok(Statement::Query(_) | Statement::Print(_)))
            || (parsed.is_err() && (starts("SELECT") || starts("WITH")));
        if asks {
            return self.query(&part.text);
        }
        let text = format!("{};", part.text);
        self.engine.execute(&text, &mut self.session).map(drop).map_err(|failed| failed.error.to_string())?;
        self.settle()
    }

    /// Lets all queries process what there is.
    fn settle(&self) -> Result<(), String> {
        self.engine.runtime().run_until_idle().map_err(text)
    }

    fn query(&mut self, query: &str) -> Result<(), String> {
        self.settle()?;
        self.rows.clear();
        match self.engine.query(query, &self.session).map_err(text)? {
            Answer::Pull(pull) => {
                for columns in &pull.batches {
                    for row in 0..columns.first().map_or(0, |column| column.len()) {
                        self.rows.push(shown(columns, row));
                    }
                }
            }
            Answer::Push(mut push) => {
                let width = push.schema.columns().len();
                self.settle()?;
                while let Some(batch) = push.next_ready().map_err(text)? {
                    self.rows.extend((0..batch.rows()).map(|row| shown(&batch.columns[..width], row)));
                    self.settle()?;
                }
            }
            Answer::Print(mut print) => {
                self.rows = print.next_ready().map_err(text)?.unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// The row as the REST API has it.
fn shown(columns: &[ArrayRef], row: usize) -> String {
    let mut out = String::new();
    answer::write_row(&mut out, columns, row);
    out
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
