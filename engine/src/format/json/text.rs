//! Any JSON value as the text of a STRING column.

use hashbrown::HashMap;

use super::escape::{escape, unescape};
use super::problem::{Problem, Result};
use super::scan::{self, Elements, MAX_DEPTH, Members};
use crate::format::decimal::DecimalText;

/// Appends the value at `at` as ksqlDB turns it into a STRING: a string's own text, a number as Java's BigDecimal prints
/// it, an object as compact JSON, an array as `[a, b]`. Gives where the value ends.
pub fn write_text(text: &[u8], at: usize, out: &mut Vec<u8>, depth: usize) -> Result<usize> {
    match text.get(at) {
        Some(b'"') => {
            let scan::Text { end, escaped } = scan::string(text, at + 1)?;
            let raw = &text[at + 1..end];
            if escaped {
                unescape(raw, out)
            } else {
                out.extend_from_slice(raw)
            }
            Ok(end + 1)
        }
        Some(b'{') => write_json(text, at, out, depth),
        Some(b'[') => {
            let mut elements = Elements::new(at, depth)?;
            out.push(b'[');
            let mut comma: &[u8] = b"";
            while let Some(start) = elements.next(text)? {
                out.extend_from_slice(comma);
                comma = b", ";
                elements.continue_at(write_text(text, start, out, depth + 1)?);
            }
            out.push(b']');
            Ok(elements.end())
        }
        _ => write_scalar(text, at, out),
    }
}

/// Appends a number, `true`, `false` or `null`.
fn write_scalar(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize> {
    if !matches!(text.get(at), Some(b'-' | b'0'..=b'9')) {
        let end = scan::value(text, at, MAX_DEPTH)?;
        out.extend_from_slice(&text[at..end]);
        return Ok(end);
    }
    let scan::Number { end, integer } = scan::number(text, at)?;
    let token = &text[at..end];
    if integer && token != b"-0" {
        out.extend_from_slice(token);
    } else {
        let number = DecimalText::parse(token)
            .ok_or_else(|| Problem::mismatch("a number with an exponent of 32 bits", token))?;
        number.write_java(out);
    }
    Ok(end)
}

/// Appends a value as compact JSON. Of members of one name the last counts.
fn write_json(text: &[u8], at: usize, out: &mut Vec<u8>, depth: usize) -> Result<usize> {
    match text.get(at) {
        Some(b'"') => {
            let scan::Text { end, escaped } = scan::string(text, at + 1)?;
            write_string(&text[at + 1..end], escaped, out);
            Ok(end + 1)
        }
        Some(b'{') => {
            let mut names: Vec<(&[u8], usize)> = Vec::new();
            let mut known = HashMap::<&[u8], usize, ahash::RandomState>::default();
            let mut members = Members::new(text, at, depth)?;
            while let Some(name) = members.next()? {
                let index = *known.entry(name.raw).or_insert(names.len());
                match names.get_mut(index) {
                    Some(member) => member.1 = members.value(),
                    None => names.push((name.raw, members.value())),
                }
                members.continue_at(scan::value(text, members.value(), depth + 1)?);
            }
            out.push(b'{');
            for (i, (name, value)) in names.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_string(name, true, out);
                out.push(b':');
                write_json(text, value, out, depth + 1)?;
            }
            out.push(b'}');
            Ok(members.end())
        }
        Some(b'[') => {
            let mut elements = Elements::new(at, depth)?;
            out.push(b'[');
            let mut comma: &[u8] = b"";
            while let Some(start) = elements.next(text)? {
                out.extend_from_slice(comma);
                comma = b",";
                elements.continue_at(write_json(text, start, out, depth + 1)?);
            }
            out.push(b']');
            Ok(elements.end())
        }
        _ => write_scalar(text, at, out),
    }
}

fn write_string(raw: &[u8], escaped: bool, out: &mut Vec<u8>) {
    out.push(b'"');
    if escaped {
        let mut plain = Vec::new();
        unescape(raw, &mut plain);
        escape(&plain, out);
    } else {
        out.extend_from_slice(raw);
    }
    out.push(b'"');
}
