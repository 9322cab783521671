//! The rows of a query: in columns, `|a|b|`, or as cards when there are too many columns.

use std::fmt::Write;

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cell;
use super::schema::Column;
use super::widths::{Layout, layout};

/// Shown in the place of what a deleted row no longer has.
const DELETED: &str = "<TOMBSTONE>";

/// The texts of a row's cells.
pub fn cells(columns: &[Value], tombstone: bool) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Null if tombstone => DELETED.to_owned(),
        other => cell::text(other),
    };
    columns.iter().map(text).collect()
}

/// Settings that the user can change: `SET CLI WRAP`, `SET CLI COLUMN-WIDTH`.
#[derive(Debug, Clone, Copy)]
pub struct RowStyle {
    /// Columns of the screen.
    pub width: usize,
    /// Long values go on in the next line; otherwise they are cut.
    pub wrap: bool,
    /// The width of every column, if it is fixed.
    pub column_width: Option<usize>,
}

/// A drawer of rows.
pub struct RowTable {
    columns: Vec<Column>,
    layout: Layout,
    wrap: bool,
    drawn: u64,
}

impl RowTable {
    /// A table for `columns`; `sample` are rows that will be drawn, if some are known already.
    pub fn new(columns: Vec<Column>, sample: &[Vec<String>], style: RowStyle) -> Self {
        let layout = match style.column_width {
            Some(width) => Layout::Columns(vec![width.max(1); columns.len()]),
            None => layout(&columns, sample, style.width),
        };
        Self { columns, layout, wrap: style.wrap, drawn: 0 }
    }

    /// The header, to be drawn first and again when it has left the screen. Cards have none.
    pub fn header(&self) -> String {
        let Layout::Columns(widths) = &self.layout else { return String::new() };
        let names: Vec<String> = self.columns.iter().map(|column| cell::on_one_line(&column.name)).collect();
        let mut out = rule(widths);
        out.push('\n');
        line(&mut out, widths, &names, true);
        out.push_str(&rule(widths));
        out.push('\n');
        out
    }

    /// Draws a row at the end of `out`.
    pub fn row(&mut self, out: &mut String, cells: &[String]) {
        self.drawn += 1;
        match &self.layout {
            Layout::Columns(widths) => line(out, widths, cells, self.wrap),
            Layout::Cards => card(out, &self.columns, cells, self.drawn),
        }
    }

    /// What closes the table.
    pub fn footer(&self) -> String {
        match &self.layout {
            Layout::Columns(widths) => rule(widths) + "\n",
            Layout::Cards => String::new(),
        }
    }
}

fn rule(widths: &[usize]) -> String {
    widths.iter().fold("+".to_owned(), |mut rule, width| {
        rule.extend(std::iter::repeat_n('-', *width));
        rule.push('+');
        rule
    })
}

fn line(out: &mut String, widths: &[usize], cells: &[String], wrap: bool) {
    let mut rests: Vec<&str> = (0..widths.len()).map(|at| cells.get(at).map_or("", String::as_str)).collect();
    loop {
        for (rest, width) in rests.iter_mut().zip(widths) {
            out.push('|');
            let (shown, after) = rest.split_at(fitting(rest, *width));
            if wrap || after.is_empty() {
                pad(out, shown, *width);
                *rest = after;
            } else {
                let cut = &rest[..fitting(rest, width.saturating_sub(1))];
                pad(out, &format!("{cut}…"), *width);
                *rest = "";
            }
        }
        out.push_str("|\n");
        if rests.iter().all(|rest| rest.is_empty()) {
            return;
        }
    }
}

fn pad(out: &mut String, text: &str, width: usize) {
    out.push_str(text);
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(text.width())));
}

/// How many bytes of `text` fit into `width` columns; at least one character, so that a wide
/// character in a narrow column does not stop everything.
fn fitting(text: &str, width: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > width && at > 0 {
            return at;
        }
    }
    text.len()
}

fn card(out: &mut String, columns: &[Column], cells: &[String], number: u64) {
    let widest = columns.iter().map(|column| column.name.width()).max().unwrap_or(0);
    // Writing to a String cannot fail.
    let _ = writeln!(out, "-[ row {number} ]{}", "-".repeat(widest.saturating_sub(4)));
    for (at, column) in columns.iter().enumerate() {
        pad(out, &cell::on_one_line(&column.name), widest);
        let _ = writeln!(out, " | {}", cells.get(at).map_or("", String::as_str));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn column(name: &str, sql_type: &str) -> Column {
        Column { name: name.to_owned(), sql_type: sql_type.to_owned() }
    }

    fn draw(columns: Vec<Column>, rows: &[Vec<Value>], style: RowStyle, fit: bool) -> String {
        let rows: Vec<_> = rows.iter().map(|row| cells(row, false)).collect();
        let mut table = RowTable::new(columns, if fit { &rows } else { &[] }, style);
        let mut out = table.header();
        rows.iter().for_each(|row| table.row(&mut out, row));
        out + &table.footer()
    }

    const NARROW: RowStyle = RowStyle { width: 30, wrap: true, column_width: None };

    #[test]
    fn long_values_go_on_in_the_next_line() {
        let columns = vec![column("ID", "INTEGER"), column("NAME", "STRING")];
        let rows =
            [vec![json!(1), json!("a fairly long name of twenty")], vec![json!(null), json!("日本語")]];
        let expected = "\
+-----------+----------------+
|ID         |NAME            |
+-----------+----------------+
|1          |a fairly long na|
|           |me of twenty    |
|null       |日本語          |
+-----------+----------------+
";
        assert_eq!(draw(columns, &rows, NARROW, false), expected);
    }

    #[test]
    fn or_are_cut() {
        let columns = vec![column("ID", "INTEGER"), column("NAME", "STRING")];
        let rows = [vec![json!(1), json!("a fairly long name of twenty")]];
        let style = RowStyle { wrap: false, column_width: Some(6), ..NARROW };
        assert_eq!(
            draw(columns, &rows, style, true),
            "+------+------+\n|ID    |NAME  |\n+------+------+\n|1     |a fai…|\n+------+------+\n"
        );
    }

    #[test]
    fn many_columns_become_cards() {
        let columns: Vec<_> = (0..9).map(|n| column(&format!("COLUMN{n}"), "STRING")).collect();
        let row: Vec<_> = (0..9).map(|n| json!(n)).collect();
        let drawn = draw(columns, &[row.clone(), row], NARROW, false);
        assert!(drawn.starts_with("-[ row 1 ]---\nCOLUMN0 | 0\nCOLUMN1 | 1\n"), "{drawn}");
        assert!(drawn.contains("-[ row 2 ]---\n"));
    }

    #[test]
    fn what_a_deletion_leaves_is_marked() {
        assert_eq!(cells(&[json!("k"), json!(null)], true), ["k", "<TOMBSTONE>"]);
    }
}
