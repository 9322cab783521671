//! Cuts a JSON array into its elements while it arrives, so that each row can be shown at once.

/// The largest element that is kept while it is incomplete. Rows are far smaller; without a bound a
/// broken server could fill the memory.
const MAX_ELEMENT: usize = 64 << 20;

/// A cutter of one array, fed with pieces of its text.
#[derive(Debug, Default)]
pub struct ArrayCutter {
    buffer: Vec<u8>,
    /// Up to where `buffer` has been looked at.
    seen: usize,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

/// The text is not an array that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    /// Something else than `[` stands at the beginning.
    #[error("it does not begin with [ but with {0:?}")]
    NotAnArray(String),
    /// An element is larger than anyone sends.
    #[error("a row is larger than {} MiB", MAX_ELEMENT >> 20)]
    TooLarge,
    /// The elements are not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
}

impl ArrayCutter {
    /// Takes the next piece and gives each element that is complete now.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<String>, CutError> {
        self.buffer.extend_from_slice(piece);
        let mut elements = Vec::new();
        let mut start = 0;
        while let Some(&byte) = self.buffer.get(self.seen) {
            let at = self.seen;
            self.seen += 1;
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'[' if self.depth == 0 => {
                    self.depth = 1;
                    start = at + 1;
                }
                _ if self.depth == 0 => {
                    if !byte.is_ascii_whitespace() && byte != b',' {
                        let end = self.buffer.len().min(at + 40);
                        let text = String::from_utf8_lossy(&self.buffer[at..end]).into_owned();
                        return Err(CutError::NotAnArray(text));
                    }
                    start = at + 1;
                }
                b'"' => self.in_string = true,
                b'[' | b'{' => self.depth += 1,
                b',' if self.depth == 1 => {
                    take(&self.buffer[start..at], &mut elements)?;
                    start = at + 1;
                }
                b']' | b'}' => {
                    self.depth -= 1;
                    match self.depth {
                        0 => {
                            take(&self.buffer[start..at], &mut elements)?;
                            start = at + 1;
                        }
                        // The element is whole: show it now, before the comma has come.
                        1 => {
                            take(&self.buffer[start..=at], &mut elements)?;
                            start = at + 1;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.buffer.drain(..start);
        self.seen -= start;
        if self.buffer.len() > MAX_ELEMENT {
            return Err(CutError::TooLarge);
        }
        Ok(elements)
    }

    /// Whether the array has been closed, or never begun.
    pub fn is_complete(&self) -> bool {
        self.depth == 0
    }
}

fn take(bytes: &[u8], elements: &mut Vec<String>) -> Result<(), CutError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CutError::NotUtf8)?.trim();
    if !text.is_empty() {
        elements.push(text.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[{\"header\":{\"schema\":\"`A` STRUCT<`B` INTEGER>\"}},\n\
        {\"row\":{\"columns\":[1,\"]}\\\",[\",null]}},\n\n 7 , \"x\", {\"finalMessage\":\"é\"}\n]\n";

    fn expected() -> Vec<String> {
        serde_json::from_str::<Vec<Box<serde_json::value::RawValue>>>(TEXT)
            .expect("valid JSON")
            .into_iter()
            .map(|raw| raw.get().to_owned())
            .collect()
    }

    #[test]
    fn pieces_of_any_size_give_the_same_elements() {
        for size in 1..TEXT.len() {
            let mut cutter = ArrayCutter::default();
            let mut elements = Vec::new();
            for piece in TEXT.as_bytes().chunks(size) {
                elements.extend(cutter.push(piece).expect("valid"));
            }
            assert_eq!(elements, expected(), "pieces of {size} bytes");
            assert!(cutter.is_complete());
        }
    }

    #[test]
    fn an_object_is_given_before_its_comma_comes() {
        let mut cutter = ArrayCutter::default();
        assert_eq!(cutter.push(b"[{\"a\":1}").expect("valid"), ["{\"a\":1}"]);
        assert_eq!(cutter.push(b",\n").expect("valid"), [""; 0]);
        assert!(!cutter.is_complete());
    }

    #[test]
    fn other_text_is_refused() {
        assert!(matches!(ArrayCutter::default().push(b"<html>"), Err(CutError::NotAnArray(_))));
        assert_eq!(ArrayCutter::default().push(b"[\"\xff\",1]"), Err(CutError::NotUtf8));
        assert_eq!(ArrayCutter::default().push(b"]"), Err(CutError::NotAnArray("]".into())));
    }
}
