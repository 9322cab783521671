//! Kills between, and in, commits: every record comes out once.

use std::time::Duration;

use millrace_engine::plan::{SinkTarget, SourceKind};
use millrace_engine::runtime::{RuntimeOptions, StartOffsets};

use crate::support::*;

#[test]
fn kills_neither_lose_nor_repeat_records() {
    let mut node = Node::new();
    node.topic("in", 2).topic("out", 2);
    let mut produced = 0i64;
    for round in 0..12u64 {
        for _ in 0..20 {
            let value = |n: i64| format!("{{\"N\":{n},\"S\":null}}");
            let values: Vec<String> = (produced..produced + 100).map(value).collect();
            let keys: Vec<String> = (0..100).map(|n| format!("k{n}")).collect();
            let records: Vec<_> = values
                .iter()
                .zip(&keys)
                .map(|(value, key)| (1, Some(key.as_str()), Some(value.as_str())))
                .collect();
            node.produce("in", (produced / 100 % 2) as i32, &records);
            produced += 100;
        }
        let options = RuntimeOptions {
            // Many commits, of all sizes.
            commit_interval_ms: round % 3,
            batch_records_max: 37,
            fetch_bytes: 5000,
            ..RuntimeOptions::default()
        };
        let runtime = node.runtime(options);
        let first = subplan(
            source("in", SourceKind::Stream),
            SinkTarget::Repartition { topic: "between".to_owned() },
        );
        let second = subplan(source("between", SourceKind::Stream), topic_sink("out"));
        runtime.start(id("Q"), 1, plan(vec![first, second]), StartOffsets::Earliest).unwrap();
        if round == 11 {
            assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
        } else {
            std::thread::sleep(Duration::from_millis(round * 3));
        }
        drop(runtime);
        node = node.reopened();
    }
    let mut seen: Vec<String> = node.records("out").into_iter().filter_map(|record| record.value).collect();
    assert_eq!(seen.len() as i64, produced);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len() as i64, produced);
}
