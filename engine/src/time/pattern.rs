//! Patterns in the language of Java's `DateTimeFormatter.ofPattern`.

use hashbrown::HashMap;

use super::error::TimeError;
use super::field::Field;
use super::names::Width;

/// When a number has a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Only a minus.
    Normal,
    Never,
    /// A minus, and a plus if the number is wider than the pattern.
    ExceedsPad,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Literal(String),
    /// A number of `min` to `max` digits. `following` is how many digits belong to the fixed-width numbers right behind.
    Number {
        field: Field,
        min: u8,
        max: u8,
        sign: Sign,
        following: u8,
    },
    /// A year in two digits, from 2000 on.
    TwoDigitYear {
        field: Field,
        following: u8,
    },
    /// So many digits of the fraction of a second.
    Fraction {
        width: u8,
    },
    Text {
        field: Field,
        width: Width,
    },
    ZoneId,
    ZoneName(Width),
    /// `GMT+8`, or `GMT+08:00` when full.
    LocalizedOffset {
        full: bool,
    },
    Offset {
        style: OffsetStyle,
        zero: &'static str,
    },
    Optional(Vec<Item>),
}

/// Which parts of an offset there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OffsetStyle {
    pub(super) colons: bool,
    pub(super) minutes: Presence,
    pub(super) seconds: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Never,
    IfNotZero,
    Always,
}

/// A pattern made ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct Formatter {
    pub(super) items: Vec<Item>,
}

/// The widest number: as many digits as a 64-bit integer has.
pub(super) const DIGITS_MAX: u8 = 19;

impl Formatter {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Result<Self, TimeError> {
        let mut reader = Reader { levels: vec![Vec::new()], open_number: None };
        let mut rest = pattern.chars().peekable();
        while let Some(letter) = rest.next() {
            match letter {
                'a'..='z' | 'A'..='Z' => {
                    let mut count = 1;
                    while rest.next_if_eq(&letter).is_some() {
                        count += 1;
                    }
                    reader.letter(letter, count)?;
                }
                '\'' => {
                    let mut text = String::new();
                    loop {
                        match rest.next() {
                            Some('\'') if rest.next_if_eq(&'\'').is_some() => text.push('\''),
                            Some('\'') => break,
                            Some(other) => text.push(other),
                            None => {
                                return Err(TimeError::Pattern(format!(
                                    "Pattern ends with an incomplete string literal: {pattern}"
                                )));
                            }
                        }
                    }
                    reader.literal(if text.is_empty() { "'" } else { &text });
                }
                '[' => reader.open(),
                ']' => reader.close()?,
                '{' | '}' | '#' => {
                    return Err(TimeError::Pattern(format!(
                        "Pattern includes reserved character: '{letter}'"
                    )));
                }
                other => reader.literal(other.encode_utf8(&mut [0; 4])),
            }
        }
        // Java closes what is open at the end.
        while reader.levels.len() > 1 {
            reader.close()?;
        }
        Ok(Self { items: reader.levels.pop().unwrap_or_default() })
    }
}

/// Formatters by pattern, for patterns that differ from row to row.
#[derive(Default)]
pub struct FormatterCache {
    known: HashMap<String, Result<Formatter, TimeError>>,
}

/// A query has few patterns; one that has more does not get to keep them all.
const PATTERNS_MAX: usize = 256;

impl FormatterCache {
    /// The formatter of a pattern, made now or before.
    pub fn get(&mut self, pattern: &str) -> Result<&Formatter, &TimeError> {
        if !self.known.contains_key(pattern) && self.known.len() >= PATTERNS_MAX {
            self.known.clear();
        }
        self.known.entry_ref(pattern).or_insert_with(|| Formatter::new(pattern)).as_ref()
    }
}

/// Builds items; the last level is the innermost open optional section.
struct Reader {
    levels: Vec<Vec<Item>>,
    /// The number that fixed-width numbers right behind it take digits from.
    open_number: Option<usize>,
}

impl Reader {
    fn items(&mut self) -> &mut Vec<Item> {
        self.levels.last_mut().expect("the outermost level is never closed")
    }

    fn push(&mut self, item: Item) {
        self.open_number = None;
        self.items().push(item);
    }

    fn literal(&mut self, text: &str) {
        self.open_number = None;
        match self.items().last_mut() {
            Some(Item::Literal(literal)) => literal.push_str(text),
            _ => self.items().push(Item::Literal(text.to_owned())),
        }
    }

    fn open(&mut self) {
        self.open_number = None;
        self.levels.push(Vec::new());
    }

    fn close(&mut self) -> Result<(), TimeError> {
        self.open_number = None;
        if self.levels.len() < 2 {
            return Err(TimeError::Pattern("Pattern invalid as it contains ] without previous [".into()));
        }
        let section = self.levels.pop().unwrap_or_default();
        self.items().push(Item::Optional(section));
        Ok(())
    }

    /// Adds a number; one of a fixed width may stand right behind another number.
    fn number(&mut self, item: Item, fixed_width: Option<u8>) {
        let at = self.items().len();
        match (self.open_number, fixed_width) {
            (Some(open), Some(width)) => {
                if let Item::Number { following, .. } | Item::TwoDigitYear { following, .. } =
                    &mut self.items()[open]
                {
                    *following += width;
                }
            }
            _ => self.open_number = Some(at),
        }
        self.items().push(item);
    }

    fn plain(&mut self, field: Field, count: usize) -> Result<(), TimeError> {
        self.ranged(field, count, 2)
    }

    /// A number of one digit or more for one letter, of exactly `count` digits for more letters, up to `most` letters.
    fn ranged(&mut self, field: Field, count: usize, most: usize) -> Result<(), TimeError> {
        match count {
            1 => self.number(
                Item::Number { field, min: 1, max: DIGITS_MAX, sign: Sign::Normal, following: 0 },
                None,
            ),
            _ if count <= most => self.number(
                Item::Number { field, min: count as u8, max: most as u8, sign: Sign::Never, following: 0 },
                (count == most).then_some(most as u8),
            ),
            _ => return Err(too_many(field.name(), count)),
        }
        Ok(())
    }

    fn wide(&mut self, field: Field, count: usize, sign: Sign) -> Result<(), TimeError> {
        if count > usize::from(DIGITS_MAX) {
            return Err(too_many(field.name(), count));
        }
        self.number(Item::Number { field, min: count as u8, max: DIGITS_MAX, sign, following: 0 }, None);
        Ok(())
    }

    fn year(&mut self, field: Field, count: usize) -> Result<(), TimeError> {
        match count {
            2 => self.number(Item::TwoDigitYear { field, following: 0 }, Some(2)),
            1 | 3 => self.wide(field, count, Sign::Normal)?,
            _ => self.wide(field, count, Sign::ExceedsPad)?,
        }
        Ok(())
    }

    /// A name; one or two letters give a number instead where `numeric` says so.
    fn named(&mut self, field: Field, count: usize, numeric: bool) -> Result<(), TimeError> {
        match count {
            1 | 2 if numeric => self.plain(field, count)?,
            1..=3 => self.push(Item::Text { field, width: Width::Short }),
            4 => self.push(Item::Text { field, width: Width::Full }),
            5 => self.push(Item::Text { field, width: Width::Narrow }),
            _ => return Err(too_many(field.name(), count)),
        }
        Ok(())
    }

    fn letter(&mut self, letter: char, count: usize) -> Result<(), TimeError> {
        let too_many = || Err(TimeError::Pattern(format!("Too many pattern letters: {letter}")));
        match letter {
            'G' => self.named(Field::Era, count, false),
            'y' => self.year(Field::YearOfEra, count),
            'u' => self.year(Field::Year, count),
            'Y' => self.year(Field::WeekBasedYear, count),
            'M' | 'L' => self.named(Field::MonthOfYear, count, true),
            'Q' | 'q' => self.named(Field::QuarterOfYear, count, true),
            'w' => self.plain(Field::WeekOfYear, count),
            'W' if count == 1 => self.plain(Field::WeekOfMonth, count),
            'd' => self.plain(Field::DayOfMonth, count),
            'D' => self.ranged(Field::DayOfYear, count, 3),
            'F' if count == 1 => self.plain(Field::AlignedWeekOfMonth, count),
            'E' => self.named(Field::DayOfWeek, count, false),
            'e' | 'c' if count <= 2 => self.plain(Field::LocalDayOfWeek, count),
            'e' | 'c' => self.named(Field::DayOfWeek, count, false),
            'a' if count == 1 => self.named(Field::AmPm, count, false),
            'h' => self.plain(Field::ClockHourOfAmPm, count),
            'K' => self.plain(Field::HourOfAmPm, count),
            'k' => self.plain(Field::ClockHourOfDay, count),
            'H' => self.plain(Field::HourOfDay, count),
            'm' => self.plain(Field::Minute, count),
            's' => self.plain(Field::Second, count),
            'S' if count <= 9 => {
                self.number(Item::Fraction { width: count as u8 }, Some(count as u8));
                Ok(())
            }
            'n' => self.wide(Field::Nano, count, Sign::Never),
            'N' => self.wide(Field::NanoOfDay, count, Sign::Never),
            'A' => self.wide(Field::MilliOfDay, count, Sign::Never),
            'V' if count == 2 => {
                self.push(Item::ZoneId);
                Ok(())
            }
            'V' => Err(TimeError::Pattern(format!("Pattern letter count must be 2: {letter}"))),
            'v' | 'z' => match count {
                1..=3 => {
                    self.push(Item::ZoneName(Width::Short));
                    Ok(())
                }
                4 => {
                    self.push(Item::ZoneName(Width::Full));
                    Ok(())
                }
                _ => too_many(),
            },
            'O' => match count {
                1 | 4 => {
                    self.push(Item::LocalizedOffset { full: count == 4 });
                    Ok(())
                }
                _ => Err(TimeError::Pattern(format!("Pattern letter count must be 1 or 4: {letter}"))),
            },
            'X' | 'x' | 'Z' => {
                let Some(item) = offset(letter, count) else { return too_many() };
                self.push(item);
                Ok(())
            }
            'W' | 'F' | 'a' | 'S' => too_many(),
            _ => Err(TimeError::Pattern(format!("Unknown pattern letter: {letter}"))),
        }
    }
}

fn too_many(field: &str, count: usize) -> TimeError {
    TimeError::Pattern(format!("Too many pattern letters: {count} for {field}"))
}

fn offset(letter: char, count: usize) -> Option<Item> {
    use Presence::{Always, IfNotZero, Never};
    let style = |colons, minutes, seconds| OffsetStyle { colons, minutes, seconds };
    if letter == 'Z' {
        return match count {
            1..=3 => Some(Item::Offset { style: style(false, Always, Never), zero: "+0000" }),
            4 => Some(Item::LocalizedOffset { full: true }),
            5 => Some(Item::Offset { style: style(true, Always, IfNotZero), zero: "Z" }),
            _ => None,
        };
    }
    let style = match count {
        1 => style(false, IfNotZero, Never),
        2 => style(false, Always, Never),
        3 => style(true, Always, Never),
        4 => style(false, Always, IfNotZero),
        5 => style(true, Always, IfNotZero),
        _ => return None,
    };
    let zero = match (letter, count) {
        ('X', _) => "Z",
        (_, 1) => "+00",
        (_, 2 | 4) => "+0000",
        _ => "+00:00",
    };
    Some(Item::Offset { style, zero })
}
