//! Keys with a window: the inner key's bytes and behind them the window, as Kafka Streams writes them.
//!
//! Time windows have their start (8 bytes, big-endian epoch milliseconds), session windows their end and then their start.

use arrow::array::Int64Array;

use super::{Failure, Payloads};
use crate::plan::WindowKind;

/// The window behind each key: where it starts and ends, epoch milliseconds.
#[derive(Debug, Default, Clone)]
pub struct Windows {
    pub starts: Vec<Option<i64>>,
    pub ends: Vec<Option<i64>>,
}

impl Windows {
    /// WINDOWSTART and WINDOWEND.
    pub fn into_arrays(self) -> (Int64Array, Int64Array) {
        (self.starts.into(), self.ends.into())
    }
}

/// How many bytes the window takes.
fn suffix(kind: WindowKind) -> usize {
    match kind {
        WindowKind::Tumbling { .. } | WindowKind::Hopping { .. } => 8,
        WindowKind::Session { .. } => 16,
    }
}

/// Splits keys into the inner key and the window. A NULL key has neither; one too short has neither and fails.
pub fn split<'a>(
    kind: WindowKind,
    keys: &[Option<&'a [u8]>],
    inner: &mut Vec<Option<&'a [u8]>>,
    failures: &mut Vec<Failure>,
) -> Windows {
    let suffix = suffix(kind);
    let mut windows = Windows::default();
    windows.starts.reserve(keys.len());
    windows.ends.reserve(keys.len());
    inner.reserve(keys.len());
    for (row, key) in keys.iter().enumerate() {
        let parts = key.and_then(|key| key.split_at_checked(key.len().checked_sub(suffix)?));
        if let (Some(key), None) = (key, parts) {
            let reason = format!("a key with a window has {suffix} bytes at least, found {}", key.len());
            failures.push(Failure { row, reason });
        }
        let window = parts.and_then(|(_, window)| read(kind, window));
        inner.push(parts.map(|(inner, _)| inner));
        windows.starts.push(window.map(|(start, _)| start));
        windows.ends.push(window.map(|(_, end)| end));
    }
    windows
}

fn read(kind: WindowKind, window: &[u8]) -> Option<(i64, i64)> {
    let last = i64::from_be_bytes(*window.last_chunk()?);
    Some(match kind {
        WindowKind::Tumbling { size_ms } | WindowKind::Hopping { size_ms, .. } => {
            (last, last.saturating_add(size_ms))
        }
        WindowKind::Session { .. } => (last, i64::from_be_bytes(*window.first_chunk()?)),
    })
}

/// Appends keys with their windows to `out`. A NULL key stays NULL.
pub fn join(kind: WindowKind, keys: &Payloads, starts: &[i64], ends: &[i64], out: &mut Payloads) {
    out.bytes.reserve(keys.bytes.len() + keys.len() * suffix(kind));
    for (row, (start, end)) in starts.iter().zip(ends).enumerate().take(keys.len()) {
        let Some(key) = keys.get(row) else {
            out.end_null();
            continue;
        };
        out.bytes.extend_from_slice(key);
        if let WindowKind::Session { .. } = kind {
            out.bytes.extend_from_slice(&end.to_be_bytes());
        }
        out.bytes.extend_from_slice(&start.to_be_bytes());
        out.end();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn windows_are_read_back(
            keys in proptest::collection::vec(
                (proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)), 0_i64..1 << 50),
                0..20,
            ),
            session in any::<bool>(),
        ) {
            let kind = if session {
                WindowKind::Session { gap_ms: 1 }
            } else {
                WindowKind::Tumbling { size_ms: 10 }
            };
            let mut plain = Payloads::default();
            for (key, _) in &keys {
                match key {
                    Some(key) => {
                        plain.bytes.extend_from_slice(key);
                        plain.end();
                    }
                    None => plain.end_null(),
                }
            }
            let starts: Vec<i64> = keys.iter().map(|(_, start)| *start).collect();
            let ends: Vec<i64> = starts.iter().map(|start| start + 10).collect();
            let mut out = Payloads::default();
            join(kind, &plain, &starts, &ends, &mut out);
            let joined: Vec<_> = (0..out.len()).map(|row| out.get(row)).collect();
            let (mut inner, mut failures) = (Vec::new(), Vec::new());
            let windows = split(kind, &joined, &mut inner, &mut failures);
            prop_assert!(failures.is_empty());
            for (row, (key, start)) in keys.iter().enumerate() {
                prop_assert_eq!(inner[row], key.as_deref());
                prop_assert_eq!(windows.starts[row], key.as_ref().map(|_| *start));
                prop_assert_eq!(windows.ends[row], key.as_ref().map(|_| start + 10));
            }
        }
    }

    #[test]
    fn a_short_key_fails_alone() {
        let (mut inner, mut failures) = (Vec::new(), Vec::new());
        let keys = [Some(&b"abc"[..]), None, Some(&[0_u8; 9][..])];
        let windows = split(WindowKind::Tumbling { size_ms: 5 }, &keys, &mut inner, &mut failures);
        assert_eq!(failures.iter().map(|failure| failure.row).collect::<Vec<_>>(), [0]);
        assert_eq!(windows.ends, [None, None, Some(5)]);
    }
}
