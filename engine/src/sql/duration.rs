//! Lengths of time in window, join and timeout clauses.

use super::span::Span;

/// The unit of a length of time. Singular and plural are the same word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// `DAY`, `DAYS`
    Day,
    /// `HOUR`, `HOURS`
    Hour,
    /// `MINUTE`, `MINUTES`
    Minute,
    /// `SECOND`, `SECONDS`
    Second,
    /// `MILLISECOND`, `MILLISECONDS`
    Millisecond,
}

impl TimeUnit {
    /// The unit that a word names, in any case; `None` for another word.
    pub fn from_word(word: &str) -> Option<TimeUnit> {
        const WORDS: [(&str, TimeUnit); 10] = [
            ("DAY", TimeUnit::Day),
            ("DAYS", TimeUnit::Day),
            ("HOUR", TimeUnit::Hour),
            ("HOURS", TimeUnit::Hour),
            ("MINUTE", TimeUnit::Minute),
            ("MINUTES", TimeUnit::Minute),
            ("SECOND", TimeUnit::Second),
            ("SECONDS", TimeUnit::Second),
            ("MILLISECOND", TimeUnit::Millisecond),
            ("MILLISECONDS", TimeUnit::Millisecond),
        ];
        WORDS.iter().find(|(w, _)| w.eq_ignore_ascii_case(word)).map(|(_, unit)| *unit)
    }

    /// Length of one unit in milliseconds.
    pub fn millis(self) -> u64 {
        match self {
            TimeUnit::Day => 86_400_000,
            TimeUnit::Hour => 3_600_000,
            TimeUnit::Minute => 60_000,
            TimeUnit::Second => 1_000,
            TimeUnit::Millisecond => 1,
        }
    }

    /// The plural keyword: `SECONDS`.
    pub fn keyword(self) -> &'static str {
        match self {
            TimeUnit::Day => "DAYS",
            TimeUnit::Hour => "HOURS",
            TimeUnit::Minute => "MINUTES",
            TimeUnit::Second => "SECONDS",
            TimeUnit::Millisecond => "MILLISECONDS",
        }
    }
}

/// A length of time as it was written: `10 SECONDS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Duration {
    /// How many units.
    pub value: u64,
    /// Which unit.
    pub unit: TimeUnit,
    /// Where it stands.
    pub span: Span,
}

impl Duration {
    /// The length in milliseconds, saturating at the largest signed 64-bit value.
    pub fn millis(self) -> u64 {
        self.value.saturating_mul(self.unit.millis()).min(i64::MAX as u64)
    }
}
