//! The ways to write bytes as text: hex, utf8, ascii, base64.

use std::borrow::Cow;
use std::fmt::{self, Write};

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

/// Padding may be there or not, as Java's decoder has it.
const DECODER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Hex,
    Utf8,
    Ascii,
    Base64,
}

impl Encoding {
    pub(super) fn parse(name: &str) -> Option<Self> {
        [("hex", Self::Hex), ("utf8", Self::Utf8), ("ascii", Self::Ascii), ("base64", Self::Base64)]
            .into_iter()
            .find_map(|(known, encoding)| known.eq_ignore_ascii_case(name).then_some(encoding))
    }

    /// The bytes that a text stands for.
    pub(super) fn decode(self, text: &str) -> Result<Cow<'_, [u8]>, String> {
        match self {
            Self::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
            Self::Ascii if text.is_ascii() => Ok(Cow::Borrowed(text.as_bytes())),
            // What ASCII does not have becomes a question mark.
            Self::Ascii => Ok(text
                .chars()
                .map(|letter| u8::try_from(letter).ok().filter(u8::is_ascii).unwrap_or(b'?'))
                .collect()),
            Self::Hex => decode_hex(text.as_bytes())
                .map(Cow::Owned)
                .ok_or_else(|| format!("'{text}' is not made of pairs of hex digits")),
            Self::Base64 => DECODER
                .decode(text)
                .map(Cow::Owned)
                .map_err(|error| format!("'{text}' is not base64: {error}")),
        }
    }

    /// Writes bytes as text; `digits` are the hex digits to use.
    pub(super) fn encode(self, bytes: &[u8], digits: &[u8; 16], out: &mut impl Write) -> fmt::Result {
        match self {
            Self::Utf8 => out.write_str(&String::from_utf8_lossy(bytes)),
            Self::Ascii => bytes.iter().try_for_each(|byte| {
                out.write_char(if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER })
            }),
            Self::Hex => write_hex(bytes, digits, out),
            Self::Base64 => out.write_str(&STANDARD.encode(bytes)),
        }
    }
}

pub(super) const LOWER: &[u8; 16] = b"0123456789abcdef";
pub(super) const UPPER: &[u8; 16] = b"0123456789ABCDEF";

pub(super) fn write_hex(bytes: &[u8], digits: &[u8; 16], out: &mut impl Write) -> fmt::Result {
    bytes.iter().try_for_each(|byte| {
        out.write_char(char::from(digits[usize::from(byte >> 4)]))?;
        out.write_char(char::from(digits[usize::from(byte & 15)]))
    })
}

fn decode_hex(digits: &[u8]) -> Option<Vec<u8>> {
    if digits.len() % 2 != 0 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    digits.chunks_exact(2).map(|pair| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8)).collect()
}

/// The digits of a hex literal: plain, `0x…` (a missing first zero is added), `X'…'`.
pub(super) fn hex_literal(text: &str) -> Result<Cow<'_, str>, String> {
    if let Some(digits) = text.strip_prefix("0x") {
        return Ok(if digits.len() % 2 == 0 {
            Cow::Borrowed(digits)
        } else {
            Cow::Owned(format!("0{digits}"))
        });
    }
    match text.strip_prefix("x'").or_else(|| text.strip_prefix("X'")) {
        Some(rest) => rest
            .strip_suffix('\'')
            .map(Cow::Borrowed)
            .ok_or_else(|| format!("The hex literal {text} has no quote at its end")),
        None => Ok(Cow::Borrowed(text)),
    }
}
