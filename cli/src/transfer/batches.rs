//! Reads lines and puts them together into batches.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;

/// A batch is sent when it has so many bytes: enough that a request's own cost does not count, and
/// little enough to show progress and to be repeated.
const BATCH: usize = 1 << 20;
/// Chunks that wait while a request is on its way: the reader stays one batch ahead.
const WAITING: usize = 16;
/// So much is read at once. A pipe gives less, and at once what there is.
const CHUNK: usize = 256 << 10;
/// No record is larger.
const MAX_LINE: usize = 64 << 20;

/// Whole lines, as many as there were.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// The lines with their ends; the last of an input may lack its.
    pub bytes: Vec<u8>,
    /// Number of lines.
    pub lines: u64,
}

/// The batches of an input, read on a thread of their own.
pub(super) struct Batches {
    chunks: Receiver<io::Result<Batch>>,
    failed: Option<io::Error>,
}

impl Batches {
    /// Begins to read `input`.
    pub fn read(input: impl Read + Send + 'static) -> Self {
        let (sender, chunks) = sync_channel(WAITING);
        thread::spawn(move || read(input, &sender));
        Self { chunks, failed: None }
    }

    /// Waits for lines and gives all that have come, up to a batch. Nothing after the end.
    ///
    /// Lines that trickle in are given as they come; a fast input gives full batches.
    pub fn next(&mut self) -> io::Result<Option<Batch>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut batch = match self.chunks.recv() {
            Ok(chunk) => chunk?,
            Err(_) => return Ok(None),
        };
        while batch.bytes.len() < BATCH {
            match self.chunks.try_recv() {
                Ok(Ok(chunk)) => {
                    batch.bytes.extend_from_slice(&chunk.bytes);
                    batch.lines += chunk.lines;
                }
                Ok(Err(error)) => {
                    // The lines before the error are still good.
                    self.failed = Some(error);
                    break;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        Ok(Some(batch))
    }
}

fn read(mut input: impl Read, sender: &SyncSender<io::Result<Batch>>) {
    let mut rest: Vec<u8> = Vec::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        let n = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                // That nobody listens any more is as good as told.
                let _ = sender.send(Err(error));
                return;
            }
        };
        let piece = &buffer[..n];
        let Some(end) = piece.iter().rposition(|byte| *byte == b'\n') else {
            rest.extend_from_slice(piece);
            if rest.len() > MAX_LINE {
                let message = format!("a line is longer than {} MiB", MAX_LINE >> 20);
                let _ = sender.send(Err(io::Error::new(io::ErrorKind::InvalidData, message)));
                return;
            }
            continue;
        };
        let mut bytes = std::mem::take(&mut rest);
        bytes.extend_from_slice(&piece[..=end]);
        rest.extend_from_slice(&piece[end + 1..]);
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        if sender.send(Ok(Batch { bytes, lines })).is_err() {
            return;
        }
    }
    if !rest.is_empty() {
        let _ = sender.send(Ok(Batch { bytes: rest, lines: 1 }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: impl Read + Send + 'static) -> (Vec<u8>, u64, usize) {
        let mut batches = Batches::read(input);
        let (mut bytes, mut lines, mut count) = (Vec::new(), 0, 0);
        while let Some(batch) = batches.next().expect("readable") {
            bytes.extend(batch.bytes);
            lines += batch.lines;
            count += 1;
        }
        (bytes, lines, count)
    }

    #[test]
    fn lines_are_never_torn() {
        let text: Vec<u8> = (0..200_000).flat_map(|n| format!("{{\"n\":{n}}}\n").into_bytes()).collect();
        let (bytes, lines, count) = all(io::Cursor::new(text.clone()));
        assert_eq!((bytes == text, lines), (true, 200_000));
        assert!(count < 20, "{count} batches");
    }

    #[test]
    fn the_last_line_may_lack_its_end() {
        let (bytes, lines, _) = all(io::Cursor::new(b"1\n2".to_vec()));
        assert_eq!((bytes.as_slice(), lines), (b"1\n2".as_slice(), 2));
        assert_eq!(all(io::Cursor::new(Vec::new())), (Vec::new(), 0, 0));
    }
}
