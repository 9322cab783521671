//! Answers that grow: a bounded channel between what gives rows and the connection.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures::stream;
use tokio::sync::mpsc::{self, OwnedPermit, Sender};

use super::media;

/// Pieces that wait for the connection: with those of [`PIECE_BYTES`] that is what one slow client may hold.
const PIECES_MAX: usize = 4;
/// A piece is handed on at this size, or when nothing more is there at the moment.
pub const PIECE_BYTES: usize = 64 << 10;

/// Why nothing more can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The client is gone.
    Gone,
    /// The client has taken nothing for too long.
    Stalled,
}

/// The end of an answer that is written to.
pub struct AnswerWriter {
    sender: Sender<Result<Bytes, Infallible>>,
    /// A place for the last word, also when the client takes nothing.
    last: Option<OwnedPermit<Result<Bytes, Infallible>>>,
    stall_limit: Duration,
}

impl AnswerWriter {
    /// A writer, and the answer whose body it writes.
    pub fn open(kind: &'static str, stall_limit: Duration) -> (Self, Response) {
        let (sender, mut receiver) = mpsc::channel(PIECES_MAX + 1);
        let last = sender.clone().try_reserve_owned().ok();
        let body = Body::from_stream(stream::poll_fn(move |context| receiver.poll_recv(context)));
        (Self { sender, last, stall_limit }, (media::content_type(kind), body).into_response())
    }

    /// Hands a piece on, as soon as there is room.
    pub async fn send(&self, piece: String) -> Result<(), Closed> {
        if piece.is_empty() {
            return Ok(());
        }
        match tokio::time::timeout(self.stall_limit, self.sender.send(Ok(piece.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Closed::Gone),
            Err(_) => Err(Closed::Stalled),
        }
    }

    /// Completes when the client is gone.
    pub async fn gone(&self) {
        self.sender.closed().await;
    }

    /// Says the last word. It always has room.
    pub fn finish(mut self, piece: String) {
        if let Some(last) = self.last.take().filter(|_| !piece.is_empty()) {
            last.send(Ok(piece.into()));
        }
    }
}
