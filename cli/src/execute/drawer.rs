//! Draws the rows of a query as they come.

use super::Failure;
use crate::client::RowEvent;
use crate::render::rows::{RowStyle, RowTable, cells};
use crate::render::schema::{Column, columns};
use crate::screen::Screen;
use crate::session::{OutputFormat, Session};

/// So many rows of an answer that ends are looked at to choose the widths of the columns.
const SAMPLE: usize = 1000;
/// Rows that come together are shown together, up to so many bytes of text.
const SHOW_AT: usize = 64 << 10;
/// Lines that a person still sees above the header when it is drawn again.
const HEADER_LINES: usize = 4;

/// Draws rows to a screen.
pub(super) struct Drawer<'a> {
    screen: &'a mut Screen,
    json: bool,
    style: RowStyle,
    /// Whether the header is drawn again when it has left the screen.
    paged: bool,
    /// Whether rows are kept until the widths can be chosen by them.
    sampling: bool,
    sample: Vec<Vec<String>>,
    columns: Vec<Column>,
    table: Option<RowTable>,
    text: String,
    /// Rows so far.
    pub rows: u64,
    lines_since_header: usize,
}

impl<'a> Drawer<'a> {
    /// A drawer for a push query, or one whose rows may wait until the widths can be chosen by them.
    pub fn new(session: &Session, screen: &'a mut Screen, push: bool) -> Self {
        let style =
            RowStyle { width: screen.width(), wrap: session.wrap, column_width: session.column_width };
        Self {
            screen,
            json: session.format == OutputFormat::Json,
            style,
            paged: push,
            sampling: !push,
            sample: Vec::new(),
            columns: Vec::new(),
            table: None,
            text: String::new(),
            rows: 0,
            lines_since_header: 0,
        }
    }

    /// Takes the next element of the answer, and shows it unless another is there already.
    pub fn event(&mut self, event: RowEvent, text: &str, more: bool) -> Result<(), Failure> {
        if let RowEvent::Row { .. } = event {
            self.rows += 1;
        }
        if self.json {
            self.text.push_str(text);
            self.text.push('\n');
        } else {
            self.draw(event);
        }
        if more && self.text.len() < SHOW_AT { Ok(()) } else { self.show() }
    }

    fn draw(&mut self, event: RowEvent) {
        match event {
            RowEvent::Header { schema, .. } => {
                self.columns = columns(&schema);
                if !self.sampling {
                    self.begin();
                }
            }
            RowEvent::Row { columns, tombstone } => {
                let row = cells(&columns, tombstone);
                if !self.sampling {
                    return self.row(&row);
                }
                self.sample.push(row);
                if self.sample.len() >= SAMPLE {
                    self.begin();
                }
            }
            RowEvent::Final(_) | RowEvent::Error(_) | RowEvent::Other => {}
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
        let height = if self.paged { self.screen.height() } else { None };
        let page = height.map(|height| height.saturating_sub(HEADER_LINES).max(HEADER_LINES));
        if page.is_some_and(|page| self.lines_since_header >= page) {
            self.text.push_str(&table.header());
            self.lines_since_header = 0;
        }
        let before = self.text.len();
        table.row(&mut self.text, cells);
        self.lines_since_header += self.text[before..].matches('\n').count();
    }

    fn show(&mut self) -> Result<(), Failure> {
        if !self.text.is_empty() {
            self.screen.print_lines(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }

    /// Takes away what the terminal has written for Ctrl-C.
    pub fn erase_line(&mut self) -> Result<(), Failure> {
        Ok(self.screen.erase_line()?)
    }

    /// Draws what waits, closes the table and says why it ended.
    pub fn finish(&mut self, ended: Option<&str>) -> Result<(), Failure> {
        if self.sampling && !self.json && !self.columns.is_empty() {
            self.begin();
        }
        if let Some(table) = &self.table {
            self.text.push_str(&table.footer());
        }
        self.show()?;
        match ended {
            Some(ended) if !self.json => Ok(self.screen.print(ended)?),
            _ => Ok(()),
        }
    }
}
