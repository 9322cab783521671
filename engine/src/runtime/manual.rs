//! Driving the tasks by hand: for tests, which have to say in which order records are taken.

use std::sync::Arc;

use super::cell::{Next, TaskCell};
use super::handle::Runtime;
use super::query::Query;
use crate::error::Result;
use crate::plan::QueryId;

impl Runtime {
    /// Lets a query take at most `max_records` records of one topic. What follows inside the query, through its internal
    /// topics, is done after each of them. Its output is visible after [`Runtime::commit`].
    ///
    /// Gives how many records were taken. A topic that the query reads twice counts once.
    pub fn step(&self, id: &QueryId, topic: &str, max_records: usize) -> Result<usize> {
        let query = self.manual_query(id)?;
        let internal = has_internal(&query);
        let mut taken = 0;
        for cell in &query.cells {
            while taken < max_records {
                let rows = cell.with_task(|task| {
                    // Two readings of one topic take turns, record by record, as one reading would.
                    let readings = task.positions().filter(|(p, _)| p.topic.as_str() == topic).count();
                    let max = if readings > 1 { 1 } else { max_records - taken };
                    task.step(&|name| name == topic, max)
                })?;
                if rows == 0 {
                    break;
                }
                taken += rows;
                if internal {
                    drain_internal(&query)?;
                }
            }
        }
        Ok(taken)
    }

    /// Commits what all queries have done.
    pub fn commit(&self) -> Result<()> {
        for query in self.running() {
            commit(&query)?;
        }
        Ok(())
    }

    /// Runs all queries until nothing is left to do, and commits.
    pub fn run_until_idle(&self) -> Result<()> {
        loop {
            let mut worked = false;
            for query in self.running() {
                self.manual_query(&query.id)?;
                for cell in &query.cells {
                    let before = position(cell);
                    while cell.turn() == Next::Again {}
                    worked |= position(cell) != before;
                }
            }
            if !worked {
                return Ok(());
            }
        }
    }
}

fn position(cell: &Arc<TaskCell>) -> (u64, Vec<i64>) {
    cell.published(|p| (p.metrics.rows_in, p.positions.iter().map(|(_, offset)| *offset).collect()))
}

fn commit(query: &Query) -> Result<()> {
    for cell in &query.cells {
        if !cell.is_stopped() {
            cell.with_task(|task| if task.is_dirty() { task.begin_commit() } else { Ok(()) })?;
        }
    }
    Ok(())
}

fn has_internal(query: &Query) -> bool {
    query.cells.iter().any(|cell| cell.spec().inputs.iter().any(|input| input.internal))
}

/// Runs the sub-plans that read internal topics until these are empty.
fn drain_internal(query: &Query) -> Result<()> {
    loop {
        commit(query)?;
        let mut rows = 0;
        for cell in &query.cells {
            let inputs = &cell.spec().inputs;
            let internal =
                |name: &str| inputs.iter().any(|input| input.internal && input.source.topic == name);
            rows += cell.with_task(|task| task.step(&internal, usize::MAX))?;
        }
        if rows == 0 {
            return Ok(());
        }
    }
}
