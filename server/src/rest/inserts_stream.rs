//! `POST /inserts-stream`: rows in, an acknowledgement for each when it is on disk.
//!
//! What has come of the body is one batch: many rows for each append to the log. While a batch is made into records, the
//! next one is read; while it is synced, others follow it.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use engine::statement::{Inserted, RowInserter};
use tokio::sync::mpsc;

use super::lines::{self, BodyLines};
use super::model::{self, InsertsRequest};
use super::stream::{AnswerWriter, PIECE_BYTES};
use super::{Failure, media};
use crate::error_code::ErrorCode;
use crate::node::Node;

/// Batches that wait for their sync: enough to keep the log busy.
const BATCHES_MAX: usize = 8;

pub async fn post(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let kind = media::negotiate(&headers, &[media::DELIMITED, media::JSON, media::KSQL_JSON])?;
    let mut lines = BodyLines::new(body);
    let first = lines.first().await?.ok_or_else(|| Failure::bad_request("No first line with the target"))?;
    let request: InsertsRequest = model::read(&first)?;
    let engine = node.engine.0.clone();
    let inserter = tokio::task::spawn_blocking(move || engine.row_inserter(&request.target))
        .await
        .map_err(|_| Failure::lost())??;
    let (writer, response) = AnswerWriter::open(kind, node.stall_limit);
    let (sender, receiver) = mpsc::channel(BATCHES_MAX);
    let form = if kind == media::JSON { Form::Array } else { Form::Lines };
    tokio::spawn(acknowledge(receiver, writer, form));
    tokio::spawn(insert(lines, inserter, sender));
    Ok(response)
}

/// What became of a batch.
struct Batch {
    inserted: Inserted,
    /// Why nothing more is read.
    failure: Option<Failure>,
}

async fn insert(mut lines: BodyLines, mut inserter: RowInserter, sender: mpsc::Sender<Batch>) {
    let mut next = lines.next().await;
    loop {
        let text = match next {
            Ok(Some(text)) => text,
            Ok(None) => return,
            // The client broke off: what it sent before is acknowledged, if it still listens.
            Err(failure) => {
                let _ = sender.send(Batch { inserted: Inserted::default(), failure: Some(failure) }).await;
                return;
            }
        };
        let working = tokio::task::spawn_blocking(move || {
            let inserted = insert_lines(&mut inserter, &text);
            (inserter, inserted)
        });
        let (worked, read) = tokio::join!(working, lines.next());
        next = read;
        let Ok((given_back, mut inserted)) = worked else { return };
        inserter = given_back;
        let failure = inserted.failure.take().map(Failure::from);
        let failed = failure.is_some();
        if sender.send(Batch { inserted, failure }).await.is_err() || failed {
            return;
        }
    }
}

fn insert_lines(inserter: &mut RowInserter, text: &Bytes) -> Inserted {
    let rows: Vec<&[u8]> = lines::split(text).map(|(_, line)| line).collect();
    inserter.insert(&rows)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Lines,
    Array,
}

async fn acknowledge(mut batches: mpsc::Receiver<Batch>, writer: AnswerWriter, form: Form) {
    let mut out = String::new();
    let mut seq: u64 = 0;
    let (mut between, separator) = match form {
        Form::Lines => ("", ""),
        Form::Array => ("[", ","),
    };
    while let Some(batch) = batches.recv().await {
        let mut failure = batch.failure;
        let mut durable = true;
        for append in batch.inserted.appends {
            if let Err(error) = append.await {
                durable = false;
                failure = Some(error.into());
            }
        }
        if durable {
            for _ in 0..batch.inserted.rows {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "{between}{{\"status\":\"ok\",\"seq\":{seq}}}");
                between = separator;
                seq += 1;
                if out.len() >= PIECE_BYTES && writer.send(std::mem::take(&mut out)).await.is_err() {
                    return;
                }
            }
        }
        if let Some(failure) = failure {
            out.push_str(between);
            out.push_str(&refused(&failure, seq));
            between = separator;
            break;
        }
        if writer.send(std::mem::take(&mut out)).await.is_err() {
            return;
        }
    }
    if form == Form::Array {
        out.push_str(if between == "[" { "[]\n" } else { "]\n" });
    }
    writer.finish(out);
}

fn refused(failure: &Failure, seq: u64) -> String {
    let error = serde_json::json!({
        "status": "error",
        "seq": seq,
        "error_code": ErrorCode::BadRequest.number(),
        "message": failure.message(),
    });
    format!("{error}\n")
}
