//! A value as the text of a cell.

use serde_json::Value;

/// The text of `value`: strings as they are, NULL as `null`, everything else as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => on_one_line(text),
        other => on_one_line(&other.to_string()),
    }
}

/// `text` on one line and harmless: control characters are written as escapes, since data must
/// not be able to steer the terminal.
pub fn on_one_line(text: &str) -> String {
    escape(text, |c| c.is_control())
}

/// The same, but lines stay lines.
pub fn plain(text: &str) -> String {
    escape(text, |c| c.is_control() && !matches!(c, '\n' | '\t'))
}

fn escape(text: &str, strange: impl Fn(char) -> bool) -> String {
    if !text.contains(&strange) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match strange(c) {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_one_harmless_line() {
        assert_eq!(text(&json!(null)), "null");
        assert_eq!(text(&json!("a\nb\u{1b}[31m")), "a\\nb\\u{1b}[31m");
        assert_eq!(text(&json!({"A": [1, null], "B": "é"})), r#"{"A":[1,null],"B":"é"}"#);
        assert_eq!(plain("a\nb\r"), "a\nb\\r");
    }
}
