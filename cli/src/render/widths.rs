//! How wide the columns of an answer's rows become.

use unicode_width::UnicodeWidthStr;

use super::schema::Column;

/// Below this many characters a column shows too little to be of use.
const LEGIBLE: usize = 8;
/// Least width of a column of texts whose values are not known yet.
const TEXT: usize = 16;

/// How rows are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// In columns of these widths.
    Columns(Vec<usize>),
    /// There are too many columns for the width: one line per value.
    Cards,
}

/// Lays out columns for a screen of `width`.
///
/// With a `sample` of rows (all rows of a short answer) columns become as wide as their values.
/// Without, the types tell what to expect, and texts share the room that is left. Where there is
/// too little room, the widest give way first.
pub fn layout(columns: &[Column], sample: &[Vec<String>], width: usize) -> Layout {
    // Each column has a bar to its left, and one more closes the row.
    let room = width.saturating_sub(columns.len() + 1);
    let mut wanted: Vec<usize> = (0..columns.len())
        .map(|at| {
            let column = &columns[at];
            let values = sample.iter().filter_map(|row| row.get(at)).map(|text| text.width()).max();
            values
                .unwrap_or_else(|| expected(&column.sql_type).unwrap_or(TEXT))
                .max(column.name.width())
                .max(1)
        })
        .collect();
    let least: usize = wanted.iter().map(|wanted| LEGIBLE.min(*wanted)).sum();
    if least > room {
        return Layout::Cards;
    }
    let total: usize = wanted.iter().sum();
    if total > room {
        let cap = cap(&wanted, room);
        wanted.iter_mut().for_each(|width| *width = cap.min(*width));
    } else if sample.is_empty() {
        let texts: Vec<usize> =
            (0..columns.len()).filter(|at| expected(&columns[*at].sql_type).is_none()).collect();
        if !texts.is_empty() {
            let extra = (room - total) / texts.len();
            texts.iter().for_each(|at| wanted[*at] += extra);
        }
    }
    Layout::Columns(wanted)
}

/// The largest bound on all widths under which they fit into `room`.
fn cap(wanted: &[usize], room: usize) -> usize {
    let fits = |cap: usize| wanted.iter().map(|wanted| cap.min(*wanted)).sum::<usize>() <= room;
    let (mut low, mut high) = (1, room.max(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// How wide values of a type become, when the type bounds it.
fn expected(sql_type: &str) -> Option<usize> {
    Some(match sql_type {
        "BOOLEAN" => 5,
        "INTEGER" | "INT" => 11,
        // Usual counts and times in milliseconds; a rare larger one goes on in the next line.
        "BIGINT" => 13,
        "DOUBLE" => 18,
        "DATE" => 10,
        "TIME" => 12,
        "TIMESTAMP" => 23,
        _ => {
            let digits =
                sql_type.strip_prefix("DECIMAL(")?.split(',').next()?.trim().parse::<usize>().ok()?;
            digits.min(30) + 2
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(types: &[&str]) -> Vec<Column> {
        types
            .iter()
            .enumerate()
            .map(|(at, kind)| Column { name: format!("C{at}"), sql_type: (*kind).to_owned() })
            .collect()
    }

    #[test]
    fn without_a_sample_types_decide_and_texts_take_the_rest() {
        let layout = layout(&columns(&["BIGINT", "STRING", "BOOLEAN", "MAP<STRING, INTEGER>"]), &[], 80);
        // 80 = 13 + 5 + two times 28 + 5 bars, and one left over.
        assert_eq!(layout, Layout::Columns(vec![13, 28, 5, 28]));
    }

    #[test]
    fn a_sample_decides_otherwise() {
        let sample = [vec!["1".to_owned(), "日本".to_owned()]];
        assert_eq!(layout(&columns(&["BIGINT", "STRING"]), &sample, 80), Layout::Columns(vec![2, 4]));
    }

    #[test]
    fn the_widest_give_way_first() {
        let sample = [vec!["x".repeat(100), "y".repeat(20), "z".repeat(10)]];
        let Layout::Columns(widths) = layout(&columns(&["STRING"; 3]), &sample, 64) else { panic!("fits") };
        assert_eq!(widths, [30, 20, 10]);
    }

    #[test]
    fn too_many_columns_become_cards() {
        assert_eq!(layout(&columns(&["STRING"; 19]), &[], 80), Layout::Cards);
    }
}
