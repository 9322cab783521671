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
    /// It took only a part of the answer (an element of an array, a field of a struct), which is NULL already.
    pub partial: bool,
}

thread_local! {
    static FAILURES: RefCell<Vec<Failure>> = const { RefCell::new(Vec::new()) };
}

/// Notes that the expression under evaluation fails for a row of its input.
pub fn note(row: usize, reason: impl Into<String>) {
    add(Failure { row, reason: reason.into(), partial: false });
}

/// Notes a failure that took only a part of a row's answer, which is NULL already.
pub fn note_partial(row: usize, reason: impl Into<String>) {
    add(Failure { row, reason: reason.into(), partial: true });
}

/// Notes a failure again, for whoever evaluates the expression around.
pub fn add(failure: Failure) {
    FAILURES.with_borrow_mut(|failures| failures.push(failure));
}

/// Runs `evaluate` and gives the failures that took a row's whole answer; those that took a part go on to whoever
/// collects next.
pub fn contained<T>(evaluate: impl FnOnce() -> T) -> (T, Vec<Failure>) {
    let (result, failures) = collect(evaluate);
    let (partial, whole) = failures.into_iter().partition::<Vec<_>, _>(|failure| failure.partial);
    partial.into_iter().for_each(add);
    (result, whole)
}

/// Runs `evaluate` for a value that is one for all `rows`: what fails, fails for each of them.
pub fn spread<T>(rows: usize, evaluate: impl FnOnce() -> T) -> T {
    let (result, failures) = collect(evaluate);
    if let Some(first) = failures.into_iter().min_by_key(|failure| failure.partial) {
        (0..rows).for_each(|row| add(Failure { row, ..first.clone() }));
    }
    result
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
