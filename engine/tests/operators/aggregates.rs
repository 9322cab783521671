//! GROUP BY.

use millrace_engine::plan::{Emit, SourceKind, Step, WindowKind};
use millrace_engine::schema::SqlType;
use proptest::prelude::*;

use crate::support::*;

const KEY: fn() -> millrace_engine::expression::Expr = || column(0, SqlType::String);

fn stream() -> Step {
    source(SourceKind::Stream)
}

fn windowed(kind: WindowKind, grace_ms: i64) -> millrace_engine::plan::Aggregate {
    count(stream(), KEY(), Some((kind, grace_ms)))
}

const TUMBLING: WindowKind = WindowKind::Tumbling { size_ms: 10 };
const HOPPING: WindowKind = WindowKind::Hopping { size_ms: 10, advance_ms: 5 };
const SESSION: WindowKind = WindowKind::Session { gap_ms: 5 };

#[test]
fn each_row_tells_its_group_at_the_latest_time_of_the_group() {
    let step = Step::Aggregate(count(stream(), KEY(), None));
    let records = [
        (0, Some("a"), Some(1), 10),
        (0, Some("b"), Some(1), 5),
        (0, Some("a"), Some(1), 7),
        (0, None, Some(1), 8),
        (0, Some("a"), None, 9),
    ];
    assert_eq!(transcript(&step, &records), ["+ a 1 @10", "+ b 1 @5", "+ a 2 @10"]);
    agree(&step, &records);
    // In one batch, a group tells its last answer, in the order of the last touch.
    let told = Task::new(&step).push(0, batch(&records));
    assert_eq!(told.iter().map(|change| change.text()).collect::<Vec<_>>(), ["+ b 1 @5", "+ a 2 @10"]);
}

#[test]
fn a_table_takes_rows_out_of_their_old_group_first() {
    let mut plan = count(materialize(source(SourceKind::Table), 1), column(1, SqlType::Bigint), None);
    plan.input_is_table = true;
    let step = Step::Aggregate(plan);
    let records = [
        (0, Some("a"), Some(1), 1),
        (0, Some("b"), Some(1), 9),
        (0, Some("a"), Some(2), 3),
        (0, Some("a"), Some(2), 4),
        (0, Some("a"), None, 5),
        (0, Some("c"), None, 6),
    ];
    let expected = ["+ 1 1 @1", "+ 1 2 @9", "+ 1 1 @9", "+ 2 1 @3", "+ 2 1 @4", "+ 2 0 @5"];
    assert_eq!(transcript(&step, &records), expected);
}

#[test]
fn tumbling_windows_refuse_rows_after_their_grace() {
    let step = Step::Aggregate(windowed(TUMBLING, 3));
    let records = [
        (0, Some("a"), Some(1), 1),
        (0, Some("a"), Some(1), 12),
        (0, Some("a"), Some(1), 9),
        (0, Some("a"), Some(1), 13),
        (0, Some("a"), Some(1), 9),
    ];
    let expected = ["+ a[0,10] 1 @1", "+ a[10,20] 1 @12", "+ a[0,10] 2 @9", "+ a[10,20] 2 @13"];
    assert_eq!(transcript(&step, &records), expected);
    let mut task = Task::new(&step);
    task.push(0, batch(&records));
    assert_eq!(task.metrics.late_rows, 1);
    agree(&step, &records);
}

#[test]
fn hopping_windows_tell_each_window_of_a_row_from_the_earliest() {
    let step = Step::Aggregate(windowed(HOPPING, 0));
    let records = [(0, Some("a"), Some(1), 7), (0, Some("a"), Some(1), 2), (0, Some("a"), Some(1), 11)];
    let expected =
        ["+ a[0,10] 1 @7", "+ a[5,15] 1 @7", "+ a[0,10] 2 @7", "+ a[5,15] 2 @11", "+ a[10,20] 1 @11"];
    assert_eq!(transcript(&step, &records), expected);
    agree(&step, &records);
}

#[test]
fn sessions_that_grow_take_back_what_they_were() {
    let step = Step::Aggregate(windowed(SESSION, 100));
    let records = [
        (0, Some("a"), Some(1), 10),
        (0, Some("a"), Some(1), 20),
        (0, Some("a"), Some(1), 10),
        (0, Some("a"), Some(1), 15),
        (0, Some("a"), Some(1), 12),
    ];
    let expected = [
        "+ a[10,10] 1 @10",
        "+ a[20,20] 1 @20",
        "+ a[10,10] 2 @10",
        "x a[10,10] _ @10",
        "x a[20,20] _ @20",
        "+ a[10,20] 4 @20",
        "+ a[10,20] 5 @20",
    ];
    assert_eq!(transcript(&step, &records), expected);
    agree(&step, &records);
}

#[test]
fn sessions_tell_the_row_before_if_asked() {
    let mut plan = windowed(SESSION, 100);
    plan.tell_before = true;
    let records = [(0, Some("a"), Some(1), 10), (0, Some("a"), Some(1), 10), (0, Some("a"), Some(1), 12)];
    let expected = [
        "+ a[10,10] 1 @10",
        "-u a[10,10] 1 @10",
        "+u a[10,10] 2 @10",
        "- a[10,10] 2 @10",
        "+ a[10,12] 3 @12",
    ];
    assert_eq!(transcript(&Step::Aggregate(plan), &records), expected);
}

fn last(mut plan: millrace_engine::plan::Aggregate) -> Step {
    plan.emit = Emit::Final;
    Step::Aggregate(plan)
}

/// Records of one key at these times.
fn at(times: &[i64]) -> Vec<Record> {
    times.iter().map(|time| (0, Some("a"), Some(1), *time)).collect()
}

#[test]
fn final_answers_come_once_when_a_window_closes() {
    let tumbling = last(windowed(WindowKind::Tumbling { size_ms: 2 }, 0));
    assert_eq!(transcript(&tumbling, &at(&[0, 1, 2])), ["+ a[0,2] 2 @1"]);
    let grace = last(windowed(WindowKind::Tumbling { size_ms: 2 }, 1));
    // The first window is beyond retention by the time that it closes.
    assert_eq!(transcript(&grace, &at(&[0, 1, 2, 1, 0, 5])), ["+ a[2,4] 1 @2"]);
    let hopping = last(windowed(WindowKind::Hopping { size_ms: 5, advance_ms: 2 }, 1));
    let records = at(&[0, 1, 2, 1, 6, 5, 10]);
    assert_eq!(transcript(&hopping, &records), ["+ a[0,5] 4 @2", "+ a[4,9] 2 @6"]);
    agree_exactly(&hopping, &records);
    let session = last(windowed(SESSION, 6));
    let records = at(&[0, 4, 8, 12, 14, 30, 29, 17, 42]);
    assert_eq!(transcript(&session, &records), ["+ a[0,14] 5 @14", "+ a[29,30] 2 @30"]);
    agree_exactly(&session, &records);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn streams_agree(records in records(1, true)) {
        agree(&Step::Aggregate(count(stream(), KEY(), None)), &records);
        agree(&Step::Aggregate(windowed(TUMBLING, 7)), &records);
        agree(&Step::Aggregate(windowed(HOPPING, 7)), &records);
        let mut told = windowed(HOPPING, 7);
        told.tell_before = true;
        agree(&filter(Step::Aggregate(told), greater(1, 1)), &records);
    }

    #[test]
    fn sessions_agree(records in records(1, true)) {
        agree(&Step::Aggregate(windowed(SESSION, 9)), &records);
        let mut told = windowed(SESSION, 9);
        told.tell_before = true;
        agree(&filter(Step::Aggregate(told), greater(1, 1)), &records);
    }

    #[test]
    fn final_answers_agree(records in records(1, false)) {
        agree_exactly(&last(windowed(TUMBLING, 7)), &records);
        agree_exactly(&last(windowed(HOPPING, 7)), &records);
        agree_exactly(&last(windowed(SESSION, 9)), &records);
    }

    #[test]
    fn tables_agree(records in records(1, true)) {
        let mut plan = count(materialize(source(SourceKind::Table), 1), column(1, SqlType::Bigint), None);
        plan.input_is_table = true;
        plan.tell_before = true;
        // Groups that came and went within a batch are not told, so groups without rows are left out.
        let step = filter(Step::Aggregate(plan), greater(1, 0));
        agree(&step, &records);
        agree(&materialize(step, 2), &records);
    }
}
