//! Stand-in until the operators are there: hands rows through.

use crate::change::ChangeBatch;
use crate::error::{Error, Result};
use crate::operator::{Context, Store};
use crate::plan::Step;

pub struct Chain;

impl Chain {
    pub fn build(root: &Step, _stores: &dyn Fn(u16) -> Store) -> Result<Self> {
        match root {
            Step::Source(_) => Ok(Self),
            _ => Err(Error::internal("this step does not run yet")),
        }
    }

    pub fn push(
        &mut self,
        _source: usize,
        batch: ChangeBatch,
        _context: &mut Context<'_>,
        out: &mut Vec<ChangeBatch>,
    ) -> Result<()> {
        out.push(batch);
        Ok(())
    }

    pub fn flush(&mut self, _batch: &mut storage::StateBatch) -> Result<()> {
        Ok(())
    }

    pub fn committed(&mut self) {}
}
