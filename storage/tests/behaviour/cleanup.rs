//! Retention and compaction.

use std::time::Duration;

use storage::{BatchBuilder, CleanupPolicy, Isolation, Offset, TopicConfig};

use crate::support::{Node, batch, open, topic, tp, transaction};

fn segments(dir: &std::path::Path) -> usize {
    let files = std::fs::read_dir(dir.join("log/t-0")).unwrap();
    files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "log")).count()
}

#[test]
fn whole_segments_go_by_size_and_by_age() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    let config = TopicConfig {
        segment_bytes: Some(1000),
        retention_bytes: Some(3000),
        retention_ms: Some(60_000),
        ..TopicConfig::default()
    };
    node.create_topic(&topic("t"), 1, 1, config).unwrap();
    let p = tp("t", 0);
    node.clock.set(10_000);
    for i in 0..100 {
        node.put(&p, &[&i.to_string()]);
    }
    let before = segments(dir.path());
    node.run_maintenance();
    let log_start = node.offsets(&p).unwrap().log_start.0;
    assert!(before > 7 && segments(dir.path()) == 4, "{before} -> {}", segments(dir.path()));
    assert_eq!(node.committed(&p).first().unwrap(), &format!("{log_start}:{log_start}"));
    // The records' timestamps are about 1000, but they were written at 10000.
    node.clock.advance(Duration::from_secs(60));
    node.run_maintenance();
    assert_eq!(node.offsets(&p).unwrap().log_start.0, log_start);
    node.clock.advance(Duration::from_millis(1));
    node.run_maintenance();
    assert!(node.committed(&p).is_empty());
    assert_eq!(node.offsets(&p).unwrap().log_start, Offset(100));
    assert_eq!(node.put(&p, &["next"]), 100);
    drop(node);
    assert_eq!(open(dir.path()).committed(&p), ["100:next"]);
}

fn put_pairs(node: &Node, pairs: &[(&str, Option<&str>)]) {
    for (key, value) in pairs {
        let mut builder = BatchBuilder::new();
        builder.push(500, Some(key.as_bytes()), value.map(str::as_bytes), &[("h", Some(key.as_bytes()))]);
        // A second key in the batch that is never overwritten, so that batches are cut down, not only dropped.
        let other = format!("{key}{}", value.unwrap_or("-"));
        builder.push(600, Some(other.as_bytes()), Some(b"other"), &[]);
        node.append(&tp("t", 0), builder.finish()).wait().unwrap();
    }
}

/// Key and value of all visible records but the "other" ones.
fn pairs(node: &Node) -> Vec<(i64, String, Option<String>)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut from = node.offsets(&tp("t", 0)).unwrap().log_start;
    let mut pairs = Vec::new();
    loop {
        let fetch = node.read(&tp("t", 0), from, 200, Isolation::ReadCommitted).unwrap();
        for record in fetch.records() {
            let record = record.unwrap();
            if record.value != Some(b"other") {
                assert_eq!(record.timestamp, 500);
                assert_eq!(record.headers().count(), 1);
                pairs.push((record.offset, text(record.key.unwrap()), record.value.map(text)));
            } else {
                assert_eq!(record.timestamp, 600);
            }
        }
        if fetch.next_offset == from {
            return pairs;
        }
        from = fetch.next_offset;
    }
}

#[test]
fn compaction_keeps_the_last_record_of_each_key_and_tombstones_for_a_while() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    let config = TopicConfig {
        cleanup_policy: CleanupPolicy::COMPACT,
        segment_bytes: Some(600),
        min_cleanable_dirty_ratio: 0.0,
        delete_retention_ms: 1000,
        ..TopicConfig::default()
    };
    node.create_topic(&topic("t"), 1, 1, config).unwrap();
    put_pairs(&node, &[("a", Some("1")), ("b", Some("1")), ("a", Some("2")), ("c", Some("1")), ("b", None)]);
    let filler: Vec<_> = (0..30).map(|_| ("z", Some("z"))).collect();
    put_pairs(&node, &filler);
    node.run_maintenance();
    let kept: Vec<_> = pairs(&node).into_iter().filter(|(_, key, _)| key != "z").collect();
    let expected = [(4, "a", Some("2")), (6, "c", Some("1")), (8, "b", None)];
    let expected = expected.map(|(offset, key, value)| (offset, key.to_owned(), value.map(str::to_owned)));
    assert_eq!(kept, expected);
    // Offsets of removed records can be asked for, and an open finds everything as it was.
    let fetch = node.read(&tp("t", 0), Offset(2), 10, Isolation::ReadCommitted).unwrap();
    assert!(fetch.records().next().unwrap().unwrap().offset >= 3);
    let before = pairs(&node);
    drop(node);
    let node = open(dir.path());
    assert_eq!(pairs(&node), before);
    // After its time the tombstone goes, when compaction has something to do.
    node.clock.set(1_000_000 + 1001);
    put_pairs(&node, &filler);
    node.run_maintenance();
    assert!(pairs(&node).iter().all(|(_, key, _)| key != "b"));
    assert!(pairs(&node).iter().any(|(offset, key, _)| (*offset, key.as_str()) == (4, "a")));
    // Without a checkpoint the whole log is read, gaps and all.
    node.shutdown().unwrap();
    let before = pairs(&node);
    drop(node);
    let node = open(dir.path());
    assert_eq!(pairs(&node), before);
    let refused = BatchBuilder::new();
    let mut refused = refused;
    refused.push(0, None, Some(b"v"), &[]);
    let error = node.append(&tp("t", 0), refused.finish()).wait().unwrap_err();
    assert!(error.to_string().contains("t-0 is compacted, so every record needs a key"), "{error}");
}

#[test]
fn compaction_drops_what_was_aborted_and_keeps_what_was_committed() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    let config = TopicConfig {
        cleanup_policy: CleanupPolicy::COMPACT,
        segment_bytes: Some(300),
        min_cleanable_dirty_ratio: 0.0,
        ..TopicConfig::default()
    };
    node.create_topic(&topic("t"), 1, 1, config).unwrap();
    let small = TopicConfig { max_message_bytes: 10, ..TopicConfig::default() };
    node.create_topic(&topic("tiny"), 1, 1, small).unwrap();
    let p = tp("t", 0);
    node.commit(transaction("q", &[(&p, &["kept"])], 1)).wait().unwrap();
    let aborted = node.commit(transaction("q", &[(&p, &["kept", "gone"]), (&tp("tiny", 0), &["x"])], 2));
    aborted.wait().unwrap_err();
    for _ in 0..10 {
        node.append(&p, batch(&["filler"])).wait().unwrap();
    }
    node.run_maintenance();
    let uncommitted = node.all(&p, Isolation::ReadUncommitted);
    assert_eq!(uncommitted.first().unwrap(), "0:kept");
    assert!(uncommitted.iter().all(|text| !text.ends_with("gone")), "{uncommitted:?}");
    assert_eq!(node.committed(&p), uncommitted);
}
