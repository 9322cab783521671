//! Push queries: rows for whoever asked.

use millrace_engine::plan::{SinkTarget, SourceKind};
use millrace_engine::runtime::{Runtime, RuntimeOptions, StartOffsets, Until};

use crate::support::*;

fn numbers(node: &Node, from: i64, count: i64) {
    let values: Vec<String> = (from..from + count).map(|n| format!("{{\"N\":{n}}}")).collect();
    let records: Vec<_> = values.iter().map(|value| (1, Some("k"), Some(value.as_str()))).collect();
    node.produce("in", 0, &records);
}

fn start(runtime: &Runtime, start: StartOffsets, until: Until) -> millrace_engine::runtime::PushReceiver {
    let plan = plan(vec![subplan(source("in", SourceKind::Stream), SinkTarget::Push)]);
    runtime.start_push(id("PUSH"), 9, plan, start, until).unwrap()
}

#[test]
fn a_push_query_sees_what_comes_after_it_and_ends_with_its_reader() {
    let node = Node::new();
    node.topic("in", 1);
    numbers(&node, 0, 10);
    let runtime = node.runtime(RuntimeOptions::default());
    let mut rows = start(&runtime, StartOffsets::Latest, Until::Stopped);
    numbers(&node, 10, 5);
    let mut seen = 0;
    while seen < 5 {
        seen += rows.recv_blocking().unwrap().unwrap().rows();
    }
    assert_eq!(seen, 5);
    assert!(rows.try_recv().unwrap().is_none());
    drop(rows);
    assert!(runtime.queries().is_empty());
}

#[test]
fn it_can_end_at_the_end_of_the_log() {
    let node = Node::new();
    node.topic("in", 2);
    numbers(&node, 0, 100);
    let runtime = node.runtime(RuntimeOptions { batch_records_max: 30, ..Default::default() });
    let mut rows = start(&runtime, StartOffsets::Earliest, Until::LogEnd);
    let mut seen = 0;
    while let Some(batch) = rows.recv_blocking().unwrap() {
        seen += batch.rows();
    }
    assert_eq!(seen, 100);
}

#[test]
fn a_reader_that_does_not_read_ends_the_query_with_an_error() {
    let node = Node::new();
    node.topic("in", 1);
    numbers(&node, 0, 100);
    let options = RuntimeOptions {
        batch_records_max: 1,
        push_batches_max: 4,
        push_stall_ms: 100,
        ..Default::default()
    };
    let runtime = node.runtime(options);
    let mut rows = start(&runtime, StartOffsets::Earliest, Until::Stopped);
    std::thread::sleep(std::time::Duration::from_millis(400));
    for _ in 0..4 {
        assert!(rows.recv_blocking().unwrap().is_some());
    }
    let error = rows.recv_blocking().unwrap_err();
    assert!(error.message.contains("has taken no row"), "{error}");

    // One that reads slowly gets everything.
    drop(rows);
    let mut rows = start(&runtime, StartOffsets::Earliest, Until::LogEnd);
    let mut seen = 0;
    while rows.recv_blocking().unwrap().is_some() {
        seen += 1;
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert_eq!(seen, 100);
}
