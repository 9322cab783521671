//! SELECT and PRINT: answers for whoever asks.
//!
//! - [`push`]: `EMIT CHANGES`: rows as they come, until the asker goes or LIMIT is reached
//! - [`pull`]: one table or stream as it is now, read by key where the condition says so
//! - [`batch`]: everything else that SQL can ask, by DataFusion over the same tables and streams
//! - [`print`]: the records of a topic as text

mod batch;
mod print;
mod pull;
mod push;
mod tables;

use arrow::array::ArrayRef;

pub use print::{POLL as PRINT_POLL, PrintAnswer};
pub use push::PushAnswer;

use crate::engine::{Engine, Session};
use crate::error::{Error, Result};
use crate::schema::LogicalSchema;
use crate::sql::{self, Statement};

/// What a query gives.
pub enum Answer {
    Pull(PullAnswer),
    Push(PushAnswer),
    Print(PrintAnswer),
}

/// All rows of a pull query.
#[derive(Debug)]
pub struct PullAnswer {
    pub id: String,
    pub schema: LogicalSchema,
    /// One array per column of the schema, batch by batch.
    pub batches: Vec<Vec<ArrayRef>>,
    /// The query read a stream (its end is told) and not a table.
    pub from_stream: bool,
}

impl PullAnswer {
    pub fn rows(&self) -> usize {
        self.batches.iter().map(|batch| batch.first().map_or(0, |column| column.len())).sum()
    }
}

/// Answers one SELECT or PRINT.
///
/// # Errors
/// What is wrong with the statement, or why it cannot be answered now.
pub fn answer(engine: &Engine, text: &str, session: &Session) -> Result<Answer> {
    let text = session.substitute(text);
    let parsed = match sql::parse_statement(&text) {
        Ok(parsed) => parsed,
        // What ksqlDB's grammar does not know may be a question that DataFusion can answer.
        Err(error) if !engine.settings(session).is_strict() && batch::may_answer(&text) => {
            return batch::answer(engine, &text).map_err(|failed| match failed.class {
                crate::Class::Internal => error.into(),
                _ => failed,
            });
        }
        Err(error) => return Err(error.into()),
    };
    match parsed {
        Statement::Print(print) => print::answer(engine, &print, session).map(Answer::Print),
        Statement::Query(query) if query.emit.is_some() => {
            push::answer(engine, &query, &text, session).map(Answer::Push)
        }
        Statement::Query(query) => {
            let strict = engine.settings(session).is_strict();
            let beyond = !query.from.joins.is_empty()
                || query.has_group_by
                || query.having.is_some()
                || pull::aggregates(&query);
            match beyond && !strict {
                true => batch::answer(engine, &text),
                false => pull::answer(engine, &query, session).map(Answer::Pull),
            }
        }
        _ => Err(Error::user("Only SELECT and PRINT are answered here; send other statements to /ksql.")),
    }
}
