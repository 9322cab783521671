//! Why a JSON text cannot be read, and where in the record.

use std::fmt;

pub type Result<T> = std::result::Result<T, Problem>;

/// Why a JSON text cannot be read. Boxed, so that the path without problems moves one word.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    /// From the innermost value outwards.
    path: Vec<Segment>,
    message: String,
}

#[derive(Debug)]
enum Segment {
    Field(String),
    Element(usize),
}

impl Problem {
    pub fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { path: Vec::new(), message: message.into() }))
    }

    /// The text is not JSON.
    pub fn syntax(what: &str) -> Self {
        Self::new(format!("not valid JSON: {what}"))
    }

    /// The text is not JSON because of the byte at `at`.
    pub fn unexpected(text: &[u8], at: usize) -> Self {
        match text.get(at..) {
            Some(rest) if !rest.is_empty() => {
                Self::syntax(&format!("unexpected `{}` at byte {at}", shown(&rest[..rest.len().min(12)])))
            }
            _ => Self::syntax("the text ends too early"),
        }
    }

    /// A value that the column's type cannot take.
    pub fn mismatch(expected: impl fmt::Display, found: &[u8]) -> Self {
        Self::new(format!("expected {expected}, found {}", described(found)))
    }

    pub fn in_field(mut self, name: &str) -> Self {
        self.0.path.push(Segment::Field(name.to_owned()));
        self
    }

    pub fn in_element(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Element(index));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if self.0.path.is_empty() {
            return Ok(());
        }
        f.write_str(", path: $")?;
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Element(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The beginning of a value, short enough for a message.
fn shown(value: &[u8]) -> String {
    // Characters have at most four bytes: more than are shown are not looked at.
    let start = &value[..value.len().min(1024)];
    crate::format::shortened(&String::from_utf8_lossy(start))
}

fn described(value: &[u8]) -> String {
    match value.first() {
        Some(b'"') => format!("the text {}", shown(value)),
        Some(b'{') => format!("the object {}", shown(value)),
        Some(b'[') => format!("the array {}", shown(value)),
        Some(b't' | b'f') => format!("the boolean {}", shown(value)),
        Some(b'n') => "null".to_owned(),
        Some(_) => format!("the number {}", shown(value)),
        None => "nothing".to_owned(),
    }
}
