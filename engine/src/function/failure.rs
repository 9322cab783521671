//! Rows that an expression cannot be evaluated for.
//!
//! ksqlDB evaluates row by row: an exception fails the expression for its row alone. Here a whole column is evaluated at
//! once, so a function notes the rows that fail ([`note`]) and goes on; whoever evaluates the whole expression
//! ([`collect`]) makes these rows NULL and logs them. Expressions that evaluate a part of the rows (CASE, lambdas) map
//! the row numbers back ([`mapped`]). The notes are thread-local because the evaluation of an expression never leaves its thread.

use std::cell::RefCell;

/// A row and why it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub row: usize,
    pub reason: String,
    /// Only a part of the answer is NULL for it (an element of ARRAY[…], a field of STRUCT(…)), not the whole.
    pub partial: bool,
}

thread_local! {
    static FAILURES: RefCell<Vec<Failure>> = const { RefCell::new(Vec::new()) };
}

/// Notes that the expression under evaluation fails for a row of its input.
pub fn note(row: usize, reason: impl Into<String>) {
    add(Failure { row, reason: reason.into(), partial: false });
}

/// Notes a failure again, for whoever evaluates the expression around.
pub fn add(failure: Failure) {
    FAILURES.with_borrow_mut(|failures| failures.push(failure));
}

/// Runs `evaluate` and gives the failures that it noted, in no order; a row may be there more than once.
pub fn collect<T>(evaluate: impl FnOnce() -> T) -> (T, Vec<Failure>) {
    let outer = FAILURES.take();
    let result = evaluate();
    (result, FAILURES.replace(outer))
}

/// Runs `evaluate` over a part of the rows: its row `i` is row `row_of(i)` of the whole.
pub fn mapped<T>(row_of: impl Fn(usize) -> usize, evaluate: impl FnOnce() -> T) -> T {
    let (result, failures) = collect(evaluate);
    for failure in failures {
        add(Failure { row: row_of(failure.row), ..failure });
    }
    result
}
