//! Keys that carry a window, as Kafka Streams writes them: the key's bytes, then for a time window its start, for a
//! session its end and its start, each 8 bytes, big-endian, epoch milliseconds.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};

use crate::format::Failure;
use crate::plan::WindowKind;

/// How many bytes of a key are its window.
pub fn suffix_len(kind: WindowKind) -> usize {
    match kind {
        WindowKind::Tumbling { .. } | WindowKind::Hopping { .. } => 8,
        WindowKind::Session { .. } => 16,
    }
}

/// Takes the windows off the keys: WINDOWSTART and WINDOWEND.
pub fn split(kind: WindowKind, keys: &mut [Option<&[u8]>], failures: &mut Vec<Failure>) -> [ArrayRef; 2] {
    let mut starts = Vec::with_capacity(keys.len());
    let mut ends = Vec::with_capacity(keys.len());
    let suffix = suffix_len(kind);
    for (row, key) in keys.iter_mut().enumerate() {
        let bytes = key.unwrap_or_default();
        let Some(at) = bytes.len().checked_sub(suffix) else {
            let reason = format!("a windowed key ends with {suffix} bytes of window, but this one has {}", bytes.len());
            failures.push(Failure { row, reason });
            (starts.push(0), ends.push(0));
            *key = None;
            continue;
        };
        let (inner, window) = bytes.split_at(at);
        *key = Some(inner);
        let number = |from: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&window[from..from + 8]);
            i64::from_be_bytes(bytes)
        };
        match kind {
            WindowKind::Tumbling { size_ms } | WindowKind::Hopping { size_ms, .. } => {
                starts.push(number(0));
                // Kafka Streams ends a window that would end after the end of time there.
                ends.push(number(0).saturating_add(size_ms));
            }
            WindowKind::Session { .. } => {
                ends.push(number(0));
                starts.push(number(8));
            }
        }
    }
    [Arc::new(Int64Array::from(starts)), Arc::new(Int64Array::from(ends))]
}

/// Appends the window to the bytes of a key.
#[inline]
pub fn append(kind: WindowKind, start: i64, end: i64, key: &mut Vec<u8>) {
    if matches!(kind, WindowKind::Session { .. }) {
        key.extend_from_slice(&end.to_be_bytes());
    }
    key.extend_from_slice(&start.to_be_bytes());
}
