//! Where a task's rows go.

use std::time::Duration;

use storage::Transaction;

use super::exchange_sink::ExchangeSink;
use super::push::PushSink;
use super::topic_sink::TopicSink;
use crate::change::ChangeBatch;
use crate::error::Result;
use crate::operator::Context;

/// The sink of a task. What it holds is part of the task's next commit; only a push query's rows go at once.
pub enum TaskSink {
    Topic(Box<TopicSink>),
    Exchange(Box<ExchangeSink>),
    Push(PushSink),
    None,
}

impl TaskSink {
    /// Gives how many rows were written.
    pub fn write(&mut self, batch: ChangeBatch, context: &mut Context<'_>) -> Result<u64> {
        match self {
            Self::Topic(sink) => sink.write(&batch, context),
            Self::Exchange(sink) => sink.write(&batch, context),
            Self::Push(sink) => Ok(sink.write(batch)),
            Self::None => Ok(0),
        }
    }

    /// Bytes that wait for the commit.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Topic(sink) => sink.bytes(),
            Self::Exchange(sink) => sink.bytes(),
            Self::Push(_) | Self::None => 0,
        }
    }

    pub fn drain(&mut self, transaction: &mut Transaction) {
        match self {
            Self::Topic(sink) => sink.drain(transaction),
            Self::Exchange(sink) => sink.drain(transaction),
            Self::Push(_) | Self::None => {}
        }
    }

    /// Hands rows to a push query's reader; false if it has no room.
    pub fn send(&mut self, now: Duration) -> Result<bool> {
        match self {
            Self::Push(sink) => sink.send(now),
            _ => Ok(true),
        }
    }
}
