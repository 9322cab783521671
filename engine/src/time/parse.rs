//! Text to values.

use super::error::TimeError;
use super::field::{Field, FieldSet};
use super::names::{self, Width};
use super::pattern::{DIGITS_MAX, Formatter, Item, OffsetStyle, Presence, Sign};
use super::resolve::{Parsed, resolve};
use super::zone::Zone;

/// How strictly the text has to follow the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rigour {
    /// As `DateTimeFormatter`: every number has its width.
    Strict,
    /// As the older `FastDateFormat`: a number has as many digits as there are.
    Lenient,
}

/// Where the parser stands, and what it has found.
#[derive(Clone)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    rigour: Rigour,
    fields: FieldSet,
    zone: Option<Zone>,
}

/// The byte where the text stops following the pattern.
type Step = Result<(), usize>;

impl Formatter {
    /// Reads a text that follows the pattern from its beginning to its end. Letters may be of either case.
    pub fn parse(&self, text: &str) -> Result<Parsed, TimeError> {
        let cursor = self.run(text, Rigour::Strict)?;
        if cursor.at < text.len() {
            return Err(TimeError::Trailing { text: text.to_owned(), index: chars(text, cursor.at) });
        }
        resolve(cursor.fields, cursor.zone)
            .map_err(|reason| TimeError::Invalid { text: text.to_owned(), reason })
    }

    /// Reads a date as Java's older formatters do, which PARSE_DATE is built on: numbers may be shorter or longer than
    /// the pattern, a month 13 is January of the next year, and text behind the date does not matter. Gives milliseconds
    /// since the epoch, UTC.
    pub fn parse_lenient(&self, text: &str) -> Result<i64, TimeError> {
        let unparseable = || TimeError::Value(format!("Unparseable date: \"{text}\""));
        let cursor = self.run(text, Rigour::Lenient).map_err(|_| unparseable())?;
        super::resolve::resolve_lenient(&cursor.fields, cursor.zone).ok_or_else(unparseable)
    }

    fn run<'a>(&self, text: &'a str, rigour: Rigour) -> Result<Cursor<'a>, TimeError> {
        let mut cursor = Cursor { text, at: 0, rigour, fields: FieldSet::EMPTY, zone: None };
        match cursor.items(&self.items) {
            Ok(()) => Ok(cursor),
            Err(at) => Err(TimeError::Mismatch { text: text.to_owned(), index: chars(text, at) }),
        }
    }
}

fn chars(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(byte, |head| head.chars().count())
}

/// How many bytes of `text` are `expected`, in either case; none if it does not start with it.
fn starts_with(text: &str, expected: &str) -> Option<usize> {
    if text
        .as_bytes()
        .get(..expected.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(expected.as_bytes()))
    {
        return Some(expected.len());
    }
    if expected.is_ascii() {
        return None;
    }
    let mut rest = text.chars();
    for letter in expected.chars() {
        if !rest.next()?.to_lowercase().eq(letter.to_lowercase()) {
            return None;
        }
    }
    Some(text.len() - rest.as_str().len())
}

impl Cursor<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn items(&mut self, items: &[Item]) -> Step {
        for (index, item) in items.iter().enumerate() {
            let next_is_number = matches!(
                items.get(index + 1),
                Some(Item::Number { .. } | Item::TwoDigitYear { .. } | Item::Fraction { .. })
            );
            self.item(item, next_is_number)?;
        }
        Ok(())
    }

    fn item(&mut self, item: &Item, next_is_number: bool) -> Step {
        match item {
            Item::Literal(expected) => {
                self.at += starts_with(self.rest(), expected).ok_or(self.at)?;
                Ok(())
            }
            Item::Number { field, min, max, sign, following } => {
                let start = self.at;
                let value = match self.rigour {
                    Rigour::Strict => self.number(*min, *max, *sign, *following)?,
                    Rigour::Lenient => {
                        self.blanks();
                        self.number(1, if next_is_number { *min } else { DIGITS_MAX }, Sign::Never, 0)?
                    }
                };
                self.put(*field, value, start)
            }
            Item::TwoDigitYear { field, following } => {
                let start = self.at;
                let value = match self.rigour {
                    Rigour::Strict => self.number(2, 2, Sign::Never, *following)? + 2000,
                    Rigour::Lenient => {
                        self.blanks();
                        let year =
                            self.number(1, if next_is_number { 2 } else { DIGITS_MAX }, Sign::Never, 0)?;
                        if self.at - start > 2 { year } else { year + century(year) }
                    }
                };
                self.put(*field, value, start)
            }
            Item::Fraction { width } => self.fraction(usize::from(*width)),
            Item::Text { field, width } => {
                let (value, len) = match_name(self.rest(), *field, *width).ok_or(self.at)?;
                let start = self.at;
                self.at += len;
                self.put(*field, value, start)
            }
            Item::ZoneId => self.zone(false),
            Item::ZoneName(_) => self.zone(true),
            Item::LocalizedOffset { .. } => self.localized_offset(),
            Item::Offset { style, zero } => {
                let seconds = self.offset(*style, zero)?;
                self.put_zone(Zone::Offset(seconds))
            }
            Item::Optional(items) => {
                let before = self.clone();
                if self.items(items).is_err() {
                    *self = before;
                }
                Ok(())
            }
        }
    }

    fn put(&mut self, field: Field, value: i64, start: usize) -> Step {
        if self.fields.set(field, value) { Ok(()) } else { Err(start) }
    }

    fn put_zone(&mut self, zone: Zone) -> Step {
        match self.zone {
            // A region says more than the offset that stands beside it.
            Some(Zone::Region(_)) => {}
            _ => self.zone = Some(zone),
        }
        Ok(())
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// A number of `min` to `max` digits that leaves `following` digits to those behind it.
    fn number(&mut self, min: u8, max: u8, sign: Sign, following: u8) -> Result<i64, usize> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let signed = match bytes.get(start) {
            Some(b'-') if sign != Sign::Never => Some(true),
            Some(b'+') if sign == Sign::ExceedsPad => Some(false),
            _ => None,
        };
        let first = start + usize::from(signed.is_some());
        let (min, following) = (usize::from(min), usize::from(following));
        let run = bytes[first..]
            .iter()
            .take(usize::from(max) + following)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let len = if following > 0 { min.max(run.saturating_sub(following)) } else { run };
        if len < min || len > run {
            return Err(start);
        }
        match signed {
            // A plus is for numbers that the pattern did not foresee, and then it must be there.
            Some(false) if len <= min => return Err(start),
            None if sign == Sign::ExceedsPad && self.rigour == Rigour::Strict && len > min => {
                return Err(start);
            }
            _ => {}
        }
        let mut value = 0i64;
        for digit in &bytes[first..first + len] {
            value = value
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(i64::from(digit - b'0')))
                .ok_or(start)?;
        }
        self.at = first + len;
        Ok(if signed == Some(true) { -value } else { value })
    }

    fn fraction(&mut self, width: usize) -> Step {
        let start = self.at;
        let bytes = &self.text.as_bytes()[start..];
        let run = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let len = match self.rigour {
            Rigour::Strict => width,
            Rigour::Lenient => run.min(9),
        };
        if run < len || len == 0 {
            return Err(start);
        }
        let digits = bytes[..len].iter().fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0'));
        self.at += len;
        let nano = match self.rigour {
            Rigour::Strict => digits * 10i64.pow(9 - len as u32),
            // The older formatters read a fraction as a number of milliseconds.
            Rigour::Lenient => digits.saturating_mul(1_000_000),
        };
        self.put(Field::Nano, nano, start)
    }

    fn zone(&mut self, names: bool) -> Step {
        let full = names.then(|| match_full_zone(self.rest())).flatten();
        let (zone, len) = full.or_else(|| Zone::parse_prefix(self.rest(), names)).ok_or(self.at)?;
        self.at += len;
        self.put_zone(zone)
    }

    fn localized_offset(&mut self) -> Step {
        self.at += starts_with(self.rest(), "GMT").ok_or(self.at)?;
        if !self.rest().starts_with(['+', '-']) {
            return self.put_zone(Zone::Offset(0));
        }
        let id = self.rest();
        let len = 1 + id[1..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
        let zone = Zone::parse(&id[..len]).map_err(|_| self.at)?;
        self.at += len;
        self.put_zone(zone)
    }

    /// An offset in seconds.
    fn offset(&mut self, style: OffsetStyle, zero: &str) -> Result<i32, usize> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let negative = match bytes.get(start) {
            Some(b'+') => false,
            Some(b'-') => true,
            _ => {
                self.at += starts_with(self.rest(), zero).ok_or(start)?;
                return Ok(0);
            }
        };
        let two = |at: usize| match bytes.get(at..at + 2) {
            Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9']) => {
                Some(i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
            }
            _ => None,
        };
        let mut at = start + 1;
        let hours = two(at).ok_or(start)?;
        at += 2;
        let mut seconds = hours * 3600;
        for (presence, worth) in [(style.minutes, 60), (style.seconds, 1)] {
            if presence == Presence::Never {
                break;
            }
            let colon = usize::from(style.colons);
            let found = if style.colons && bytes.get(at) != Some(&b':') { None } else { two(at + colon) };
            match found {
                Some(value) if value <= 59 => {
                    seconds += value * worth;
                    at += colon + 2;
                }
                Some(_) => return Err(start),
                None if presence == Presence::Always => return Err(start),
                None => break,
            }
        }
        if seconds > 18 * 3600 {
            return Err(start);
        }
        self.at = at;
        Ok(if negative { -seconds } else { seconds })
    }
}

/// The century that a year of two digits is in, for the older formatters: at most 20 years ahead of now.
fn century(year: i64) -> i64 {
    use chrono::Datelike;
    let now = i64::from(chrono::Utc::now().year());
    let this_century = now - now % 100;
    if this_century + year > now + 20 { this_century - 100 } else { this_century }
}

/// The longest name of a field's values that the text starts with: the value and its length.
fn match_name(text: &str, field: Field, width: Width) -> Option<(i64, usize)> {
    let (low, high) = field.range();
    (low..=high)
        .filter_map(|value| {
            let name = names::name(field, value, width)?;
            starts_with(text, name).map(|len| (value, len))
        })
        .max_by_key(|(_, len)| *len)
}

/// The zone whose long name the text starts with.
fn match_full_zone(text: &str) -> Option<(Zone, usize)> {
    names::ZONES.iter().find_map(|zone| {
        let len = starts_with(text, zone.standard_full).or_else(|| starts_with(text, zone.daylight_full))?;
        Some((Zone::Region(zone.region.parse().ok()?), len))
    })
}
