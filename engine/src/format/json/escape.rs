//! Escapes in JSON strings.

/// Appends the text that `raw`, a string's inside whose escapes are valid, stands for. Half of a surrogate pair alone is
/// U+FFFD.
pub fn unescape(raw: &[u8], out: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let escape = rest.get(at + 1).copied().unwrap_or(b'\\');
        rest = rest.get(at + 2..).unwrap_or_default();
        let plain = match escape {
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let (char, behind) = unicode(rest);
                out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                rest = behind;
                continue;
            }
            other => other,
        };
        out.push(plain);
    }
    out.extend_from_slice(rest);
}

/// The character whose digits `rest` begins with, and what follows.
fn unicode(rest: &[u8]) -> (char, &[u8]) {
    let (unit, behind) = code_unit(rest);
    if (0xd800..0xdc00).contains(&unit)
        && let Some(second) = behind.strip_prefix(b"\\u")
    {
        let (low, behind) = code_unit(second);
        if (0xdc00..0xe000).contains(&low) {
            let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), behind);
        }
    }
    (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), behind)
}

fn code_unit(rest: &[u8]) -> (u32, &[u8]) {
    let digits = &rest[..rest.len().min(4)];
    let unit = digits.iter().fold(0, |unit, digit| unit * 16 + (*digit as char).to_digit(16).unwrap_or(0));
    (unit, &rest[digits.len()..])
}

/// Whether a text needs escapes anywhere.
pub fn needs_escape(text: &[u8]) -> bool {
    // No early way out, so that the loop works on many bytes at once.
    text.iter().fold(false, |needs, byte| needs | (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\'))
}

/// Appends `text` with the escapes that JSON requires.
pub fn escape(text: &[u8], out: &mut Vec<u8>) {
    let mut from = 0;
    for (at, byte) in text.iter().enumerate() {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..0x20 => b'u',
            _ => continue,
        };
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(&[b'\\', short]);
        if short == b'u' {
            let digit = b"0123456789ABCDEF"[usize::from(byte & 15)];
            out.extend_from_slice(&[b'0', b'0', b'0' + (byte >> 4), digit]);
        }
        from = at + 1;
    }
    out.extend_from_slice(&text[from..]);
}
