//! WHERE, HAVING, LIMIT, projections.

use millrace_engine::change::{ChangeBatch, Op, Relation};
use millrace_engine::plan::{SourceKind, Step};
use millrace_engine::schema::SqlType;

use crate::support::*;

#[test]
fn a_stream_keeps_rows_that_match_and_drops_records_without_value() {
    let step = filter(source(SourceKind::Stream), greater(1, 5));
    let records = [
        (0, Some("a"), Some(6), 1),
        (0, Some("b"), Some(5), 2),
        (0, Some("c"), None, 3),
        (0, None, Some(9), 4),
    ];
    assert_eq!(transcript(&step, &records), ["+ a 6 @1", "+ _ 9 @4"]);
    agree_exactly(&step, &records);
}

#[test]
fn a_table_tells_when_a_row_no_longer_matches() {
    let step = filter(materialize(source(SourceKind::Table), 0), greater(1, 5));
    let records = [
        (0, Some("a"), Some(1), 1),
        (0, Some("a"), Some(7), 2),
        (0, Some("a"), Some(8), 3),
        (0, Some("a"), Some(2), 4),
        (0, Some("a"), Some(3), 5),
        (0, Some("a"), Some(9), 6),
        (0, Some("a"), None, 7),
        (0, Some("a"), None, 8),
    ];
    let expected = ["+ a 7 @2", "-u a 7 @2", "+u a 8 @3", "- a 8 @4", "+ a 9 @6", "- a 9 @7"];
    assert_eq!(transcript(&step, &records), expected);
    agree(&step, &records);
}

#[test]
fn having_takes_back_what_it_told() {
    let mut plan = count(materialize(source(SourceKind::Table), 1), column(1, SqlType::Bigint), None);
    plan.input_is_table = true;
    plan.tell_before = true;
    let step = filter(Step::Aggregate(plan), greater(1, 1));
    let records = [(0, Some("a"), Some(1), 1), (0, Some("b"), Some(1), 2), (0, Some("a"), Some(2), 3)];
    assert_eq!(transcript(&step, &records), ["+ 1 2 @2", "- 1 2 @3"]);
    agree(&step, &records);
}

#[test]
fn a_projection_leaves_tombstones_without_value_and_keys_as_they_are() {
    let (k, v) = (column(0, SqlType::String), column(1, SqlType::Bigint));
    let input = Box::new(source(SourceKind::Stream));
    let relation = Relation {
        key: vec![field("V", SqlType::Bigint)],
        value: vec![field("V2", SqlType::Bigint), field("K", SqlType::String)],
        ..Relation::default()
    };
    let rekey = Step::Project { input, key: vec![v.clone()], value: vec![v, k], relation, rekey: true };
    let records = [(0, Some("a"), Some(6), 1), (0, Some("b"), None, 2)];
    assert_eq!(transcript(&rekey, &records), ["+ 6 6,a @1", "x _ _,_ @2"]);
    agree_exactly(&rekey, &records);
}

#[test]
fn limit_counts_rows_not_the_rows_before() {
    let step = Step::Limit { input: Box::new(materialize(source(SourceKind::Table), 0)), rows: 2 };
    let mut task = Task::new(&step);
    let told = task.push(0, batch(&[(0, Some("a"), Some(1), 1)]));
    assert_eq!((told.len(), task.finished()), (1, false));
    let told = task.push(0, batch(&[(0, Some("a"), Some(2), 2), (0, Some("b"), Some(2), 3)]));
    assert_eq!(told.iter().map(|change| change.op).collect::<Vec<_>>(), [Op::UpdateBefore, Op::UpdateAfter]);
    assert!(task.finished());
    assert!(task.push(0, batch(&[(0, Some("c"), Some(1), 1)])).is_empty());
}

#[test]
fn empty_batches_give_nothing() {
    let step = filter(source(SourceKind::Stream), greater(1, 5));
    let empty = ChangeBatch { ops: None, ..batch(&[(0, Some("a"), Some(6), 1)]).slice(0, 0) };
    assert!(Task::new(&step).push(0, empty).is_empty());
}
