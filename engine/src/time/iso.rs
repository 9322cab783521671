//! The texts that dates and times have in results and in casts to STRING.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use super::DAY_MS;

/// A timestamp as a CAST to STRING and the REST API print it: `2020-01-01T00:00:00.000`.
pub fn write_timestamp(out: &mut impl Write, epoch_ms: i64) -> std::fmt::Result {
    let days = epoch_ms.div_euclid(DAY_MS);
    write_iso_date(out, days)?;
    out.write_char('T')?;
    let millis = epoch_ms.rem_euclid(DAY_MS) as u32;
    write_clock(out, millis / 1000)?;
    write!(out, ".{:03}", millis % 1000)
}

/// A date as a CAST to STRING prints it: `2020-01-01`.
pub fn write_date(out: &mut impl Write, days: i32) -> std::fmt::Result {
    write_iso_date(out, i64::from(days))
}

/// A time as a CAST to STRING prints it: `23:59:59`, without a fraction.
pub fn write_time(out: &mut impl Write, millis: i32) -> std::fmt::Result {
    write_clock(out, i64::from(millis).rem_euclid(DAY_MS) as u32 / 1000)
}

fn write_clock(out: &mut impl Write, seconds: u32) -> std::fmt::Result {
    write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn write_iso_date(out: &mut impl Write, days: i64) -> std::fmt::Result {
    let date = i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days);
    match date {
        Some(date) => {
            let year = date.year();
            let sign = if year < 0 {
                "-"
            } else if year > 9999 {
                "+"
            } else {
                ""
            };
            write!(out, "{sign}{:04}-{:02}-{:02}", year.unsigned_abs(), date.month(), date.day())
        }
        // Outside of the calendar there is only the number.
        None => write!(out, "{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_isos() {
        let mut out = String::new();
        write_timestamp(&mut out, -1).unwrap();
        write_time(&mut out, 86_399_999).unwrap();
        write_date(&mut out, 11017).unwrap();
        assert_eq!(out, "1969-12-31T23:59:59.99923:59:592000-03-01");
    }
}
