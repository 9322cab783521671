//! LIMIT.

use super::{Context, Operator};
use crate::change::{ChangeBatch, Op};
use crate::error::Result;

/// Lets the first rows through. The row before a change is not a row of its own.
pub struct Limit {
    left: u64,
}

impl Limit {
    pub fn new(rows: u64) -> Self {
        Self { left: rows }
    }
}

impl Operator for Limit {
    fn process(
        &mut self,
        _port: usize,
        batch: ChangeBatch,
        _context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        let mut taken = 0;
        while taken < batch.rows() && self.left > 0 {
            self.left -= u64::from(batch.op(taken) != Op::UpdateBefore);
            taken += 1;
        }
        match taken {
            0 => {}
            all if all == batch.rows() => out.push(batch),
            some => out.push(batch.slice(0, some)),
        }
        Ok(())
    }

    fn finished(&self) -> bool {
        self.left == 0
    }
}
