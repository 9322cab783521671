//! Stream-table and table-table joins.

use millrace_engine::change::Relation;
use millrace_engine::plan::{Join, JoinKind, SourceKind, Step};
use millrace_engine::schema::SqlType;
use proptest::prelude::*;

use crate::support::*;

fn joined() -> Relation {
    Relation {
        key: vec![field("K", SqlType::String)],
        value: vec![
            field("L_K", SqlType::String),
            field("L_V", SqlType::Bigint),
            field("R_K", SqlType::String),
            field("R_V", SqlType::Bigint),
        ],
        ..Relation::default()
    }
}

fn join(left: SourceKind, kind: JoinKind) -> Join {
    let (left, right) = (Box::new(source(left)), Box::new(source(SourceKind::Table)));
    Join { left, right, kind, relation: joined(), store: 0 }
}

fn tables(kind: JoinKind) -> Step {
    Step::TableTableJoin(join(SourceKind::Table, kind))
}

fn with_table(kind: JoinKind) -> Step {
    Step::StreamTableJoin(join(SourceKind::Stream, kind))
}

#[test]
fn a_stream_meets_the_table_as_it_is_then() {
    let records = [
        (0, Some("a"), Some(1), 1),
        (1, Some("a"), Some(9), 50),
        (0, Some("a"), Some(2), 2),
        (0, None, Some(3), 3),
        (0, Some("a"), None, 4),
        (1, Some("a"), None, 5),
        (0, Some("a"), Some(5), 6),
    ];
    let left = ["+ a a,1,_,_ @1", "+ a a,2,a,9 @2", "+ _ _,3,_,_ @3", "+ a a,5,_,_ @6"];
    assert_eq!(transcript(&with_table(JoinKind::Left), &records), left);
    assert_eq!(transcript(&with_table(JoinKind::Inner), &records), ["+ a a,2,a,9 @2"]);
}

#[test]
fn tables_give_a_row_while_there_is_one() {
    let records = [
        (0, Some("a"), Some(1), 10),
        (1, Some("a"), Some(2), 5),
        (1, Some("a"), None, 20),
        (0, Some("a"), None, 6),
        (1, Some("a"), Some(3), 30),
        (0, Some("a"), Some(4), 7),
    ];
    let inner = ["+ a a,1,a,2 @10", "- a a,1,a,2 @20", "+ a a,4,a,3 @30"];
    assert_eq!(transcript(&tables(JoinKind::Inner), &records), inner);
    let left = [
        "+ a a,1,_,_ @10",
        "-u a a,1,_,_ @10",
        "+u a a,1,a,2 @10",
        "-u a a,1,a,2 @10",
        "+u a a,1,_,_ @20",
        "- a a,1,_,_ @6",
        "+ a a,4,a,3 @30",
    ];
    let told = transcript(&tables(JoinKind::Left), &records);
    let without_before = |lines: &[String]| -> Vec<String> {
        lines.iter().filter(|line| !line.starts_with("-u")).cloned().collect()
    };
    assert_eq!(without_before(&told), without_before(&left.map(String::from)));
    let right = ["+ a a,1,a,2 @10", "- a a,1,a,2 @20", "+ a _,_,a,3 @30", "+u a a,4,a,3 @30"];
    assert_eq!(without_before(&transcript(&tables(JoinKind::Right), &records)), right);
    let full = [
        "+ a a,1,_,_ @10",
        "+u a a,1,a,2 @10",
        "+u a a,1,_,_ @20",
        "- a a,1,_,_ @6",
        "+ a _,_,a,3 @30",
        "+u a a,4,a,3 @30",
    ];
    assert_eq!(without_before(&transcript(&tables(JoinKind::Full), &records)), full);
}

#[test]
fn the_delete_of_a_row_that_is_not_there_says_nothing() {
    for kind in [JoinKind::Inner, JoinKind::Left, JoinKind::Right, JoinKind::Full] {
        let records = [(0, Some("a"), None, 1), (1, Some("a"), None, 2)];
        assert!(transcript(&tables(kind), &records).is_empty());
        assert!(transcript(&tables(kind), &[(1, Some("a"), Some(1), 1), (0, Some("a"), None, 2)]).len() <= 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn tables_agree(records in records(2, true)) {
        for kind in [JoinKind::Inner, JoinKind::Left, JoinKind::Right, JoinKind::Full] {
            agree(&tables(kind), &records);
        }
    }

    #[test]
    fn streams_with_tables_agree(records in records(2, true)) {
        agree_exactly(&with_table(JoinKind::Inner), &records);
        agree_exactly(&with_table(JoinKind::Left), &records);
    }
}
