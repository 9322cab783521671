//! Queries with state: it moves with the offsets and the output, and rows come in the order of time.

use std::collections::BTreeMap;
use std::time::Duration;

use millrace_engine::change::{Field, Relation};
use millrace_engine::expression::{Expr, ExprKind};
use millrace_engine::plan::{
    Aggregate, AggregateCall, Emit, Join, JoinKind, Plan, Sink, SinkTarget, SourceKind, Step, SubPlan,
};
use millrace_engine::runtime::{RuntimeOptions, StartOffsets};
use millrace_engine::schema::SqlType;

use crate::support::*;

fn field(name: &str, ty: SqlType) -> Field {
    Field { name: name.to_owned(), ty }
}

fn column(index: usize, ty: SqlType) -> Expr {
    Expr { ty, kind: ExprKind::Column(index) }
}

/// `SELECT S, COUNT(*) FROM in GROUP BY S`: by way of a repartition topic.
pub fn count_by_s() -> Plan {
    let rekeyed = Relation {
        key: vec![field("S", SqlType::String)],
        value: vec![field("N", SqlType::Bigint)],
        ..Relation::default()
    };
    let project = Step::Project {
        input: Box::new(Step::Source(source("in", SourceKind::Stream))),
        key: vec![column(2, SqlType::String)],
        value: vec![column(1, SqlType::Bigint)],
        relation: rekeyed.clone(),
        rekey: true,
    };
    let mut between = source("between", SourceKind::Stream);
    between.relation = rekeyed.clone();
    let relation = Relation {
        key: vec![field("S", SqlType::String)],
        value: vec![field("C", SqlType::Bigint)],
        ..Relation::default()
    };
    let aggregate = Step::Aggregate(Aggregate {
        input: Box::new(Step::Source(between)),
        input_is_table: false,
        group_by: vec![column(0, SqlType::String)],
        aggregates: vec![AggregateCall {
            function: "COUNT".to_owned(),
            variant: 0,
            args: vec![],
            constants: vec![],
            returns: SqlType::Bigint,
        }],
        window: None,
        emit: Emit::Changes,
        tell_before: false,
        relation: relation.clone(),
        store: 0,
    });
    Plan {
        subplans: vec![
            SubPlan {
                root: project,
                sink: Sink {
                    relation: rekeyed,
                    target: SinkTarget::Repartition { topic: "between".to_owned() },
                },
            },
            SubPlan { root: aggregate, sink: Sink { relation, target: topic_sink("out") } },
        ],
        stores: 1,
    }
}

/// The last value of each key.
pub fn table(node: &Node, topic: &str) -> BTreeMap<String, String> {
    node.records(topic).into_iter().filter_map(|record| Some((record.key?, record.value?))).collect()
}

#[test]
fn counts_are_exact_over_kills() {
    let mut node = Node::new();
    node.topic("in", 2).topic("out", 2);
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..10u64 {
        for batch in 0..10u64 {
            let group = |n: u64| format!("g{}", (n * n + batch) % 23);
            let values: Vec<String> =
                (0..100).map(|n| format!("{{\"N\":{n},\"S\":\"{}\"}}", group(n))).collect();
            for n in 0..100 {
                *expected.entry(group(n)).or_default() += 1;
            }
            let records: Vec<_> = values.iter().map(|value| (1, None, Some(value.as_str()))).collect();
            node.produce("in", (batch % 2) as i32, &records);
        }
        let options = RuntimeOptions {
            commit_interval_ms: round % 3,
            batch_records_max: 1 + (round as usize % 4) * 20,
            ..RuntimeOptions::default()
        };
        let runtime = node.runtime(options);
        runtime.start(id("Q"), 1, count_by_s(), StartOffsets::Earliest).unwrap();
        if round == 9 {
            assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
        } else {
            std::thread::sleep(Duration::from_millis(round * 4));
        }
        drop(runtime);
        node = node.reopened();
    }
    let counts: BTreeMap<String, String> =
        expected.into_iter().map(|(group, count)| (group, format!("{{\"C\":{count}}}"))).collect();
    assert_eq!(table(&node, "out"), counts);
}

#[test]
fn a_join_takes_its_inputs_in_the_order_of_time() {
    let node = Node::new();
    node.topic("rows", 1).topic("names", 1).topic("out", 1);
    node.produce(
        "names",
        0,
        &[(0, Some("a"), Some("{\"S\":\"first\"}")), (10, Some("a"), Some("{\"S\":\"second\"}"))],
    );
    node.produce(
        "rows",
        0,
        &[
            (5, Some("a"), Some("{\"N\":1}")),
            (9, Some("a"), Some("{\"N\":2}")),
            (10, Some("a"), Some("{\"N\":3}")),
        ],
    );
    let (left, right) = (source("rows", SourceKind::Stream), source("names", SourceKind::Table));
    let names = ["L_K", "L_N", "L_S", "R_K", "R_N", "R_S"];
    let types = [SqlType::String, SqlType::Bigint, SqlType::String].into_iter().cycle();
    let relation = Relation {
        key: vec![field("K", SqlType::String)],
        value: names.into_iter().zip(types).map(|(name, ty)| field(name, ty)).collect(),
        ..Relation::default()
    };
    let join = Step::StreamTableJoin(Join {
        left: Box::new(Step::Source(left)),
        right: Box::new(Step::Source(right)),
        kind: JoinKind::Inner,
        relation: relation.clone(),
        store: 0,
    });
    let plan = Plan {
        subplans: vec![SubPlan { root: join, sink: Sink { relation, target: topic_sink("out") } }],
        stores: 2,
    };
    let runtime = node.runtime(manual());
    runtime.start(id("Q"), 1, plan, StartOffsets::Earliest).unwrap();
    runtime.run_until_idle().unwrap();
    let joined: Vec<String> = node.records("out").into_iter().map(|record| record.value.unwrap()).collect();
    // Of equal times the left input's come first: the third row does not see the second name.
    assert_eq!(joined.len(), 3);
    for (row, name) in joined.iter().zip(["first", "first", "first"]) {
        assert!(row.contains(name), "{row}");
    }
    // A row that is older than what the table has read already joins with what is there.
    node.produce("rows", 0, &[(7, Some("a"), Some("{\"N\":4}"))]);
    runtime.run_until_idle().unwrap();
    let last = node.records("out").pop().unwrap();
    assert!(last.value.as_ref().unwrap().contains("second"), "{last:?}");
}
