//! The fields of a date and a time that patterns speak of.

/// A field, as Java's `ChronoField` has them (and the few of `IsoFields` and `WeekFields` that patterns reach).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Field {
    Nano,
    NanoOfDay,
    MilliOfDay,
    Second,
    Minute,
    HourOfAmPm,
    ClockHourOfAmPm,
    HourOfDay,
    ClockHourOfDay,
    AmPm,
    // From here on, fields of the date.
    DayOfWeek,
    /// The day of the week, counted from Sunday.
    LocalDayOfWeek,
    AlignedWeekOfMonth,
    DayOfMonth,
    DayOfYear,
    WeekOfMonth,
    WeekOfYear,
    WeekBasedYear,
    QuarterOfYear,
    MonthOfYear,
    YearOfEra,
    Year,
    Era,
}

pub(super) const FIELDS: usize = Field::Era as usize + 1;

impl Field {
    /// Java's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nano => "NanoOfSecond",
            Self::NanoOfDay => "NanoOfDay",
            Self::MilliOfDay => "MilliOfDay",
            Self::Second => "SecondOfMinute",
            Self::Minute => "MinuteOfHour",
            Self::HourOfAmPm => "HourOfAmPm",
            Self::ClockHourOfAmPm => "ClockHourOfAmPm",
            Self::HourOfDay => "HourOfDay",
            Self::ClockHourOfDay => "ClockHourOfDay",
            Self::AmPm => "AmPmOfDay",
            Self::DayOfWeek => "DayOfWeek",
            Self::LocalDayOfWeek => "DayOfWeek[WeekFields[SUNDAY,1]]",
            Self::AlignedWeekOfMonth => "AlignedWeekOfMonth",
            Self::DayOfMonth => "DayOfMonth",
            Self::DayOfYear => "DayOfYear",
            Self::WeekOfMonth => "WeekOfMonth[WeekFields[SUNDAY,1]]",
            Self::WeekOfYear => "WeekOfWeekBasedYear[WeekFields[SUNDAY,1]]",
            Self::WeekBasedYear => "WeekBasedYear[WeekFields[SUNDAY,1]]",
            Self::QuarterOfYear => "QuarterOfYear",
            Self::MonthOfYear => "MonthOfYear",
            Self::YearOfEra => "YearOfEra",
            Self::Year => "Year",
            Self::Era => "Era",
        }
    }

    pub(super) fn is_date(self) -> bool {
        self as u8 >= Self::DayOfWeek as u8
    }

    /// The smallest and the largest value.
    pub(super) fn range(self) -> (i64, i64) {
        match self {
            Self::Nano => (0, 999_999_999),
            Self::NanoOfDay => (0, 86_399_999_999_999),
            Self::MilliOfDay => (0, 86_399_999),
            Self::Second | Self::Minute => (0, 59),
            Self::HourOfAmPm => (0, 11),
            Self::ClockHourOfAmPm => (1, 12),
            // 24 stands for the end of the day where all else is zero.
            Self::HourOfDay => (0, 23),
            Self::ClockHourOfDay => (1, 24),
            Self::AmPm | Self::Era => (0, 1),
            Self::DayOfWeek | Self::LocalDayOfWeek => (1, 7),
            Self::AlignedWeekOfMonth => (1, 5),
            Self::DayOfMonth => (1, 31),
            Self::DayOfYear => (1, 366),
            Self::WeekOfMonth => (0, 6),
            Self::WeekOfYear => (1, 53),
            Self::QuarterOfYear => (1, 4),
            Self::MonthOfYear => (1, 12),
            Self::YearOfEra => (1, 999_999_999),
            Self::Year | Self::WeekBasedYear => (-999_999_999, 999_999_999),
        }
    }
}

/// What a text said, field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FieldSet {
    values: [i64; FIELDS],
    set: u32,
}

impl FieldSet {
    pub(super) const EMPTY: Self = Self { values: [0; FIELDS], set: 0 };

    #[inline]
    pub(super) fn get(&self, field: Field) -> Option<i64> {
        (self.set & (1 << field as u8) != 0).then(|| self.values[field as usize])
    }

    /// Sets a field; false if it has another value already.
    #[inline]
    pub(super) fn set(&mut self, field: Field, value: i64) -> bool {
        match self.get(field) {
            Some(before) => before == value,
            None => {
                self.set |= 1 << field as u8;
                self.values[field as usize] = value;
                true
            }
        }
    }

    /// Whether any field of the date is set.
    pub(super) fn has_date(&self) -> bool {
        self.set >> (Field::DayOfWeek as u8) != 0
    }

    /// All fields that are set.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Field, i64)> {
        ALL.iter().filter_map(|field| self.get(*field).map(|value| (*field, value)))
    }
}

const ALL: [Field; FIELDS] = [
    Field::Nano,
    Field::NanoOfDay,
    Field::MilliOfDay,
    Field::Second,
    Field::Minute,
    Field::HourOfAmPm,
    Field::ClockHourOfAmPm,
    Field::HourOfDay,
    Field::ClockHourOfDay,
    Field::AmPm,
    Field::DayOfWeek,
    Field::LocalDayOfWeek,
    Field::AlignedWeekOfMonth,
    Field::DayOfMonth,
    Field::DayOfYear,
    Field::WeekOfMonth,
    Field::WeekOfYear,
    Field::WeekBasedYear,
    Field::QuarterOfYear,
    Field::MonthOfYear,
    Field::YearOfEra,
    Field::Year,
    Field::Era,
];
