//! An answer that is lines of text, as they come.

use std::collections::VecDeque;

use super::ClientError;
use super::calls::Body;

/// The longest line that is kept while its end has not come.
const MAX_LINE: usize = 64 << 20;

/// The lines of a running answer. Dropping it closes the connection, which ends the query.
pub struct Lines {
    body: Body,
    buffer: Vec<u8>,
    ready: VecDeque<String>,
    ended: bool,
}

impl Lines {
    pub(super) fn new(body: Body) -> Self {
        Self { body, buffer: Vec::new(), ready: VecDeque::new(), ended: false }
    }

    /// The next line without its end, or nothing after the last. Empty lines keep the connection
    /// alive and are skipped.
    pub async fn next(&mut self) -> Result<Option<String>, ClientError> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Ok(Some(line));
            }
            if self.ended {
                return Ok(None);
            }
            match self.body.next().await? {
                Some(piece) => {
                    let searched = self.buffer.len();
                    self.buffer.extend_from_slice(&piece);
                    self.cut(searched);
                    if self.buffer.len() > MAX_LINE {
                        return Err(self.body.not_understood("a line has no end"));
                    }
                }
                None => {
                    self.ended = true;
                    let rest = std::mem::take(&mut self.buffer);
                    push(&rest, &mut self.ready);
                }
            }
        }
    }

    /// Whether another line can be had without waiting.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    fn cut(&mut self, searched: usize) {
        let mut start = 0;
        let mut from = searched;
        while let Some(end) = self.buffer[from..].iter().position(|byte| *byte == b'\n') {
            push(&self.buffer[start..from + end], &mut self.ready);
            start = from + end + 1;
            from = start;
        }
        self.buffer.drain(..start);
    }
}

fn push(line: &[u8], ready: &mut VecDeque<String>) {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches('\r');
    if !line.trim().is_empty() {
        ready.push_back(line.to_owned());
    }
}
