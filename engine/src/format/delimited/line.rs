//! The fields of a line: quoted by `"`, doubled within; the rules of Apache Commons CSV's default format.

/// Walks over the fields of the first line that is not empty.
pub struct Fields<'a> {
    rest: &'a str,
    delimiter: char,
    /// A field begins here, if only an empty one.
    more: bool,
    unquoted: String,
}

impl<'a> Fields<'a> {
    /// None if there is no line that is not empty.
    pub fn new(text: &'a str, delimiter: char) -> Option<Self> {
        let rest = text.trim_start_matches(|c| (c == '\n' || c == '\r') && c != delimiter);
        (!rest.is_empty()).then(|| Self { rest, delimiter, more: true, unquoted: String::new() })
    }

    /// The next field; none behind the last.
    pub fn next(&mut self) -> Result<Option<&str>, String> {
        if !self.more {
            return Ok(None);
        }
        if self.delimiter != '"' && self.rest.starts_with('"') {
            return self.quoted().map(Some);
        }
        let end = match u8::try_from(self.delimiter) {
            Ok(delimiter) if delimiter.is_ascii() => {
                memchr::memchr3(delimiter, b'\n', b'\r', self.rest.as_bytes())
            }
            _ => self.rest.find([self.delimiter, '\n', '\r']),
        };
        let (field, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.step_over(rest);
        Ok(Some(field))
    }

    /// Goes on behind the delimiter that `rest` begins with; without one the line is at its end.
    fn step_over(&mut self, rest: &'a str) {
        match rest.strip_prefix(self.delimiter) {
            Some(rest) => self.rest = rest,
            None => self.more = false,
        }
    }

    fn quoted(&mut self) -> Result<&str, String> {
        self.unquoted.clear();
        let mut rest = &self.rest[1..];
        loop {
            let Some(quote) = rest.find('"') else {
                return Err("the text ends within a quoted field".to_owned());
            };
            self.unquoted.push_str(&rest[..quote]);
            rest = &rest[quote + 1..];
            match rest.strip_prefix('"') {
                Some(behind) => {
                    self.unquoted.push('"');
                    rest = behind;
                }
                None => break,
            }
        }
        let blank = |c: char| c != self.delimiter && c != '\n' && c != '\r' && c.is_whitespace();
        rest = rest.trim_start_matches(blank);
        if !(rest.is_empty() || rest.starts_with([self.delimiter, '\n', '\r'])) {
            return Err("there is text between a quoted field and the delimiter".to_owned());
        }
        self.step_over(rest);
        Ok(&self.unquoted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(line: &str) -> Result<Vec<String>, String> {
        let mut fields = Fields::new(line, ',').ok_or("empty")?;
        let mut all = Vec::new();
        while let Some(field) = fields.next()? {
            all.push(field.to_owned());
        }
        Ok(all)
    }

    #[test]
    fn splits_as_commons_csv() {
        assert_eq!(fields("a,b,"), Ok(vec!["a".into(), "b".into(), String::new()]));
        assert_eq!(fields("\n\na\nb"), Ok(vec!["a".into()]));
        assert_eq!(fields("\"x,\"\"y\"\"\" ,1\r\n"), Ok(vec!["x,\"y\"".into(), "1".into()]));
        assert_eq!(fields(","), Ok(vec![String::new(), String::new()]));
        assert_eq!(fields("a\"b\",c"), Ok(vec!["a\"b\"".into(), "c".into()]));
        assert!(fields("\"a").is_err());
        assert!(fields("\"a\"b").is_err());
        assert!(fields("\r\n").is_err());
    }
}
