//! The ways in which a file runs; the answers must agree.

use std::fmt;

/// A way to run a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Each record is processed when it is there.
    Straight,
    /// As straight, with a commit and a restart of the node every few records.
    Restarts,
    /// Records wait for the next question, and are then processed in batches of one.
    One,
    /// Records wait for the next question, and are then processed together.
    Large,
}

impl Axis {
    pub const ALL: [Self; 4] = [Self::Straight, Self::Restarts, Self::One, Self::Large];

    /// Most rows that an operator sees at once.
    pub fn batch_records_max(self) -> usize {
        match self {
            Self::Large => 64 << 10,
            _ => 1,
        }
    }

    /// After how many records the node restarts.
    pub fn restart_every(self) -> Option<usize> {
        (self == Self::Restarts).then_some(3)
    }

    /// Whether each record is processed at once.
    pub fn at_once(self) -> bool {
        matches!(self, Self::Straight | Self::Restarts)
    }

    /// Whether a table tells only the last of several changes of a key.
    pub fn merges_changes(self) -> bool {
        self == Self::Large
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Straight => "straight",
            Self::Restarts => "with restarts",
            Self::One => "batches of one",
            Self::Large => "large batches",
        })
    }
}
