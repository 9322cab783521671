//! English names of months, days and zones.

use super::field::Field;

/// How long a name is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    Short,
    Full,
    Narrow,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The name of a field's value; none where the field has no names.
pub(super) fn name(field: Field, value: i64, width: Width) -> Option<&'static str> {
    let cut = |full: &'static str| match width {
        Width::Short => &full[..3],
        Width::Full => full,
        Width::Narrow => &full[..1],
    };
    let index = usize::try_from(value).ok()?;
    match field {
        Field::MonthOfYear => MONTHS.get(index.checked_sub(1)?).copied().map(cut),
        Field::DayOfWeek => DAYS.get(index.checked_sub(1)?).copied().map(cut),
        // Counted from Sunday.
        Field::LocalDayOfWeek => DAYS.get((index + 5) % 7).copied().map(cut),
        Field::AmPm => match width {
            Width::Narrow => ["a", "p"].get(index).copied(),
            _ => ["AM", "PM"].get(index).copied(),
        },
        Field::Era => match width {
            Width::Short => ["BC", "AD"].get(index).copied(),
            Width::Full => ["Before Christ", "Anno Domini"].get(index).copied(),
            Width::Narrow => ["B", "A"].get(index).copied(),
        },
        Field::QuarterOfYear => match width {
            Width::Short => ["Q1", "Q2", "Q3", "Q4"].get(index.checked_sub(1)?).copied(),
            Width::Full => ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"]
                .get(index.checked_sub(1)?)
                .copied(),
            Width::Narrow => ["1", "2", "3", "4"].get(index.checked_sub(1)?).copied(),
        },
        _ => None,
    }
}

/// Zones that people write by an abbreviation: the abbreviations in winter and in summer, the long name without and with
/// `Standard`/`Daylight` in it, and the zone whose rules are meant.
pub(super) struct ZoneNames {
    pub(super) standard: &'static str,
    pub(super) daylight: &'static str,
    pub(super) standard_full: &'static str,
    pub(super) daylight_full: &'static str,
    pub(super) region: &'static str,
}

const fn zone(
    standard: &'static str,
    daylight: &'static str,
    standard_full: &'static str,
    daylight_full: &'static str,
    region: &'static str,
) -> ZoneNames {
    ZoneNames { standard, daylight, standard_full, daylight_full, region }
}

pub(super) const ZONES: &[ZoneNames] = &[
    zone("PST", "PDT", "Pacific Standard Time", "Pacific Daylight Time", "America/Los_Angeles"),
    zone("MST", "MDT", "Mountain Standard Time", "Mountain Daylight Time", "America/Denver"),
    zone("CST", "CDT", "Central Standard Time", "Central Daylight Time", "America/Chicago"),
    zone("EST", "EDT", "Eastern Standard Time", "Eastern Daylight Time", "America/New_York"),
    zone("AST", "ADT", "Atlantic Standard Time", "Atlantic Daylight Time", "America/Halifax"),
    zone("NST", "NDT", "Newfoundland Standard Time", "Newfoundland Daylight Time", "America/St_Johns"),
    zone("AKST", "AKDT", "Alaska Standard Time", "Alaska Daylight Time", "America/Anchorage"),
    zone("HST", "HDT", "Hawaii-Aleutian Standard Time", "Hawaii-Aleutian Daylight Time", "Pacific/Honolulu"),
    zone("GMT", "BST", "Greenwich Mean Time", "British Summer Time", "Europe/London"),
    zone("WET", "WEST", "Western European Standard Time", "Western European Summer Time", "Europe/Lisbon"),
    zone("CET", "CEST", "Central European Standard Time", "Central European Summer Time", "Europe/Paris"),
    zone("EET", "EEST", "Eastern European Standard Time", "Eastern European Summer Time", "Europe/Athens"),
    zone("MSK", "MSD", "Moscow Standard Time", "Moscow Summer Time", "Europe/Moscow"),
    zone("SAST", "SAST", "South Africa Standard Time", "South Africa Standard Time", "Africa/Johannesburg"),
    zone("IST", "IST", "India Standard Time", "India Standard Time", "Asia/Kolkata"),
    zone("JST", "JDT", "Japan Standard Time", "Japan Daylight Time", "Asia/Tokyo"),
    zone("KST", "KDT", "Korean Standard Time", "Korean Daylight Time", "Asia/Seoul"),
    zone("HKT", "HKST", "Hong Kong Standard Time", "Hong Kong Summer Time", "Asia/Hong_Kong"),
    zone(
        "AWST",
        "AWDT",
        "Australian Western Standard Time",
        "Australian Western Daylight Time",
        "Australia/Perth",
    ),
    zone(
        "ACST",
        "ACDT",
        "Australian Central Standard Time",
        "Australian Central Daylight Time",
        "Australia/Adelaide",
    ),
    zone(
        "AEST",
        "AEDT",
        "Australian Eastern Standard Time",
        "Australian Eastern Daylight Time",
        "Australia/Sydney",
    ),
    zone("NZST", "NZDT", "New Zealand Standard Time", "New Zealand Daylight Time", "Pacific/Auckland"),
];
