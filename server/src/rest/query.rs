//! `POST /query`: SELECT and PRINT, and what `/query-stream` shares with it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use engine::change::Op;
use engine::query::{PrintAnswer, PullAnswer, PushAnswer};
use engine::sql::{self, Statement};
use engine::{Answer, Session};

use super::model::{self, KsqlRequest};
use super::rows::{Answered, RowForm, RowWriter};
use super::stream::{AnswerWriter, Closed, PIECE_BYTES};
use super::{Failure, media};
use crate::error_code::ErrorCode;
use crate::node::Node;

/// Rows that are written before others get the thread: a fraction of a millisecond.
const ROWS_AT_ONCE: usize = 1024;
/// PRINT writes lines that people read.
const LINES: &str = "text/plain; charset=utf-8";

pub async fn post(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let offered = [media::KSQL_JSON, media::JSON, media::KSQL_JSON_OLD, media::DELIMITED];
    let form = match media::negotiate(&headers, &offered)? {
        media::DELIMITED => RowForm::Delimited,
        _ => RowForm::Ksql,
    };
    let request: KsqlRequest = model::read(&body)?;
    let session = model::session(request.streams_properties, request.session_variables)?;
    answer(node, request.ksql, session, form).await
}

/// Answers one SELECT or PRINT.
pub(super) async fn answer(
    node: Arc<Node>,
    text: String,
    session: Session,
    form: RowForm,
) -> Result<Response, Failure> {
    let permit = PushPermit::take(&node, &text)?;
    let engine = node.engine.0.clone();
    let (answered, text) = tokio::task::spawn_blocking(move || (engine.query(&text, &session), text))
        .await
        .map_err(|_| Failure::lost())?;
    let answered = answered.map_err(|error| {
        Failure::statement(ErrorCode::of_statement(error.class), error.located_message(), text, Vec::new())
    })?;
    let kind = if matches!(answered, Answer::Print(_)) { LINES } else { form.media_type() };
    let (writer, response) = AnswerWriter::open(kind, node.stall_limit);
    match answered {
        Answer::Pull(pull) => drop(tokio::spawn(write_pull(pull, form, writer))),
        Answer::Push(push) => drop(tokio::spawn(write_push(node, push, form, writer, permit))),
        Answer::Print(print) => drop(tokio::spawn(write_print(node, print, writer))),
    }
    Ok(response)
}

/// One of the push queries that may run at once.
struct PushPermit(Arc<Node>);

impl PushPermit {
    /// None for what is no push query.
    fn take(node: &Arc<Node>, text: &str) -> Result<Option<Self>, Failure> {
        let is_push =
            matches!(sql::parse_statement(text), Ok(Statement::Query(query)) if query.emit.is_some());
        if !is_push {
            return Ok(None);
        }
        let permit = Self(node.clone());
        if node.push_queries.fetch_add(1, Ordering::AcqRel) >= node.push_queries_max {
            return Err(Failure::new(
                ErrorCode::MaxPushQueriesExceeded,
                format!(
                    "Maximum number of push queries exceeded: {} run, which is ksql.max.push.queries",
                    node.push_queries_max
                ),
            ));
        }
        Ok(Some(permit))
    }
}

impl Drop for PushPermit {
    fn drop(&mut self) {
        self.0.push_queries.fetch_sub(1, Ordering::AcqRel);
    }
}

async fn write_pull(pull: PullAnswer, form: RowForm, writer: AnswerWriter) {
    let rows =
        RowWriter::new(form, if pull.from_stream { Answered::PullStream } else { Answered::PullTable });
    let mut out = String::new();
    rows.header(&mut out, &pull.id, &pull.schema);
    for columns in &pull.batches {
        let count = columns.first().map_or(0, |column| column.len());
        for row in 0..count {
            rows.row(&mut out, columns, row, false);
            if out.len() >= PIECE_BYTES && writer.send(std::mem::take(&mut out)).await.is_err() {
                return;
            }
        }
    }
    out.push_str(&rows.finish(false));
    writer.finish(out);
}

async fn write_push(
    node: Arc<Node>,
    mut push: PushAnswer,
    form: RowForm,
    writer: AnswerWriter,
    permit: Option<PushPermit>,
) {
    let rows = RowWriter::new(form, Answered::Push);
    let mut header = String::new();
    rows.header(&mut header, &push.id, &push.schema);
    let width = push.schema.columns().len();
    let mut ended = writer.send(header).await;
    let last_word = loop {
        match ended {
            Ok(()) => {}
            Err(Closed::Gone) => break String::new(),
            Err(Closed::Stalled) => break rows.fail(&stalled(&node)),
        }
        let next = tokio::select! {
            next = push.next() => next,
            () = writer.gone() => break String::new(),
            () = node.stop.stopped() => break rows.finish(false),
        };
        let batch = match next {
            Ok(Some(batch)) => batch,
            Ok(None) => break rows.finish(push.limit_reached()),
            Err(error) => break rows.fail(&error.into()),
        };
        let columns = &batch.columns[..width.min(batch.columns.len())];
        for from in (0..batch.rows()).step_by(ROWS_AT_ONCE) {
            let mut out = String::new();
            for row in from..batch.rows().min(from + ROWS_AT_ONCE) {
                let tombstone = matches!(batch.op(row), Op::Delete | Op::Tombstone);
                rows.row(&mut out, columns, row, tombstone);
            }
            ended = writer.send(out).await;
            if ended.is_err() {
                break;
            }
        }
    };
    writer.finish(last_word);
    // Ending a query waits for its tasks.
    drop(tokio::task::spawn_blocking(move || drop((push, permit))));
}

fn stalled(node: &Node) -> Failure {
    Failure::new(
        ErrorCode::ServerError,
        format!("The query ended: its reader has taken no row for {} seconds", node.stall_limit.as_secs()),
    )
}

async fn write_print(node: Arc<Node>, mut print: PrintAnswer, writer: AnswerWriter) {
    loop {
        let read = tokio::task::spawn_blocking(move || (print.next_ready(), print)).await;
        let Ok((lines, next)) = read else { return };
        print = next;
        let lines = match lines {
            Ok(Some(lines)) => lines,
            Ok(None) => return,
            Err(error) => {
                writer.finish(format!("{}\n", error.message));
                return;
            }
        };
        if lines.is_empty() {
            tokio::select! {
                () = tokio::time::sleep(engine::query::PRINT_POLL) => continue,
                () = writer.gone() => return,
                () = node.stop.stopped() => return,
            }
        }
        let mut out = String::new();
        for line in lines {
            out.push_str(&line);
            out.push('\n');
            if out.len() >= PIECE_BYTES && writer.send(std::mem::take(&mut out)).await.is_err() {
                return;
            }
        }
        if writer.send(out).await.is_err() {
            return;
        }
    }
}
