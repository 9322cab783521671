//! Boxed tables and lists of facts.

use comfy_table::{
    ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle, Width,
};

use super::cell;

/// The lines of our boxes: one under the header, none between rows.
const STYLE: TableStyle = TableStyle::new()
    .top_border(LineStyle::new('+', '-', '+', '+'))
    .header_lines(ContentLineStyle::new('|', '|', '|'))
    .header_separator(LineStyle::new('+', '-', '+', '+'))
    .content_lines(ContentLineStyle::new('|', '|', '|'))
    .bottom_border(LineStyle::new('+', '-', '+', '+'));

/// A boxed table of at most `width` columns; longer texts go on in the next line, but names, which
/// stand in the first column, are broken last.
pub fn grid<R, C>(header: &[&str], rows: R, width: usize) -> String
where
    R: IntoIterator,
    R::Item: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    grid_keeping(1, header, rows, width)
}

/// The same with a number of columns at the beginning that are broken last.
pub fn grid_keeping<R, C>(keep: usize, header: &[&str], rows: R, width: usize) -> String
where
    R: IntoIterator,
    R::Item: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut table = Table::new();
    table
        .load_style(STYLE)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(header.to_vec());
    for row in rows {
        table.add_row(row.into_iter().map(|text| cell::plain(text.as_ref())).collect::<Vec<_>>());
    }
    // Columns that are kept whole still leave room for the others: one takes no more than a half, all no more than
    // two thirds.
    let most = u16::try_from(width / 2).unwrap_or(u16::MAX);
    // Padding is part of the width.
    let whole: Vec<u16> =
        table.column_max_content_widths().iter().map(|width| (width + 2).min(most)).collect();
    let mut room = most.saturating_add(most / 3);
    for (column, whole) in table.column_iter_mut().zip(whole).take(keep) {
        let Some(left) = room.checked_sub(whole) else { break };
        room = left;
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(whole)));
    }
    table.trim_fmt()
}

/// Lines `Name : value`, the colons below each other. Facts without a value are left out.
pub fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let facts: Vec<_> = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let widest = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let indent = format!("\n{}", " ".repeat(widest + 3));
    let line = |(name, value): &(&str, String)| {
        format!("{name:widest$} : {}", cell::plain(value.trim_end()).replace('\n', &indent))
    };
    facts.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Parts below each other with an empty line between; empty parts are left out.
pub fn sections(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_stay_within_the_width() {
        let drawn = grid(&["Name", "Text"], [["a", "one two three four"], ["b", "x"]], 22);
        let expected = "\
+------+-------------+
| Name | Text        |
+------+-------------+
| a    | one two     |
|      | three four  |
| b    | x           |
+------+-------------+";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn facts_are_aligned() {
        let drawn = facts([("A", "1".to_owned()), ("None", String::new()), ("Long", "x\ny".to_owned())]);
        assert_eq!(drawn, "A    : 1\nLong : x\n       y");
    }
}
