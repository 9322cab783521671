//! Time zones: fixed offsets and regions of the time zone database.

use std::fmt::{self, Write};
use std::sync::OnceLock;

use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};

use super::error::TimeError;
use super::names::{Width, ZONES};

/// A zone, as Java's `ZoneId.of` reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Seconds east of Greenwich, at most 18 hours either way.
    Offset(i32),
    /// An offset that is written with a prefix, as `UTC+01:00`.
    Prefixed(&'static str, i32),
    Region(Tz),
}

/// Java's bound on offsets.
const OFFSET_MAX_SECONDS: i32 = 18 * 3600;

impl Zone {
    pub const UTC: Self = Self::Prefixed("UTC", 0);
    pub const GMT: Self = Self::Prefixed("GMT", 0);

    /// Reads a zone: `Europe/Berlin`, `+0200`, `UTC-5`, `Z`.
    pub fn parse(id: &str) -> Result<Self, TimeError> {
        if id == "Z" {
            return Ok(Self::Offset(0));
        }
        if id.starts_with(['+', '-']) {
            return offset_seconds(id).map(Self::Offset);
        }
        for prefix in ["UTC", "GMT", "UT"] {
            match id.strip_prefix(prefix) {
                Some("") => return Ok(Self::Prefixed(prefix, 0)),
                Some(rest) if rest.starts_with(['+', '-']) => {
                    return offset_seconds(rest).map(|seconds| Self::Prefixed(prefix, seconds));
                }
                _ => {}
            }
        }
        match id.parse::<Tz>() {
            Ok(region) => Ok(Self::Region(region)),
            Err(_) if is_region_id(id) => Err(TimeError::Zone(format!("Unknown time-zone ID: {id}"))),
            Err(_) => {
                Err(TimeError::Zone(format!("Invalid ID for region-based ZoneId, invalid format: {id}")))
            }
        }
    }

    /// The zone of the machine, from the TZ variable or the system's setting; UTC where there is none. It is looked up
    /// once: a clock that changes its zone in the middle of a query helps nobody.
    pub fn system() -> Self {
        static SYSTEM: OnceLock<Zone> = OnceLock::new();
        *SYSTEM.get_or_init(|| {
            let name = match std::env::var("TZ") {
                Ok(name) => name.trim_start_matches(':').to_owned(),
                // The system's setting is a link into the time zone database.
                Err(_) => std::fs::read_link("/etc/localtime")
                    .ok()
                    .and_then(|link| link.to_str()?.split_once("zoneinfo/").map(|(_, name)| name.to_owned()))
                    .unwrap_or_default(),
            };
            Self::parse(&name).unwrap_or(Self::UTC)
        })
    }

    /// Seconds east of Greenwich at an instant.
    pub fn offset_at(self, epoch_ms: i64) -> i32 {
        match self {
            Self::Offset(seconds) | Self::Prefixed(_, seconds) => seconds,
            Self::Region(region) => {
                let instant = DateTime::<Utc>::from_timestamp_millis(epoch_ms).unwrap_or_default();
                region.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc()
            }
        }
    }

    /// Seconds east of Greenwich for a time on the wall. As in Java, a time that is there twice is the earlier one, and
    /// a time that a change of the clocks skips has the offset from before the change.
    pub fn offset_of_local(self, local: NaiveDateTime) -> i32 {
        match self {
            Self::Offset(seconds) | Self::Prefixed(_, seconds) => seconds,
            Self::Region(region) => {
                let found = region.offset_from_local_datetime(&local).earliest();
                let offset = found.or_else(|| {
                    // No zone changes its clocks twice in a day.
                    let before = local.checked_sub_signed(Duration::days(1))?;
                    region.offset_from_local_datetime(&before).latest()
                });
                offset.map_or(0, |offset| offset.fix().local_minus_utc())
            }
        }
    }

    /// Writes Java's ID of the zone.
    pub(super) fn write_id(self, out: &mut impl Write) -> fmt::Result {
        match self {
            Self::Offset(seconds) => write_offset(out, seconds),
            Self::Prefixed(prefix, 0) => out.write_str(prefix),
            Self::Prefixed(prefix, seconds) => {
                out.write_str(prefix)?;
                write_offset(out, seconds)
            }
            Self::Region(region) => out.write_str(region.name()),
        }
    }

    /// Writes the name that the zone goes by at an instant: `PDT`, `Pacific Daylight Time`.
    pub(super) fn write_name(self, out: &mut impl Write, epoch_ms: i64, width: Width) -> fmt::Result {
        let full = width == Width::Full;
        match self {
            Self::Prefixed("UTC" | "UT", 0) if full => out.write_str("Coordinated Universal Time"),
            Self::Prefixed("GMT", 0) if full => out.write_str("Greenwich Mean Time"),
            Self::Offset(_) | Self::Prefixed(..) => self.write_id(out),
            Self::Region(region) => {
                let instant = DateTime::<Utc>::from_timestamp_millis(epoch_ms).unwrap_or_default();
                let offset = region.offset_from_utc_datetime(&instant.naive_utc());
                match offset.abbreviation() {
                    Some("UTC") if full => out.write_str("Coordinated Universal Time"),
                    Some(short) if full => match full_name(short) {
                        Some(name) => out.write_str(name),
                        None => out.write_str(region.name()),
                    },
                    // The database has digits where people have no abbreviation.
                    Some(short) if !short.starts_with(['+', '-']) => out.write_str(short),
                    _ => out.write_str(region.name()),
                }
            }
        }
    }

    /// The longest zone that `text` starts with, and its length in bytes; names such as `PST` only if `names` says so.
    pub(super) fn parse_prefix(text: &str, names: bool) -> Option<(Self, usize)> {
        let run = text
            .bytes()
            .take(ZONE_TEXT_MAX)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"/_+-:~.".contains(byte))
            .count();
        (1..=run).rev().find_map(|len| {
            let id = &text[..len];
            let zone = match names.then(|| named(id)).flatten() {
                Some(zone) => Some(zone),
                None if id.eq_ignore_ascii_case("z") => Some(Self::Offset(0)),
                None => Self::parse(id).ok(),
            };
            zone.map(|zone| (zone, len))
        })
    }
}

/// No zone's ID is longer.
const ZONE_TEXT_MAX: usize = 48;

/// The zone that an abbreviation or a long name means.
fn named(text: &str) -> Option<Zone> {
    // GMT is a zone by itself before it is London's winter.
    if text.eq_ignore_ascii_case("GMT") || text.eq_ignore_ascii_case("UTC") {
        return Zone::parse(&text.to_ascii_uppercase()).ok();
    }
    let names = ZONES
        .iter()
        .find(|names| [names.standard, names.daylight].iter().any(|name| name.eq_ignore_ascii_case(text)))?;
    names.region.parse().ok().map(Zone::Region)
}

fn full_name(short: &str) -> Option<&'static str> {
    ZONES.iter().find_map(|names| {
        if names.standard == short {
            Some(names.standard_full)
        } else if names.daylight == short {
            Some(names.daylight_full)
        } else {
            None
        }
    })
}

/// Java's rule for IDs of regions.
fn is_region_id(id: &str) -> bool {
    let mut bytes = id.bytes();
    id.len() >= 2
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"~/._+-".contains(&byte))
}

/// Reads an offset in the forms of Java's `ZoneOffset.of`: `+h`, `+hh`, `+hh:mm`, `+hhmm`, `+hh:mm:ss`, `+hhmmss`.
fn offset_seconds(id: &str) -> Result<i32, TimeError> {
    let invalid = |why: &str| TimeError::Zone(format!("Invalid ID for ZoneOffset, {why}: {id}"));
    let (sign, digits) = id.split_at(1);
    let two = |text: &str| -> Option<i32> {
        (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse().ok())
            .flatten()
    };
    let colons = digits.contains(':');
    let parts: Option<Vec<i32>> = if digits.len() == 1 {
        digits.parse().ok().map(|hour| vec![hour])
    } else if colons {
        digits.split(':').map(two).collect()
    } else if digits.is_ascii() && matches!(digits.len(), 2 | 4 | 6) {
        (0..digits.len()).step_by(2).map(|at| two(&digits[at..at + 2])).collect()
    } else {
        None
    };
    let parts = parts.filter(|parts| parts.len() <= 3).ok_or_else(|| invalid("invalid format"))?;
    let part = |index: usize| parts.get(index).copied().unwrap_or(0);
    if part(1) > 59 || part(2) > 59 {
        return Err(invalid("minutes and seconds go to 59"));
    }
    let seconds = part(0) * 3600 + part(1) * 60 + part(2);
    if seconds > OFFSET_MAX_SECONDS {
        return Err(TimeError::Zone("Zone offset not in valid range: -18:00 to +18:00".into()));
    }
    Ok(if sign == "-" { -seconds } else { seconds })
}

/// Writes an offset as Java's `ZoneOffset.getId`: `+02:00`, `Z`.
fn write_offset(out: &mut impl Write, seconds: i32) -> fmt::Result {
    if seconds == 0 {
        return out.write_char('Z');
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let magnitude = seconds.abs();
    write!(out, "{sign}{:02}:{:02}", magnitude / 3600, magnitude / 60 % 60)?;
    match magnitude % 60 {
        0 => Ok(()),
        rest => write!(out, ":{rest:02}"),
    }
}
