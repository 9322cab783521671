//! From the fields that a text gave to a date, a time and an instant, by Java's rules ("smart" resolving).

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

use super::DAY_MS;
use super::error::TimeError;
use super::field::{Field, FieldSet};
use super::zone::Zone;

/// What a text said.
#[derive(Debug, Clone, Copy)]
pub struct Parsed {
    fields: FieldSet,
    date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    zone: Option<Zone>,
}

impl Parsed {
    /// The zone that the text names.
    pub fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// Whether the text says anything of a date.
    pub fn has_date_fields(&self) -> bool {
        self.fields.has_date()
    }

    /// The date, in days since the epoch; an error where the text does not say all of it.
    pub fn to_epoch_days(&self) -> Result<i32, TimeError> {
        self.date.map(|date| date.to_epoch_days()).ok_or_else(|| {
            TimeError::Value(
                "Unable to obtain LocalDate from TemporalAccessor: the text has not all of a date".into(),
            )
        })
    }

    /// The time, in milliseconds since midnight; an error where the text does not say the hour.
    pub fn to_millis_of_day(&self) -> Result<i32, TimeError> {
        self.time.map(millis_of_day).ok_or_else(|| {
            TimeError::Value("Unable to obtain LocalTime from TemporalAccessor: the text has no hour".into())
        })
    }

    /// The instant, in milliseconds since the epoch. What the text does not say is as at midnight of 1 January 1970; its
    /// zone is `default` if it names none.
    pub fn to_epoch_millis(&self, default: Zone) -> Result<i64, TimeError> {
        let date = match self.date {
            Some(date) => date,
            None => partial_date(&self.fields)
                .ok_or_else(|| TimeError::Value("Invalid value for the date of the text".into()))?,
        };
        let time = match self.time {
            Some(time) => time,
            None => partial_time(&self.fields),
        };
        let local = date.and_time(time);
        let offset = self.zone.unwrap_or(default).offset_of_local(local);
        Ok(local.and_utc().timestamp_millis() - i64::from(offset) * 1000)
    }
}

fn millis_of_day(time: NaiveTime) -> i32 {
    use chrono::Timelike;
    (time.num_seconds_from_midnight() * 1000 + time.nanosecond() / 1_000_000) as i32
}

/// Puts the fields together; the error says which of them cannot be.
pub(super) fn resolve(fields: FieldSet, zone: Option<Zone>) -> Result<Parsed, String> {
    let end_of_day = fields.get(Field::HourOfDay) == Some(24)
        && [Field::Minute, Field::Second, Field::Nano]
            .iter()
            .all(|field| fields.get(*field).unwrap_or(0) == 0);
    for (field, value) in fields.iter() {
        let (low, high) = field.range();
        if !(low..=high).contains(&value) && !(field == Field::HourOfDay && end_of_day) {
            return Err(format!(
                "Invalid value for {} (valid values {low} - {}): {value}",
                field.name(),
                upper(field)
            ));
        }
    }
    let mut date = full_date(&fields)?;
    if let (Some(known), Some(day)) = (date, day_of_week(&fields)) {
        let found = i64::from(known.weekday().number_from_monday());
        if found != day {
            return Err(format!(
                "Conflict found: Field DayOfWeek {found} differs from DayOfWeek {day} derived from {known}"
            ));
        }
    }
    let mut time = full_time(&fields);
    if end_of_day {
        date = date.and_then(|date| date.checked_add_days(Days::new(1)));
        time = Some(NaiveTime::MIN);
    }
    Ok(Parsed { fields, date, time, zone })
}

/// The upper bound as Java words it: some fields' depends on others.
fn upper(field: Field) -> String {
    let (_, high) = field.range();
    match field {
        Field::DayOfMonth => "28/31".into(),
        Field::DayOfYear => "365/366".into(),
        Field::YearOfEra => "999999999/1000000000".into(),
        _ => high.to_string(),
    }
}

fn day_of_week(fields: &FieldSet) -> Option<i64> {
    fields.get(Field::DayOfWeek).or_else(|| fields.get(Field::LocalDayOfWeek).map(|day| (day + 5) % 7 + 1))
}

/// The year; a year of an era counts as of this era unless the text names the other.
fn year(fields: &FieldSet) -> Option<i64> {
    let of_era = fields.get(Field::YearOfEra).map(|year| match fields.get(Field::Era) {
        Some(0) => 1 - year,
        _ => year,
    });
    fields.get(Field::Year).or(of_era)
}

/// A date of which a day beyond the month's last is the last.
fn clamped(year: i64, month: i64, day: i64) -> Option<NaiveDate> {
    let (year, month, day) =
        (i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    // At most three days are missing in the shortest month.
    (day.saturating_sub(3)..=day).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
}

/// The date, if the fields say all of it.
fn full_date(fields: &FieldSet) -> Result<Option<NaiveDate>, String> {
    let Some(year) = year(fields) else { return Ok(None) };
    let found = match (fields.get(Field::MonthOfYear), fields.get(Field::DayOfMonth)) {
        (Some(month), Some(day)) => clamped(year, month, day),
        _ => match fields.get(Field::DayOfYear) {
            Some(day) => {
                let found =
                    i32::try_from(year).ok().and_then(|year| NaiveDate::from_yo_opt(year, day as u32));
                if found.is_none() {
                    return Err(format!("Invalid date 'DayOfYear {day}' as '{year}' is not a leap year"));
                }
                found
            }
            None => return Ok(None),
        },
    };
    match found {
        Some(date) => Ok(Some(date)),
        None => Err(format!("Invalid value for Year: {year}")),
    }
}

/// The date with 1970-01-01 for what the fields do not say.
fn partial_date(fields: &FieldSet) -> Option<NaiveDate> {
    let year = year(fields).unwrap_or(1970);
    let quarter_month = fields.get(Field::QuarterOfYear).map_or(1, |quarter| quarter * 3 - 2);
    let month = fields.get(Field::MonthOfYear).unwrap_or(quarter_month);
    let date = match (fields.get(Field::DayOfMonth), fields.get(Field::DayOfYear)) {
        (None, Some(day)) => NaiveDate::from_yo_opt(i32::try_from(year).ok()?, u32::try_from(day).ok()?)?,
        (day, _) => clamped(year, month, day.unwrap_or(1))?,
    };
    match day_of_week(fields).and_then(|day| Weekday::try_from(day as u8 - 1).ok()) {
        // A day of the week alone is the one in the week of the date, which begins on Monday.
        Some(day) => Some(
            date.week(Weekday::Mon).checked_first_day()? + Days::new(u64::from(day.num_days_from_monday())),
        ),
        None => Some(date),
    }
}

/// The hour of the day, if the fields say it.
fn hour(fields: &FieldSet) -> Option<i64> {
    let half_day = hour_of_half(fields).zip(fields.get(Field::AmPm)).map(|(hour, half)| half * 12 + hour);
    fields
        .get(Field::HourOfDay)
        .or_else(|| fields.get(Field::ClockHourOfDay).map(|hour| hour % 24))
        .or(half_day)
}

fn hour_of_half(fields: &FieldSet) -> Option<i64> {
    fields.get(Field::HourOfAmPm).or_else(|| fields.get(Field::ClockHourOfAmPm).map(|hour| hour % 12))
}

/// The time of day in nanoseconds, as one field may give it.
fn whole_time(fields: &FieldSet) -> Option<NaiveTime> {
    let nanos = fields
        .get(Field::NanoOfDay)
        .or_else(|| fields.get(Field::MilliOfDay).map(|millis| millis * 1_000_000))?;
    NaiveTime::from_num_seconds_from_midnight_opt(
        (nanos / 1_000_000_000) as u32,
        (nanos % 1_000_000_000) as u32,
    )
}

fn clock(hour: i64, fields: &FieldSet) -> Option<NaiveTime> {
    let rest = |field| fields.get(field).unwrap_or(0) as u32;
    NaiveTime::from_hms_nano_opt(
        u32::try_from(hour).ok()?,
        rest(Field::Minute),
        rest(Field::Second),
        rest(Field::Nano),
    )
}

fn full_time(fields: &FieldSet) -> Option<NaiveTime> {
    whole_time(fields).or_else(|| clock(hour(fields)?, fields))
}

/// The time with zeros for what the fields do not say.
fn partial_time(fields: &FieldSet) -> NaiveTime {
    let half = fields.get(Field::AmPm).unwrap_or(0) * 12;
    clock(half + hour_of_half(fields).unwrap_or(0), fields).unwrap_or(NaiveTime::MIN)
}

/// Milliseconds since the epoch in UTC unless the text names a zone, where a field beyond its range runs over into the
/// next larger one.
pub(super) fn resolve_lenient(fields: &FieldSet, zone: Option<Zone>) -> Option<i64> {
    let months = fields.get(Field::MonthOfYear).unwrap_or(1).checked_sub(1)?;
    let year = year(fields).unwrap_or(1970).checked_add(months.div_euclid(12))?;
    let month = months.rem_euclid(12) as u32 + 1;
    let first = match fields.get(Field::DayOfYear) {
        Some(_) => NaiveDate::from_yo_opt(i32::try_from(year).ok()?, 1)?,
        None => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?,
    };
    let day = fields.get(Field::DayOfYear).or(fields.get(Field::DayOfMonth)).unwrap_or(1);
    let days =
        i64::from(first.num_days_from_ce() - NaiveDate::default().num_days_from_ce()).checked_add(day - 1)?;
    let half = fields.get(Field::AmPm).unwrap_or(0) * 12;
    let hours = hour(fields).unwrap_or(half + hour_of_half(fields).unwrap_or(0));
    let minutes = hours.checked_mul(60)?.checked_add(fields.get(Field::Minute).unwrap_or(0))?;
    let seconds = minutes.checked_mul(60)?.checked_add(fields.get(Field::Second).unwrap_or(0))?;
    let millis = seconds.checked_mul(1000)?.checked_add(fields.get(Field::Nano).unwrap_or(0) / 1_000_000)?;
    let local = days.checked_mul(DAY_MS)?.checked_add(millis)?;
    let offset = match zone {
        None => 0,
        Some(zone) => zone.offset_of_local(chrono::DateTime::from_timestamp_millis(local)?.naive_utc()),
    };
    local.checked_sub(i64::from(offset) * 1000)
}
