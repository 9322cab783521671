//! Positions in strings, counted as Java counts: in UTF-16 code units.

/// How many UTF-16 code units a string has.
#[inline]
pub(super) fn len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// The byte where a code unit stands: the end of the string for a position beyond it, the next character's first byte for
/// a position in the middle of a character.
#[inline]
fn byte_of(text: &str, unit: usize) -> usize {
    let mut passed = 0;
    for (byte, letter) in text.char_indices() {
        if passed >= unit {
            return byte;
        }
        passed += letter.len_utf16();
    }
    text.len()
}

/// The part of a string from code unit `from` up to but not including `to`.
#[inline]
pub(super) fn slice(text: &str, from: usize, to: usize) -> &str {
    if text.is_ascii() {
        let to = to.min(text.len());
        return &text[from.min(to)..to];
    }
    let start = byte_of(text, from);
    let rest = &text[start..];
    &rest[..byte_of(rest, to.saturating_sub(from))]
}

/// The code unit that a byte belongs to.
#[inline]
pub(super) fn unit_of(text: &str, byte: usize) -> usize {
    len(&text[..byte])
}
