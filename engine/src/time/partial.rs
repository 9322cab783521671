//! ISO texts of which the end may be missing, as string literals beside ROWTIME, TIMESTAMP, DATE and TIME are.

use super::DAY_MS;
use super::error::TimeError;
use super::zone::Zone;
use chrono::{NaiveDate, NaiveTime};

const TIMESTAMP_HELP: &str = "\nRequired format is: \"yyyy-MM-dd'T'HH:mm:ss.SSS\", with an optional timezone in the \
    format \"+HHMM\" or \"Z\". Partials are also supported, such as \"2020-05-26\"";
const DATE_HELP: &str =
    "\nRequired format is: \"yyyy-MM-dd\". Partials are also supported, such as \"2020-05\"";
const TIME_HELP: &str =
    "\nRequired format is: \"HH:mm:ss.SSS\". Partials are also supported, such as \"10:30\"";

/// An instant, in milliseconds since the epoch: `2020`, `2020-05-26T23`, `2020-05-26T23:59:58.123+0200`. A text without
/// a zone is in the machine's.
pub fn parse_timestamp(text: &str) -> Result<i64, TimeError> {
    let failed =
        |why: &str| TimeError::Value(format!("Failed to parse timestamp '{text}': {why}{TIMESTAMP_HELP}"));
    let (date, rest) = text.split_once('T').unwrap_or((text, ""));
    let (time, zone) = match rest.find(['+', '-']) {
        Some(at) => (&rest[..at], Zone::parse(rest[at..].trim())),
        None => match rest.strip_suffix(['Z', 'z']) {
            Some(time) => (time, Ok(Zone::Offset(0))),
            None => (rest, Ok(Zone::system())),
        },
    };
    let zone = zone.map_err(|error| failed(&error.to_string()))?;
    let date = read_date(date).ok_or_else(|| failed("the date is not one"))?;
    let time = read_time(time).ok_or_else(|| failed("the time is not one"))?;
    let local = date.and_time(time);
    Ok(local.and_utc().timestamp_millis() - i64::from(zone.offset_of_local(local)) * 1000)
}

/// A date, in days since the epoch: `2020`, `2020-05`, `2020-05-26`. A time behind it must be midnight.
pub fn parse_date(text: &str) -> Result<i32, TimeError> {
    let failed = |why: &str| TimeError::Value(format!("Failed to parse date '{text}': {why}{DATE_HELP}"));
    if text.contains('T') {
        let millis = parse_timestamp(text)?;
        if millis.rem_euclid(DAY_MS) != 0 {
            return Err(failed("a date has no time of day"));
        }
        return i32::try_from(millis / DAY_MS).map_err(|_| failed("the date is too far away"));
    }
    read_date(text).map(|date| date.to_epoch_days()).ok_or_else(|| failed("the date is not one"))
}

/// A time, in milliseconds since midnight: `10`, `10:30`, `10:30:15`, `10:30:15.123`.
pub fn parse_time(text: &str) -> Result<i32, TimeError> {
    use chrono::Timelike;
    match read_time(text) {
        Some(time) if !text.is_empty() => {
            Ok((time.num_seconds_from_midnight() * 1000 + time.nanosecond() / 1_000_000) as i32)
        }
        _ => Err(TimeError::Value(format!("Failed to parse time '{text}': the time is not one{TIME_HELP}"))),
    }
}

/// A number of a fixed width.
fn digits(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn read_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = parts.next().map_or(Some(1), |day| digits(day, 2))?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn read_time(text: &str) -> Option<NaiveTime> {
    if text.is_empty() {
        return Some(NaiveTime::MIN);
    }
    let mut parts = text.splitn(3, ':');
    let hour = digits(parts.next()?, 2)?;
    let minute = parts.next().map_or(Some(0), |minute| digits(minute, 2))?;
    let (second, nano) = match parts.next() {
        None => (0, 0),
        Some(seconds) => match seconds.split_once('.') {
            None => (digits(seconds, 2)?, 0),
            Some((second, fraction)) if (1..=9).contains(&fraction.len()) => {
                (digits(second, 2)?, digits(fraction, fraction.len())? * 10u32.pow(9 - fraction.len() as u32))
            }
            Some(_) => return None,
        },
    };
    NaiveTime::from_hms_nano_opt(hour, minute, second, nano)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_may_be_missing() {
        for (text, expected) in [
            ("1970-01-02T00:00:00.001Z", 86_400_001),
            ("2020-01-01T00:00+01:00", 1_577_833_200_000),
            ("2020-02-10T08:31:44.001+0000", 1_581_323_504_001),
            ("1970-01-01T01-0100", 7_200_000),
        ] {
            assert_eq!(parse_timestamp(text), Ok(expected), "{text}");
        }
        assert_eq!(parse_date("1970-02"), Ok(31));
        assert_eq!(parse_date("1971"), Ok(365));
        assert_eq!(parse_time("00:00:00.010"), Ok(10));
        assert_eq!(parse_time("10:30"), Ok(37_800_000));
        for text in ["", "foo", "2020-13", "2020-01-01T25:00", "2020-1-1", "2020-01-01T00:00+99:00"] {
            assert!(parse_timestamp(text).is_err(), "{text}");
        }
    }
}
