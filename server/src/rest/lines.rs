//! The body of a request, by whole lines as they come.

use axum::body::{Body, BodyDataStream, Bytes};
use futures::{FutureExt, StreamExt};

use super::Failure;

/// What is gathered of what is there already: enough that the cost of a batch is spread over thousands of rows.
const BATCH_BYTES: usize = 1 << 20;
/// No record is larger.
const LINE_BYTES_MAX: usize = 64 << 20;

/// Reads a body by lines.
pub struct BodyLines {
    body: BodyDataStream,
    /// What has come and is not given yet.
    buffer: Vec<u8>,
    ended: bool,
}

impl BodyLines {
    pub fn new(body: Body) -> Self {
        Self { body: body.into_data_stream(), buffer: Vec::new(), ended: false }
    }

    /// All whole lines that are there, at least one; waits if there is none. `None` at the end. The last line may lack
    /// its end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            // First what is there without waiting.
            while !self.ended && self.buffer.len() < BATCH_BYTES {
                match self.body.next().now_or_never() {
                    Some(piece) => self.take(piece)?,
                    None => break,
                }
            }
            if let Some(end) = memchr_last(&self.buffer) {
                let rest = self.buffer.split_off(end + 1);
                return Ok(Some(std::mem::replace(&mut self.buffer, rest).into()));
            }
            if self.ended {
                let rest = std::mem::take(&mut self.buffer);
                return Ok((!rest.is_empty()).then(|| rest.into()));
            }
            if self.buffer.len() > LINE_BYTES_MAX {
                return Err(Failure::bad_request(format!(
                    "A line is longer than {} MiB",
                    LINE_BYTES_MAX >> 20
                )));
            }
            let piece = self.body.next().await;
            self.take(piece)?;
        }
    }

    /// The first line alone; what follows it is given later.
    pub async fn first(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some(mut lines) = self.next().await? else { return Ok(None) };
        let end = lines.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |at| at + 1);
        let first = lines.split_to(end);
        let later = std::mem::take(&mut self.buffer);
        self.buffer = lines.into();
        self.buffer.extend(later);
        Ok(Some(first))
    }

    fn take(&mut self, piece: Option<Result<Bytes, axum::Error>>) -> Result<(), Failure> {
        match piece {
            Some(Ok(piece)) => self.buffer.extend_from_slice(&piece),
            Some(Err(error)) => {
                return Err(Failure::bad_request(format!("The request's body ended early: {error}")));
            }
            None => self.ended = true,
        }
        Ok(())
    }
}

fn memchr_last(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n')
}

/// The lines of a text without their ends; blank ones are left out, and the number of each (from 1) is told.
pub fn split(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    text.split(|byte| *byte == b'\n')
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
}
