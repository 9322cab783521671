//! Values to text.

use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike};

use super::error::TimeError;
use super::field::Field;
use super::names;
use super::pattern::{Formatter, Item, OffsetStyle, Presence, Sign};
use super::zone::Zone;

/// A value to format: a date, a time, or an instant in a zone.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    /// The zone, its offset in seconds, and the instant in milliseconds of the epoch.
    zone: Option<(Zone, i32, i64)>,
}

impl Moment {
    /// A date, in days since the epoch.
    pub fn date(days: i32) -> Result<Self, TimeError> {
        let date = NaiveDate::from_epoch_days(days)
            .ok_or_else(|| TimeError::Value(format!("Invalid value for EpochDay: {days}")))?;
        Ok(Self { date: Some(date), time: None, zone: None })
    }

    /// A time, in milliseconds since midnight.
    pub fn time(millis: i32) -> Result<Self, TimeError> {
        let time = u32::try_from(millis)
            .ok()
            .and_then(|ms| NaiveTime::from_num_seconds_from_midnight_opt(ms / 1000, ms % 1000 * 1_000_000))
            .ok_or_else(|| TimeError::Value(format!("Invalid value for MilliOfDay: {millis}")))?;
        Ok(Self { date: None, time: Some(time), zone: None })
    }

    /// An instant, in milliseconds since the epoch, as a clock in `zone` shows it.
    pub fn instant(epoch_ms: i64, zone: Zone) -> Result<Self, TimeError> {
        let offset = zone.offset_at(epoch_ms);
        let local = epoch_ms
            .checked_add(i64::from(offset) * 1000)
            .and_then(DateTime::from_timestamp_millis)
            .ok_or_else(|| TimeError::Value(format!("Invalid value for EpochMilli: {epoch_ms}")))?
            .naive_utc();
        Ok(Self { date: Some(local.date()), time: Some(local.time()), zone: Some((zone, offset, epoch_ms)) })
    }

    /// The value of a field; none where the value has no such field.
    fn get(&self, field: Field) -> Option<i64> {
        if field.is_date() {
            let date = self.date?;
            Some(match field {
                Field::Year => i64::from(date.year()),
                Field::YearOfEra if date.year() > 0 => i64::from(date.year()),
                Field::YearOfEra => 1 - i64::from(date.year()),
                Field::Era => i64::from(date.year() > 0),
                Field::MonthOfYear => i64::from(date.month()),
                Field::QuarterOfYear => i64::from(date.month0() / 3 + 1),
                Field::DayOfMonth => i64::from(date.day()),
                Field::DayOfYear => i64::from(date.ordinal()),
                Field::DayOfWeek => i64::from(date.weekday().number_from_monday()),
                Field::LocalDayOfWeek => i64::from(date.weekday().number_from_sunday()),
                Field::AlignedWeekOfMonth => i64::from(date.day0() / 7 + 1),
                Field::WeekOfMonth => {
                    let first = date.with_day(1)?.weekday().num_days_from_sunday();
                    i64::from((date.day0() + first) / 7 + 1)
                }
                _ => {
                    week(date).map(|(year, week)| if field == Field::WeekBasedYear { year } else { week })?
                }
            })
        } else {
            let time = self.time?;
            let seconds = i64::from(time.num_seconds_from_midnight());
            let nano = i64::from(time.nanosecond());
            let hour = i64::from(time.hour());
            Some(match field {
                Field::Nano => nano,
                Field::NanoOfDay => seconds * 1_000_000_000 + nano,
                Field::MilliOfDay => seconds * 1000 + nano / 1_000_000,
                Field::Second => i64::from(time.second()),
                Field::Minute => i64::from(time.minute()),
                Field::HourOfDay => hour,
                Field::ClockHourOfDay if hour == 0 => 24,
                Field::ClockHourOfDay => hour,
                Field::HourOfAmPm => hour % 12,
                Field::ClockHourOfAmPm if hour % 12 == 0 => 12,
                Field::ClockHourOfAmPm => hour % 12,
                _ => hour / 12,
            })
        }
    }
}

/// The year and the week of it, where weeks begin on Sunday and the first week is the one with 1 January.
fn week(date: NaiveDate) -> Option<(i64, i64)> {
    let first_day =
        |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.weekday().num_days_from_sunday());
    let next = first_day(date.year() + 1)?;
    let days_in_year = if date.leap_year() { 366 } else { 365 };
    if date.ordinal0() + next >= days_in_year {
        return Some((i64::from(date.year()) + 1, 1));
    }
    Some((i64::from(date.year()), i64::from((date.ordinal0() + first_day(date.year())?) / 7 + 1)))
}

impl Formatter {
    /// Writes a value. An error may come after a part of the text was written.
    pub fn format(&self, out: &mut impl Write, moment: &Moment) -> Result<(), TimeError> {
        write_items(&self.items, out, moment, false).map(|_| ())
    }

    /// [`Formatter::format`] into a string of its own.
    pub fn format_to_string(&self, moment: &Moment) -> Result<String, TimeError> {
        let mut out = String::new();
        self.format(&mut out, moment)?;
        Ok(out)
    }
}

/// Writes all items; in an optional section, false where a field is missing.
fn write_items(
    items: &[Item],
    out: &mut impl Write,
    moment: &Moment,
    optional: bool,
) -> Result<bool, TimeError> {
    for item in items {
        match write_item(item, out, moment) {
            Ok(()) => {}
            Err(TimeError::UnsupportedField(_)) if optional => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn full_sink(_: std::fmt::Error) -> TimeError {
    TimeError::Value("the text could not be written".into())
}

fn write_item(item: &Item, out: &mut impl Write, moment: &Moment) -> Result<(), TimeError> {
    let get = |field: Field| moment.get(field).ok_or(TimeError::UnsupportedField(field.name()));
    let zone = || {
        moment
            .zone
            .ok_or_else(|| TimeError::Value("Unable to extract ZoneId from temporal without a zone".into()))
    };
    let offset =
        || moment.zone.map(|(_, offset, _)| offset).ok_or(TimeError::UnsupportedField("OffsetSeconds"));
    match item {
        Item::Literal(text) => out.write_str(text).map_err(full_sink),
        Item::Number { field, min, max, sign, .. } => {
            let value = get(*field)?;
            let too_wide = value.unsigned_abs().checked_ilog10().unwrap_or(0) + 1 > u32::from(*max);
            if too_wide || (value < 0 && *sign == Sign::Never) {
                return Err(TimeError::Value(format!(
                    "Field {} cannot be printed as the value {value} exceeds the maximum print width of {max}",
                    field.name()
                )));
            }
            if value < 0 {
                out.write_char('-').map_err(full_sink)?;
            } else if *sign == Sign::ExceedsPad && value >= 10i64.saturating_pow(u32::from(*min)) {
                out.write_char('+').map_err(full_sink)?;
            }
            write_padded(out, value.unsigned_abs(), *min)
        }
        Item::TwoDigitYear { field, .. } => write_padded(out, get(*field)?.unsigned_abs() % 100, 2),
        Item::Fraction { width } => {
            let nano = get(Field::Nano)?.unsigned_abs();
            write_padded(out, nano / 10u64.pow(9 - u32::from(*width)), *width)
        }
        Item::Text { field, width } => {
            let value = get(*field)?;
            match names::name(*field, value, *width) {
                Some(name) => out.write_str(name).map_err(full_sink),
                None => write_padded(out, value.unsigned_abs(), 1),
            }
        }
        Item::ZoneId => zone()?.0.write_id(out).map_err(full_sink),
        Item::ZoneName(width) => {
            let (zone, _, instant) = zone()?;
            zone.write_name(out, instant, *width).map_err(full_sink)
        }
        Item::LocalizedOffset { full } => write_localized(out, offset()?, *full),
        Item::Offset { style, zero } => write_offset(out, offset()?, *style, zero),
        Item::Optional(items) => {
            // What a section wrote before a field was found missing must not stay.
            let mut section = String::new();
            if write_items(items, &mut section, moment, true)? {
                out.write_str(&section).map_err(full_sink)?;
            }
            Ok(())
        }
    }
}

fn write_padded(out: &mut impl Write, value: u64, width: u8) -> Result<(), TimeError> {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(value);
    for _ in digits.len()..usize::from(width) {
        out.write_char('0').map_err(full_sink)?;
    }
    out.write_str(digits).map_err(full_sink)
}

fn write_offset(out: &mut impl Write, seconds: i32, style: OffsetStyle, zero: &str) -> Result<(), TimeError> {
    let magnitude = seconds.unsigned_abs();
    let shown = |presence, value| match presence {
        Presence::Never => false,
        Presence::IfNotZero => value != 0,
        Presence::Always => true,
    };
    let (hours, minutes, rest) = (magnitude / 3600, magnitude / 60 % 60, magnitude % 60);
    let with_seconds = shown(style.seconds, rest);
    if hours == 0 && minutes == 0 && !(with_seconds && rest != 0) {
        return out.write_str(zero).map_err(full_sink);
    }
    out.write_char(if seconds < 0 { '-' } else { '+' }).map_err(full_sink)?;
    write_padded(out, u64::from(hours), 2)?;
    for (show, value) in [(shown(style.minutes, minutes) || with_seconds, minutes), (with_seconds, rest)] {
        if show {
            if style.colons {
                out.write_char(':').map_err(full_sink)?;
            }
            write_padded(out, u64::from(value), 2)?;
        }
    }
    Ok(())
}

fn write_localized(out: &mut impl Write, seconds: i32, full: bool) -> Result<(), TimeError> {
    out.write_str("GMT").map_err(full_sink)?;
    if seconds == 0 {
        return Ok(());
    }
    let magnitude = u64::from(seconds.unsigned_abs());
    out.write_char(if seconds < 0 { '-' } else { '+' }).map_err(full_sink)?;
    write_padded(out, magnitude / 3600, if full { 2 } else { 1 })?;
    if full || magnitude % 3600 != 0 {
        out.write_char(':').map_err(full_sink)?;
        write_padded(out, magnitude / 60 % 60, 2)?;
    }
    if magnitude % 60 != 0 {
        out.write_char(':').map_err(full_sink)?;
        write_padded(out, magnitude % 60, 2)?;
    }
    Ok(())
}
