//! Points at the place in a statement that a message speaks of.

use unicode_width::UnicodeWidthStr;

use super::words::is_word;

/// A place in a statement, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line of the statement.
    pub line: usize,
    /// Character of that line.
    pub column: usize,
}

/// Finds the first `line L:C` of a message (what cannot be parsed) or `Line: L, Col: C` (what has no meaning).
pub fn position_in(message: &str) -> Option<Position> {
    [("line ", ":"), ("Line: ", ", Col: ")].iter().find_map(|(before, between)| {
        message.match_indices(before).find_map(|(at, marker)| {
            let (line, rest) = leading_number(&message[at + marker.len()..])?;
            let (column, _) = leading_number(rest.strip_prefix(between)?)?;
            (line > 0).then_some(Position { line, column: column.max(1) })
        })
    })
}

fn leading_number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Draws the line at `position` with a mark under the column, or nothing when the statement has no
/// such place. `first_line` is the number, in its file, of the statement's first line. At most
/// `width` columns are used; of a longer line the part around the place is shown.
pub fn point_at(statement: &str, position: Position, first_line: usize, width: usize) -> Option<String> {
    let line = statement.lines().nth(position.line - 1)?;
    // One blank for a tab or another control character keeps the mark under its character.
    let chars: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // One past the end is where something is missing.
    let at = position.column - 1;
    if at > chars.len() {
        return None;
    }
    let marked = if chars.get(at).is_some_and(|c| is_word(*c)) {
        chars[at..].iter().take_while(|c| is_word(**c)).count()
    } else {
        1
    };
    let number = (first_line + position.line - 1).to_string();
    let room = width.saturating_sub(number.len() + 4).max(20);
    let (from, to) = visible(chars.len(), at, room);
    let shown: String = chars[from..to].iter().collect();
    let before: String = chars[from..at.min(to)].iter().collect();
    let (head, tail) = (if from > 0 { "…" } else { "" }, if to < chars.len() { "…" } else { "" });
    let indent = " ".repeat(before.width() + head.width());
    let marked: String = chars[at..(at + marked).min(to).max(at)].iter().collect();
    let mark = "^".repeat(marked.width().max(1));
    let margin = " ".repeat(number.len());
    Some(format!("{margin} |\n{number} | {head}{shown}{tail}\n{margin} | {indent}{mark}"))
}

/// The part of a line of `len` characters to show so that `at` is in it.
fn visible(len: usize, at: usize, room: usize) -> (usize, usize) {
    if len <= room {
        return (0, len);
    }
    let room = room - 2;
    let from = at.saturating_sub(room / 2).min(len - room);
    (from, from + room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_from_messages() {
        assert_eq!(position_in("line 1:8: no"), Some(Position { line: 1, column: 8 }));
        assert_eq!(position_in("the line is odd; line 12:0: x"), Some(Position { line: 12, column: 1 }));
        assert_eq!(position_in("line 3 of the file"), None);
        assert_eq!(position_in("line 99999999999999999999:1"), None);
    }

    #[test]
    fn the_mark_covers_the_word() {
        let sql = "SELECT a,\n\tcolour FROM s;";
        let drawn = point_at(sql, Position { line: 2, column: 2 }, 10, 80);
        assert_eq!(drawn.as_deref(), Some("   |\n11 |  colour FROM s;\n   |  ^^^^^^"));
    }

    #[test]
    fn wide_characters_before_the_place_move_the_mark() {
        let drawn = point_at("SELECT '日本' x;", Position { line: 1, column: 13 }, 1, 80);
        assert_eq!(drawn.as_deref(), Some("  |\n1 | SELECT '日本' x;\n  |               ^"));
    }

    #[test]
    fn one_past_the_end_is_a_place_and_beyond_is_none() {
        let at = |column| point_at("SHOW", Position { line: 1, column }, 1, 80);
        assert_eq!(at(5).as_deref(), Some("  |\n1 | SHOW\n  |     ^"));
        assert_eq!(at(6), None);
        assert_eq!(point_at("SHOW", Position { line: 2, column: 1 }, 1, 80), None);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let sql = format!("SELECT {} wrong {};", "a, ".repeat(100), ", b".repeat(100));
        let column = sql.find("wrong").expect("it is there") + 1;
        let drawn = point_at(&sql, Position { line: 1, column }, 1, 60).expect("inside the line");
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines[1].width() <= 60);
        let mark = lines[2].find('^').expect("a mark");
        let byte_of_wrong = lines[1].find("wrong").expect("shown");
        assert_eq!(lines[1][..byte_of_wrong].width(), lines[2][..mark].width());
    }
}
