//! What `/query` answers: rows, drawn as they come, until the end, a limit or Ctrl-C.

use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;

use super::drawer::Drawer;
use super::{Failure, Runner, Stop};
use crate::client::{ClientError, RowEvent};
use crate::session::{QueryLimits, Session};

/// How long the server may take to hear that a query is not wanted any more.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// How a query came to its end.
enum Ended {
    /// The server ended it, with its reason if it had one.
    ByServer(Option<String>),
    RowLimit,
    TimeLimit,
    Interrupted,
}

impl Runner {
    pub(super) fn run_query(&mut self, statement: &str, push: bool) -> Result<(), Failure> {
        let mut drawer = Drawer::new(&self.session, &mut self.screen, push);
        let ended = self.runtime.block_on(follow(&self.session, statement, push, &mut drawer));
        let ended = match ended {
            Ok(ended) => ended,
            Err(failure) => {
                drawer.finish(None)?;
                return Err(failure);
            }
        };
        let count = if drawer.rows == 1 { "1 row".to_owned() } else { format!("{} rows", drawer.rows) };
        let said = match &ended {
            Ended::ByServer(_) if !push => count,
            Ended::ByServer(Some(reason)) => format!("{reason}, query ended after {count}"),
            Ended::ByServer(None) => format!("Query ended after {count}"),
            Ended::RowLimit => format!("Row limit reached, query ended after {count}"),
            Ended::TimeLimit => format!("Time is up, query ended after {count}"),
            Ended::Interrupted => {
                drawer.erase_line()?;
                format!("Query ended by Ctrl-C after {count}")
            }
        };
        drawer.finish(Some(&said))?;
        match ended {
            // At a prompt the user goes on; a script ends with its query.
            Ended::Interrupted if !self.interactive => Err(Failure::Stop(Stop::Interrupted)),
            _ => Ok(()),
        }
    }
}

/// Gives rows to `drawer` until the query ends, and ends it at the server if it must.
async fn follow(
    session: &Session,
    statement: &str,
    push: bool,
    drawer: &mut Drawer<'_>,
) -> Result<Ended, Failure> {
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let limits = if push { session.limits } else { QueryLimits::default() };
    let mut time_is_up = pin!(until(limits.time.map(|time| Instant::now() + time)));
    let request = session.request(statement);
    let mut rows = tokio::select! {
        rows = session.client.query(&request) => rows?,
        _ = &mut interrupt => return Err(Failure::Interrupted),
    };
    let mut query_id = None;
    let mut reason = None;
    let ended = loop {
        if limits.rows.is_some_and(|limit| drawer.rows >= limit) {
            break Ended::RowLimit;
        }
        let next = tokio::select! {
            biased;
            _ = &mut interrupt => break Ended::Interrupted,
            () = &mut time_is_up => break Ended::TimeLimit,
            next = rows.next() => next?,
        };
        let Some((event, text)) = next else { return Ok(Ended::ByServer(reason)) };
        match &event {
            RowEvent::Error(error) => return Err(ClientError::Server(error.clone()).into()),
            RowEvent::Header { query_id: id, .. } => query_id.clone_from(id),
            RowEvent::Final(message) => reason = Some(message.clone()),
            RowEvent::Row { .. } | RowEvent::Other => {}
        }
        drawer.event(event, &text, rows.has_ready())?;
    };
    drop(rows);
    if let Some(id) = query_id {
        // Closing the connection ends the query too; that it has ended already is as good.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, session.client.close_query(&id)).await;
    }
    Ok(ended)
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
