//! Stream-stream joins.

use millrace_engine::change::Relation;
use millrace_engine::plan::{JoinKind, SourceKind, Step, StreamStreamJoin};
use millrace_engine::schema::SqlType;
use proptest::prelude::*;

use crate::support::*;

fn join(kind: JoinKind, (before_ms, after_ms): (i64, i64), grace_ms: Option<i64>) -> Step {
    let relation = Relation {
        key: vec![field("K", SqlType::String)],
        value: vec![
            field("L_K", SqlType::String),
            field("L_V", SqlType::Bigint),
            field("R_K", SqlType::String),
            field("R_V", SqlType::Bigint),
        ],
        ..Relation::default()
    };
    let (left, right) = (Box::new(source(SourceKind::Stream)), Box::new(source(SourceKind::Stream)));
    Step::StreamStreamJoin(StreamStreamJoin {
        left,
        right,
        kind,
        relation,
        before_ms,
        after_ms,
        grace_ms,
        store: 0,
    })
}

#[test]
fn rows_meet_all_rows_of_the_other_side_that_are_near() {
    let records = [
        (0, Some("a"), Some(1), 10),
        (0, Some("a"), Some(2), 8),
        (1, Some("a"), Some(3), 12),
        (1, Some("b"), Some(4), 12),
        (1, Some("a"), Some(5), 15),
        (0, Some("a"), Some(6), 14),
        (0, Some("a"), None, 14),
    ];
    let expected = ["+ a a,2,a,3 @12", "+ a a,1,a,3 @12", "+ a a,1,a,5 @15", "+ a a,6,a,5 @15"];
    assert_eq!(transcript(&join(JoinKind::Inner, (1, 5), None), &records), expected);
}

#[test]
fn without_grace_unmatched_rows_are_told_at_once() {
    let records = [
        (0, Some("a"), Some(1), 10),
        (1, Some("a"), Some(2), 11),
        (1, Some("b"), Some(3), 12),
        (0, None, Some(4), 13),
    ];
    let left = ["+ a a,1,_,_ @10", "+ a a,1,a,2 @11", "+ _ _,4,_,_ @13"];
    assert_eq!(transcript(&join(JoinKind::Left, (5, 5), None), &records), left);
    let full = ["+ a a,1,_,_ @10", "+ a a,1,a,2 @11", "+ b _,_,b,3 @12", "+ _ _,4,_,_ @13"];
    assert_eq!(transcript(&join(JoinKind::Full, (5, 5), None), &records), full);
}

#[test]
fn with_grace_unmatched_rows_wait_until_their_window_has_closed() {
    let records = [
        (0, Some("a"), Some(1), 10),
        (0, Some("b"), Some(2), 10),
        (1, Some("b"), Some(3), 12),
        (1, Some("c"), Some(4), 17),
        (1, Some("c"), Some(5), 18),
        (0, Some("d"), Some(6), 40),
        (0, Some("e"), Some(7), 20),
    ];
    let expected = ["+ b b,2,b,3 @12", "+ a a,1,_,_ @10", "+ e e,7,_,_ @20"];
    assert_eq!(transcript(&join(JoinKind::Left, (5, 5), Some(2)), &records), expected);
}

/// What rows meet that come late, in both directions: each side forgets by its own newest row.
#[test]
fn late_rows_meet_what_the_other_side_still_has() {
    let minute = 60_000;
    let grace = |kind| join(kind, (minute, minute), Some(minute));
    let records = [
        (0, Some("0"), Some(1), 0),
        (1, Some("0"), Some(2), 60_000),
        (0, Some("1"), Some(3), 330_000),
        (0, Some("2"), Some(4), 90_000),
        (1, Some("2"), Some(5), 90_000),
        (1, Some("3"), Some(6), 60_000),
        (0, Some("3"), Some(7), 90_000),
    ];
    let right = ["+ 0 0,1,0,2 @60000", "+ 2 _,_,2,5 @90000", "+ 3 _,_,3,6 @60000", "+ 3 3,7,3,6 @90000"];
    assert_eq!(transcript(&grace(JoinKind::Right), &records), right);
    agree_exactly(&grace(JoinKind::Right), &records);
    let inner = ["+ 0 0,1,0,2 @60000", "+ 3 3,7,3,6 @90000"];
    assert_eq!(transcript(&grace(JoinKind::Inner), &records), inner);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn streams_agree(records in records(2, true)) {
        for kind in [JoinKind::Inner, JoinKind::Left, JoinKind::Full] {
            agree_exactly(&join(kind, (6, 9), None), &records);
            agree_exactly(&join(kind, (6, 9), Some(3)), &records);
        }
    }
}
