//! When the machine fails, and when there is much to look after.

use std::sync::Arc;
use std::time::{Duration, Instant};

use millrace_engine::operator::ProcessingLog;
use millrace_engine::plan::SourceKind;
use millrace_engine::runtime::{QueryState, Runtime, RuntimeOptions, StartOffsets, TopicProcessingLog};
use storage::files::{Fault, FaultyFiles};
use storage::{Options, Seams, Storage};

use crate::state::{count_by_s, table};
use crate::support::*;

#[test]
fn a_full_disk_costs_time_and_nothing_else() {
    let mut node = Node::new();
    let files = FaultyFiles::new();
    let seams = Seams { files: Arc::new(files.clone()), ..Seams::default() };
    node.dir = tempfile::tempdir().unwrap();
    node.storage =
        Storage::open_with(node.dir.path(), Options { fsync: false, ..Options::default() }, seams).unwrap();
    node.topic("in", 2).topic("out", 2);
    let values: Vec<String> = (0..5000).map(|n| format!("{{\"N\":{n},\"S\":\"g{}\"}}", n % 7)).collect();
    for (at, part) in values.chunks(100).enumerate() {
        let records: Vec<_> = part.iter().map(|value| (1, None, Some(value.as_str()))).collect();
        node.produce("in", at as i32 % 2, &records);
    }
    files.inject(Fault::DiskFullAfter(20_000));
    let runtime = node.runtime(RuntimeOptions {
        restart_backoff_ms: 1,
        restart_backoff_max_ms: 50,
        ..Default::default()
    });
    runtime.start(id("Q"), 1, count_by_s(), StartOffsets::Earliest).unwrap();
    let began = Instant::now();
    while runtime.status(&id("Q")).unwrap().state != QueryState::Error {
        assert!(began.elapsed() < PATIENCE, "the query has not noticed that the disk is full");
        std::thread::sleep(Duration::from_millis(1));
    }
    let status = runtime.status(&id("Q")).unwrap();
    assert!(status.errors.iter().any(|error| error.message.contains("full")), "{:?}", status.errors);
    files.heal();
    assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
    assert_eq!(runtime.status(&id("Q")).unwrap().state, QueryState::Running);
    let counts = table(&node, "out");
    for group in 0..7 {
        let count = (0..5000).filter(|n| n % 7 == group).count();
        assert_eq!(counts[&format!("g{group}")], format!("{{\"C\":{count}}}"));
    }
}

#[test]
fn what_fails_stands_in_the_processing_log() {
    let node = Node::new();
    node.topic("in", 1).topic("out", 1);
    node.produce("in", 0, &[(1, Some("a"), Some("garbage")), (2, Some("a"), Some("{}"))]);
    let log = Arc::new(TopicProcessingLog::new(&node.storage, "processing_log").unwrap());
    let runtime =
        Runtime::new(node.storage.clone(), RuntimeOptions::default(), log.clone() as Arc<dyn ProcessingLog>)
            .unwrap();
    let query = plan(vec![subplan(source("in", SourceKind::Stream), topic_sink("out"))]);
    runtime.start(id("Q"), 1, query, StartOffsets::Earliest).unwrap();
    assert!(runtime.wait_until_caught_up(&id("Q"), PATIENCE).unwrap());
    log.flush();
    let entries = node.records("processing_log");
    assert_eq!(entries.len(), 1);
    let entry: serde_json::Value = serde_json::from_str(entries[0].value.as_ref().unwrap()).unwrap();
    assert_eq!(entry["logger"], "processing.Q.deserialize.value");
    let error = &entry["message"]["deserializationError"];
    assert_eq!((&error["topic"], &error["offset"]), (&"in".into(), &0.into()));
    assert!(!error["errorMessage"].as_str().unwrap().is_empty());
    assert_eq!(node.records("out").len(), 1);
}

/// A thousand queries that have nothing to do are woken by what concerns them and by nothing else.
#[test]
fn many_queries_rest_side_by_side() {
    const QUERIES: u32 = 300;
    let node = Node::new();
    node.topic("in", 1).topic("out", 1).topic("quiet", 1);
    let runtime = node.runtime(RuntimeOptions::default());
    for number in 0..QUERIES {
        let from = if number == 0 { "in" } else { "quiet" };
        let query = plan(vec![subplan(source(from, SourceKind::Stream), topic_sink("out"))]);
        runtime.start(id(&format!("Q{number}")), number, query, StartOffsets::Latest).unwrap();
    }
    for number in 0..QUERIES {
        assert!(runtime.wait_until_caught_up(&id(&format!("Q{number}")), PATIENCE).unwrap());
    }
    let commits = |number: u32| runtime.status(&id(&format!("Q{number}"))).unwrap().metrics.commits;
    let before: u64 = (1..QUERIES).map(commits).sum();
    for n in 0..50 {
        node.produce("in", 0, &[(n, Some("a"), Some("{}"))]);
        assert!(runtime.wait_until_caught_up(&id("Q0"), PATIENCE).unwrap());
    }
    assert_eq!(node.records("out").len(), 50);
    assert_eq!((1..QUERIES).map(commits).sum::<u64>(), before);
    node.produce("quiet", 0, &[(1, Some("a"), Some("{}"))]);
    for number in 0..QUERIES {
        assert!(runtime.wait_until_caught_up(&id(&format!("Q{number}")), PATIENCE).unwrap());
    }
    assert_eq!(node.records("out").len(), 49 + QUERIES as usize);
    runtime.shutdown();
}
