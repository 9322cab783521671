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
/// Most bytes in idle buffers: sixteen reads of the usual size at once are more than the cores can copy.
const MAX_IDLE_BYTES: usize = 16 << 20;

/// Idle buffers of a node.
#[derive(Debug, Default)]
pub(crate) struct BufferPool {
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    buffers: Vec<Vec<u8>>,
    bytes: usize,
}

impl BufferPool {
    /// A buffer of at least `size` bytes, with any content.
    pub(crate) fn take(self: &Arc<Self>, size: usize) -> Buffer {
        let pooled = (MIN_POOLED..=MAX_POOLED).contains(&size);
        let reused = if pooled {
            let mut idle = self.idle.lock();
            // The last ones are the warmest.
            let found = idle.buffers.iter().rposition(|buffer| buffer.len() >= size);
            let found = found.map(|at| idle.buffers.swap_remove(at));
            idle.bytes -= found.as_ref().map_or(0, Vec::len);
            found
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

impl BufferPool {
    /// Gives the memory of idle buffers back: a node at rest holds none.
    pub(crate) fn trim(&self) {
        *self.idle.lock() = Idle::default();
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
            if idle.bytes + self.bytes.len() <= MAX_IDLE_BYTES {
                idle.bytes += self.bytes.len();
                idle.buffers.push(std::mem::take(&mut self.bytes));
            }
        }
    }
}
