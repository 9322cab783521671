//! Which windows of fixed length a time falls into, and when they are closed.

use crate::plan::{WindowKind, WindowSpec};

/// Windows `[start, start + size)` whose starts are the multiples of `advance` from 0 on.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    pub size: i64,
    pub advance: i64,
    pub grace: i64,
    pub retention: i64,
}

impl Windows {
    /// None for sessions, whose length is not fixed.
    pub fn fixed(spec: &WindowSpec) -> Option<Self> {
        let (size, advance) = match spec.kind {
            WindowKind::Tumbling { size_ms } => (size_ms, size_ms),
            WindowKind::Hopping { size_ms, advance_ms } => (size_ms, advance_ms),
            WindowKind::Session { .. } => return None,
        };
        let retention = spec.retention_ms.max(size.saturating_add(spec.grace_ms));
        Some(Self { size: size.max(1), advance: advance.max(1), grace: spec.grace_ms, retention })
    }

    /// Start of the latest window that holds this time.
    #[inline]
    pub fn last_start(&self, time: i64) -> i64 {
        time - time.rem_euclid(self.advance)
    }

    /// Starts of all windows that hold this time, ascending.
    pub fn starts(&self, time: i64) -> impl Iterator<Item = i64> + use<> {
        let (last, advance) = (self.last_start(time), self.advance);
        let after = time.saturating_sub(self.size);
        let count = (last - after - 1).div_euclid(advance);
        let first = (last - count * advance).max(0);
        (0..).map(move |i| first + i * advance).take_while(move |start| *start <= last)
    }

    /// Windows that end at or before this are closed when stream time is `stream_time`.
    #[inline]
    pub fn closed_before(&self, stream_time: i64) -> i64 {
        stream_time.saturating_sub(self.grace)
    }

    /// Start of the last window that is closed at this stream time; negative if there is none.
    pub fn last_closed(&self, stream_time: i64) -> i64 {
        self.last_start(self.closed_before(stream_time).saturating_sub(self.size).max(-1))
    }

    pub fn end(&self, start: i64) -> i64 {
        start.saturating_add(self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_those_of_the_windows_that_hold_the_time() {
        for (size, advance) in [(10, 10), (10, 5), (10, 3), (5, 2), (3, 10)] {
            let windows = Windows { size, advance, grace: 0, retention: size };
            for time in 0..60 {
                let expected: Vec<i64> = (0..)
                    .map(|i| i * advance)
                    .take_while(|s| *s <= time)
                    .filter(|s| time < s + size)
                    .collect();
                assert_eq!(windows.starts(time).collect::<Vec<_>>(), expected, "{time} in {windows:?}");
            }
        }
    }

    #[test]
    fn a_window_is_closed_when_stream_time_reaches_its_end_and_grace() {
        let windows = Windows { size: 10, advance: 10, grace: 3, retention: 13 };
        assert!(windows.last_closed(12) < 0);
        assert_eq!(windows.last_closed(13), 0);
        assert_eq!(windows.last_closed(22), 0);
        assert_eq!(windows.last_closed(23), 10);
    }
}
