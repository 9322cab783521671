//! One JSON value into one column, with ksqlDB's coercions.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hashbrown::HashSet;

use super::escape::unescape;
use super::problem::{Problem, Result};
use super::scan::{self, Elements, Members};
use super::text;
use crate::format::column::{Builder, BytesColumn, DecimalType, MapColumn, Scalar};
use crate::format::decimal::{self, DecimalText};
use crate::format::digits;

/// Base64 as Java's decoders take it: padded or not.
pub const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Milliseconds of a day: the largest TIME.
pub const DAY_MS: i64 = 86_400_000;

/// Appends the value at `at` to a column; gives where it ends. When it fails the column may hold half of the row, which
/// the caller cuts off.
#[inline(always)]
pub fn decode(text: &[u8], at: usize, column: &mut Builder, depth: usize) -> Result<usize> {
    // The values that nearly all records are made of, without a detour; all else is for `decode_any`.
    match column {
        Builder::Bigint(values) | Builder::Timestamp(values) => {
            if let Some((value, end)) = digits::quick_integer(text, at) {
                values.push(value);
                return Ok(end);
            }
        }
        Builder::Integer(values) => {
            if let Some((value, end)) = digits::quick_integer(text, at) {
                values.push(value as i32);
                return Ok(end);
            }
        }
        Builder::Double(values) => {
            if let Some((value, end)) = digits::quick_double(text, at) {
                values.push(value);
                return Ok(end);
            }
        }
        Builder::String(values) => {
            if let Some((plain, end)) = plain_string(text, at) {
                values.push(plain);
                return Ok(end);
            }
        }
        Builder::Decimal(values, ty) => {
            if let Some((value, end)) = decimal::quick_fit(text, at, *ty) {
                values.push(value);
                return Ok(end);
            }
        }
        Builder::Unwanted(Scalar::String, rows) => {
            if let Some((_, end)) = plain_string(text, at) {
                *rows += 1;
                return Ok(end);
            }
        }
        Builder::Unwanted(Scalar::Integer | Scalar::Bigint | Scalar::Double | Scalar::Timestamp, rows) => {
            if let Some((_, end)) = digits::quick_integer(text, at) {
                *rows += 1;
                return Ok(end);
            }
        }
        _ => {}
    }
    decode_any(text, at, column, depth)
}

/// The text of a string without escapes, and where the string ends.
#[inline(always)]
pub fn plain_string(text: &[u8], at: usize) -> Option<(&[u8], usize)> {
    if text.get(at) != Some(&b'"') {
        return None;
    }
    let end = scan::special(text, at + 1)?;
    (text[end] == b'"').then(|| (&text[at + 1..end], end + 1))
}

#[inline(never)]
fn decode_any(text: &[u8], at: usize, column: &mut Builder, depth: usize) -> Result<usize> {
    if text.get(at) == Some(&b'n') {
        let end = scan::literal(text, at, b"null")?;
        column.push_null();
        return Ok(end);
    }
    match column {
        Builder::Boolean(values) => {
            let (value, end) = boolean(text, at)?;
            values.push(value);
            Ok(end)
        }
        Builder::Integer(values) => {
            let (value, end) = integer(text, at)?;
            values.push(value);
            Ok(end)
        }
        Builder::Bigint(values) => {
            let (value, end) = bigint(text, at, "BIGINT")?;
            values.push(value);
            Ok(end)
        }
        Builder::Double(values) => {
            let (value, end) = double(text, at)?;
            values.push(value);
            Ok(end)
        }
        Builder::Decimal(values, ty) => {
            let ty = *ty;
            decimal(text, at, ty, |number| number.fit(ty).map(|value| values.push(value)))
        }
        Builder::WideDecimal(values, ty) => {
            let ty = *ty;
            decimal(text, at, ty, |number| number.fit_wide(ty).map(|value| values.push(value)))
        }
        Builder::String(values) => {
            let end = text::write_text(text, at, values.open(), depth)?;
            values.end();
            Ok(end)
        }
        Builder::Bytes(values) => bytes(text, at, values),
        Builder::Timestamp(values) => {
            let (value, end) = bigint(text, at, "TIMESTAMP (epoch milliseconds)")?;
            values.push(value);
            Ok(end)
        }
        Builder::Date(values) => {
            let (value, end) = date(text, at)?;
            values.push(value);
            Ok(end)
        }
        Builder::Time(values) => {
            let (value, end) = time(text, at)?;
            values.push(value);
            Ok(end)
        }
        Builder::Unwanted(scalar, rows) => {
            let end = check(text, at, *scalar, depth)?;
            *rows += 1;
            Ok(end)
        }
        Builder::Array(column) => {
            if text.get(at) != Some(&b'[') {
                return Err(mismatch(text, at, "ARRAY"));
            }
            let mut elements = Elements::new(at, depth)?;
            let mut index = 0;
            while let Some(start) = elements.next(text)? {
                let end = decode(text, start, &mut column.elements, depth + 1)
                    .map_err(|problem| problem.in_element(index))?;
                elements.continue_at(end);
                index += 1;
            }
            column.end();
            Ok(elements.end())
        }
        Builder::Map(column) => map(text, at, column, depth),
        Builder::Struct(column) => {
            if text.get(at) != Some(&b'{') {
                return Err(mismatch(text, at, "STRUCT"));
            }
            let end = column.record.decode(text, at, column.len(), depth)?;
            column.end();
            Ok(end)
        }
    }
}

/// Checks a value that is not kept.
fn check(text: &[u8], at: usize, scalar: Scalar, depth: usize) -> Result<usize> {
    Ok(match scalar {
        Scalar::Boolean => boolean(text, at)?.1,
        Scalar::Integer => integer(text, at)?.1,
        Scalar::Bigint => bigint(text, at, "BIGINT")?.1,
        Scalar::Double => double(text, at)?.1,
        Scalar::String => scan::value(text, at, depth)?,
        Scalar::Timestamp => bigint(text, at, "TIMESTAMP (epoch milliseconds)")?.1,
        Scalar::Date => date(text, at)?.1,
        Scalar::Time => time(text, at)?.1,
    })
}

/// The value at `at` is not what the column takes; or not JSON at all, which counts more.
fn mismatch(text: &[u8], at: usize, expected: &str) -> Problem {
    match scan::value(text, at, 0) {
        Ok(end) => Problem::mismatch(expected, &text[at..end]),
        Err(problem) => problem,
    }
}

fn boolean(text: &[u8], at: usize) -> Result<(bool, usize)> {
    match text.get(at) {
        Some(b't') => Ok((true, scan::literal(text, at, b"true")?)),
        Some(b'f') => Ok((false, scan::literal(text, at, b"false")?)),
        _ => Err(mismatch(text, at, "BOOLEAN")),
    }
}

/// A number, or a string with a number in it.
enum Numeric<'a> {
    Number { token: &'a [u8], integer: bool },
    Text(std::borrow::Cow<'a, [u8]>),
}

fn numeric<'a>(text: &'a [u8], at: usize, expected: &str) -> Result<(Numeric<'a>, usize)> {
    match text.get(at) {
        Some(b'-' | b'0'..=b'9') => {
            let scan::Number { end, integer } = scan::number(text, at)?;
            Ok((Numeric::Number { token: &text[at..end], integer }, end))
        }
        Some(b'"') => {
            let scan::Text { end, escaped } = scan::string(text, at + 1)?;
            let raw = &text[at + 1..end];
            let plain = if escaped {
                let mut plain = Vec::new();
                unescape(raw, &mut plain);
                plain.into()
            } else {
                raw.into()
            };
            Ok((Numeric::Text(plain), end + 1))
        }
        _ => Err(mismatch(text, at, expected)),
    }
}

fn bigint(text: &[u8], at: usize, expected: &str) -> Result<(i64, usize)> {
    let (number, end) = numeric(text, at, expected)?;
    let value = match number {
        Numeric::Number { token, integer } => match digits::java_long(token) {
            Some(value) if integer => value,
            _ => decimal::truncated(token),
        },
        Numeric::Text(plain) => {
            digits::java_long(&plain).ok_or_else(|| Problem::mismatch(expected, &text[at..end]))?
        }
    };
    Ok((value, end))
}

fn integer(text: &[u8], at: usize) -> Result<(i32, usize)> {
    let (value, end) = bigint(text, at, "INTEGER")?;
    // A number gives its lowest bits, a text has to be in range.
    match i32::try_from(value) {
        Ok(value) => Ok((value, end)),
        Err(_) if text[at] == b'"' => Err(Problem::mismatch("INTEGER", &text[at..end])),
        Err(_) => Ok((value as i32, end)),
    }
}

fn date(text: &[u8], at: usize) -> Result<(i32, usize)> {
    let (days, end) = bigint(text, at, "DATE (epoch days)")?;
    let days = i32::try_from(days).map_err(|_| Problem::mismatch("DATE (epoch days)", &text[at..end]))?;
    Ok((days, end))
}

fn time(text: &[u8], at: usize) -> Result<(i32, usize)> {
    let (millis, end) = bigint(text, at, "TIME (milliseconds of the day)")?;
    if !(0..=DAY_MS).contains(&millis) {
        return Err(Problem::mismatch("TIME (milliseconds of the day, 0 to 86400000)", &text[at..end]));
    }
    Ok((millis as i32, end))
}

fn double(text: &[u8], at: usize) -> Result<(f64, usize)> {
    let (number, end) = numeric(text, at, "DOUBLE")?;
    let value = match number {
        Numeric::Number { token, .. } => digits::json_double(token),
        Numeric::Text(plain) => {
            digits::java_double(&plain).ok_or_else(|| Problem::mismatch("DOUBLE", &text[at..end]))?
        }
    };
    Ok((value, end))
}

fn decimal(
    text: &[u8],
    at: usize,
    ty: DecimalType,
    push: impl FnOnce(&DecimalText<'_>) -> Option<()>,
) -> Result<usize> {
    let (number, end) = numeric(text, at, "DECIMAL")?;
    let digits = match &number {
        Numeric::Number { token, .. } => token,
        Numeric::Text(plain) => &**plain,
    };
    let number = DecimalText::parse(digits).ok_or_else(|| Problem::mismatch("DECIMAL", &text[at..end]))?;
    push(&number).ok_or_else(|| Problem::new(number.misfit(ty)))?;
    Ok(end)
}

fn bytes(text: &[u8], at: usize, values: &mut BytesColumn) -> Result<usize> {
    let expected = "BYTES (a base64 text)";
    if text.get(at) != Some(&b'"') {
        return Err(mismatch(text, at, expected));
    }
    let scan::Text { end, escaped } = scan::string(text, at + 1)?;
    let raw = &text[at + 1..end];
    let decoded = if escaped {
        let mut plain = Vec::new();
        unescape(raw, &mut plain);
        BASE64.decode_vec(&plain, values.open())
    } else {
        BASE64.decode_vec(raw, values.open())
    };
    decoded.map_err(|_| Problem::mismatch(expected, &text[at..=end]))?;
    values.end();
    Ok(end + 1)
}

/// Up to how many entries a map's names are compared with each other; beyond, they are hashed.
const FEW_ENTRIES: usize = 16;

fn map(text: &[u8], at: usize, column: &mut MapColumn, depth: usize) -> Result<usize> {
    if text.get(at) != Some(&b'{') {
        return Err(mismatch(text, at, "MAP"));
    }
    let mut members = Members::new(text, at, depth)?;
    while let Some(name) = members.next()? {
        if name.escaped {
            unescape(name.raw, column.keys.open());
            column.keys.end();
        } else {
            column.keys.push(name.raw);
        }
        let end = decode(text, members.value(), &mut column.values, depth + 1)
            .map_err(|problem| problem.in_field(&String::from_utf8_lossy(name.raw)))?;
        members.continue_at(end);
    }
    if has_duplicates(column) {
        last_of_each(text, at, column, depth)?;
    }
    column.end();
    Ok(members.end())
}

fn has_duplicates(column: &MapColumn) -> bool {
    let first = column.first_entry();
    let len = column.keys.len();
    if len - first <= FEW_ENTRIES {
        (first..len).any(|i| (first..i).any(|j| column.keys.get(i) == column.keys.get(j)))
    } else {
        let mut seen = HashSet::with_capacity_and_hasher(len - first, ahash::RandomState::default());
        (first..len).any(|i| !seen.insert(column.keys.get(i)))
    }
}

/// Reads the map anew, keeping of each name the last value, at the place of the first.
fn last_of_each(text: &[u8], at: usize, column: &mut MapColumn, depth: usize) -> Result<()> {
    column.truncate(column.len());
    let mut entries = hashbrown::HashMap::<Vec<u8>, (usize, usize), ahash::RandomState>::default();
    let mut members = Members::new(text, at, depth)?;
    while let Some(name) = members.next()? {
        let mut plain = Vec::new();
        unescape(name.raw, &mut plain);
        let order = entries.len();
        entries.entry(plain).or_insert((order, 0)).1 = members.value();
        members.continue_at(scan::value(text, members.value(), depth + 1)?);
    }
    let mut entries: Vec<_> = entries.into_iter().collect();
    entries.sort_unstable_by_key(|(_, (order, _))| *order);
    for (name, (_, value)) in entries {
        column.keys.push(&name);
        decode(text, value, &mut column.values, depth + 1)
            .map_err(|problem| problem.in_field(&String::from_utf8_lossy(&name)))?;
    }
    Ok(())
}
