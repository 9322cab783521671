//! What `/query` answers: rows, drawn as they come, until the end, a limit or Ctrl-C.

use std::pin::pin;
use std::time::Duration;

use tokio::time::Instant;

use super::{Failure, Runner, Stop};
use crate::client::{Client, ClientError, RowEvent, Rows};
use crate::render::rows::{RowStyle, RowTable, cells};
use crate::render::schema::{Column, columns};
use crate::screen::Screen;
use crate::session::OutputFormat;

/// So many rows of an answer that ends are looked at to choose the widths of the columns.
const SAMPLE: usize = 1000;
/// Rows that come together are shown together, up to so many bytes of text.
const SHOW_AT: usize = 64 << 10;
/// How long the server may take to hear that a query is not wanted any more.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Lines that a person still sees above the header when it is drawn again.
const HEADER_LINES: usize = 4;

/// What happens next to a running query.
enum Next {
    Event(RowEvent, String),
    End,
    Interrupted,
    TimeIsUp,
}

/// Draws rows.
struct Drawer<'a> {
    screen: &'a mut Screen,
    json: bool,
    style: RowStyle,
    /// Whether rows are kept until the widths can be chosen by them.
    sampling: bool,
    sample: Vec<Vec<String>>,
    columns: Vec<Column>,
    table: Option<RowTable>,
    text: String,
    rows: u64,
    rows_since_header: usize,
}

impl Runner {
    pub(super) fn run_query(&mut self, statement: &str, push: bool) -> Result<(), Failure> {
        let style = RowStyle {
            width: self.screen.width(),
            wrap: self.session.wrap,
            column_width: self.session.column_width,
        };
        let mut drawer = Drawer {
            screen: &mut self.screen,
            json: self.session.format == OutputFormat::Json,
            style,
            sampling: !push,
            sample: Vec::new(),
            columns: Vec::new(),
            table: None,
            text: String::new(),
            rows: 0,
            rows_since_header: 0,
        };
        let session = &self.session;
        let interactive = self.interactive;
        self.runtime.block_on(async {
            let mut interrupt = pin!(tokio::signal::ctrl_c());
            let limits = if push { session.limits } else { Default::default() };
            let deadline = limits.time.map(|time| Instant::now() + time);
            let request = session.request(statement);
            let mut rows = tokio::select! {
                rows = session.client.query(&request) => rows?,
                _ = &mut interrupt => return Err(Failure::Interrupted),
            };
            let mut query_id = None;
            let ended = loop {
                if limits.rows.is_some_and(|limit| drawer.rows >= limit) {
                    break format!("Row limit reached, query ended after {}", count(drawer.rows));
                }
                let next = tokio::select! {
                    biased;
                    _ = &mut interrupt => Next::Interrupted,
                    () = until(deadline) => Next::TimeIsUp,
                    next = next(&mut rows) => match next {
                        Ok(next) => next,
                        Err(error) => {
                            drawer.finish(None)?;
                            return Err(error.into());
                        }
                    },
                };
                match next {
                    Next::Event(RowEvent::Error(error), _) => {
                        drawer.finish(None)?;
                        return Err(ClientError::Server(error).into());
                    }
                    Next::Event(event, text) => {
                        if let RowEvent::Header { query_id: id, .. } = &event {
                            query_id.clone_from(id);
                        }
                        if let RowEvent::Final(message) = &event
                            && push
                        {
                            drawer.json_line(&text);
                            break format!("{message}, query ended after {}", count(drawer.rows));
                        }
                        drawer.event(event, &text)?;
                        if !rows.has_ready() || drawer.text.len() > SHOW_AT {
                            drawer.show()?;
                        }
                    }
                    Next::End if push => break format!("Query ended after {}", count(drawer.rows)),
                    Next::End => break count(drawer.rows),
                    Next::TimeIsUp => {
                        end(&session.client, rows, query_id.as_deref()).await;
                        break format!("Time is up, query ended after {}", count(drawer.rows));
                    }
                    Next::Interrupted => {
                        drawer.screen.erase_line()?;
                        end(&session.client, rows, query_id.as_deref()).await;
                        drawer.finish(Some(format!("Query ended by Ctrl-C after {}", count(drawer.rows))))?;
                        // At a prompt the user goes on; a script ends with its query.
                        return if interactive { Ok(()) } else { Err(Failure::Stop(Stop::Interrupted)) };
                    }
                }
            };
            drawer.finish(Some(ended))?;
            Ok(())
        })
    }
}

async fn next(rows: &mut Rows) -> Result<Next, ClientError> {
    Ok(match rows.next().await? {
        Some((event, text)) => Next::Event(event, text),
        None => Next::End,
    })
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Ends a query at the server: by its id, and by closing the connection.
async fn end(client: &Client, rows: Rows, query_id: Option<&str>) {
    drop(rows);
    if let Some(id) = query_id {
        // That it has ended already is as good.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, client.close_query(id)).await;
    }
}

fn count(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

impl Drawer<'_> {
    fn event(&mut self, event: RowEvent, text: &str) -> Result<(), Failure> {
        match event {
            RowEvent::Row { .. } => self.rows += 1,
            RowEvent::Other => return Ok(()),
            RowEvent::Header { .. } | RowEvent::Final(_) | RowEvent::Error(_) => {}
        }
        if self.json {
            self.json_line(text);
            return Ok(());
        }
        match event {
            RowEvent::Header { schema, .. } => {
                self.columns = columns(&schema);
                if !self.sampling {
                    self.begin();
                }
            }
            RowEvent::Row { columns, tombstone } => {
                let row = cells(&columns, tombstone);
                if self.sampling {
                    self.sample.push(row);
                    if self.sample.len() >= SAMPLE {
                        self.begin();
                    }
                } else {
                    self.row(&row);
                }
            }
            RowEvent::Final(_) | RowEvent::Error(_) | RowEvent::Other => {}
        }
        Ok(())
    }

    fn json_line(&mut self, text: &str) {
        if self.json {
            self.text.push_str(text);
            self.text.push('\n');
        }
    }

    /// Chooses the widths and draws the header and the rows that wait for it.
    fn begin(&mut self) {
        self.sampling = false;
        let sample = std::mem::take(&mut self.sample);
        let table = RowTable::new(std::mem::take(&mut self.columns), &sample, self.style);
        self.text.push_str(&table.header());
        self.table = Some(table);
        sample.iter().for_each(|row| self.row(row));
    }

    fn row(&mut self, cells: &[String]) {
        let Some(table) = &mut self.table else { return };
        let page = self.screen.height().map(|height| height.saturating_sub(HEADER_LINES).max(HEADER_LINES));
        if page.is_some_and(|page| self.rows_since_header >= page) {
            self.text.push_str(&table.header());
            self.rows_since_header = 0;
        }
        let before = self.text.len();
        table.row(&mut self.text, cells);
        self.rows_since_header += self.text[before..].matches('\n').count();
    }

    fn show(&mut self) -> Result<(), Failure> {
        if !self.text.is_empty() {
            self.screen.print_lines(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }

    /// Draws what waits, closes the table and says why it ended.
    fn finish(&mut self, ended: Option<String>) -> Result<(), Failure> {
        if self.sampling && !self.json && !self.columns.is_empty() {
            self.begin();
        }
        if let Some(table) = &self.table {
            self.text.push_str(&table.footer());
        }
        self.show()?;
        match ended {
            Some(ended) if !self.json => Ok(self.screen.print(&ended)?),
            _ => Ok(()),
        }
    }
}
