//! Buffers that reads reuse: the memory of a fetch goes back to the pool when its last holder drops it, so that a
//! read neither clears memory nor faults pages in.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

/// Smaller reads are served well by the allocator.
const MIN_POOLED: usize = 64 << 10;
/// Larger buffers are rare, and are given back to the system.
const MAX_POOLED: usize = 4 << 20;
/// Sizes are rounded up to this, so that buffers fit many reads.
const STEP: usize = 256 << 10;
/// At most this many idle buffers: 16 reads at once is more than the cores can copy.
const MAX_IDLE: usize = 16;

/// Idle buffers of a node.
#[derive(Debug, Default)]
pub(crate) struct BufferPool {
    idle: Mutex<Vec<Vec<u8>>>,
}

impl BufferPool {
    /// A buffer of at least `size` bytes, with any content.
    pub(crate) fn take(self: &Arc<Self>, size: usize) -> Buffer {
        let pooled = (MIN_POOLED..=MAX_POOLED).contains(&size);
        let reused = if pooled {
            let mut idle = self.idle.lock();
            // The last ones are the warmest.
            idle.iter().rposition(|buffer| buffer.len() >= size).map(|at| idle.swap_remove(at))
        } else {
            None
        };
        let rounded = if pooled { size.next_multiple_of(STEP) } else { size };
        Buffer {
            bytes: reused.unwrap_or_else(|| vec![0; rounded]),
            pool: pooled.then(|| self.clone()),
            range: 0..0,
        }
    }
}

/// Memory on loan.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    pool: Option<Arc<BufferPool>>,
    range: std::ops::Range<usize>,
}

impl Buffer {
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// The bytes from `start` to `end`; the whole buffer goes back when they are dropped.
    pub(crate) fn freeze(mut self, start: usize, end: usize) -> Bytes {
        self.range = start..end;
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(pool) = &self.pool {
            let mut idle = pool.idle.lock();
            if idle.len() < MAX_IDLE {
                idle.push(std::mem::take(&mut self.bytes));
            }
        }
    }
}
