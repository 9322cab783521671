//! Transactions, offsets and state.

use storage::{Error, GroupId, Isolation, Offset, TopicConfig};

use crate::support::{batch, open, state_key, topic, tp, transaction};

#[test]
fn a_commit_shows_outputs_state_and_offsets_together() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("in", 1);
    node.create("out", 2);
    let (a, b) = (tp("out", 0), tp("out", 1));
    node.put(&a, &["plain"]);
    let committed =
        node.commit(transaction("q", &[(&a, &["1", "2"]), (&b, &["3"]), (&a, &["4"])], 5)).wait().unwrap();
    assert_eq!(committed.base_offsets, [Offset(1), Offset(0), Offset(3)]);
    assert_eq!(node.committed(&a), ["0:plain", "1:1", "2:2", "3:4"]);
    assert_eq!(node.committed(&b), ["0:3"]);
    assert_eq!(node.state().get(&state_key("n")).unwrap().unwrap(), b"5");
    assert_eq!(node.committed_offset(&GroupId::new("g"), &tp("in", 0)).unwrap(), Some(Offset(5)));
    // The marker takes an offset, and the readers' end is behind it.
    let offsets = node.offsets(&a).unwrap();
    assert_eq!(
        (offsets.last_stable, offsets.high_watermark, offsets.log_end),
        (Offset(5), Offset(5), Offset(5))
    );
    for n in 6..50 {
        node.commit(transaction("q", &[(&a, &["x"])], n)).wait().unwrap();
    }
    assert_eq!(node.committed(&a).len(), 48);
    assert_eq!(node.group_offsets(&GroupId::new("g")).unwrap(), [(tp("in", 0), Offset(49))]);
}

#[test]
fn a_failed_commit_shows_nothing_and_the_next_one_works() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("in", 1);
    node.create("out", 1);
    let small = TopicConfig { max_message_bytes: 100, ..TopicConfig::default() };
    node.create_topic(&topic("small"), 1, 1, small).unwrap();
    let (out, small) = (tp("out", 0), tp("small", 0));
    let big = "x".repeat(1000);
    node.commit(transaction("q", &[(&out, &["1"])], 1)).wait().unwrap();
    let error = node.commit(transaction("q", &[(&out, &["no"]), (&small, &[&big])], 2)).wait().unwrap_err();
    assert!(matches!(error, Error::MessageTooLarge { .. }), "{error}");
    assert_eq!(node.state().get(&state_key("n")).unwrap().unwrap(), b"1");
    node.commit(transaction("q", &[(&out, &["2"])], 2)).wait().unwrap();
    assert_eq!(node.committed(&out), ["0:1", "4:2"]);
    assert_eq!(node.all(&out, Isolation::ReadUncommitted), ["0:1", "2:no", "4:2"]);
    assert!(node.committed(&small).is_empty());
    drop(node);
    let node = open(dir.path());
    assert_eq!(node.committed(&out), ["0:1", "4:2"]);
    let error = node.commit(transaction("q", &[(&tp("none", 0), &["1"])], 3)).wait().unwrap_err();
    assert!(matches!(error, Error::UnknownTopic(_)));
}

#[test]
fn many_tasks_commit_at_once_and_each_in_its_order() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("in", 1);
    node.create("out", 4);
    let mut pending = Vec::new();
    for n in 0..50 {
        for task in 0..8 {
            let out = tp("out", task % 4);
            let text = format!("{task}/{n}");
            pending.push(node.commit(transaction(&format!("task{task}"), &[(&out, &[&text])], n)));
        }
    }
    for pending in pending {
        pending.wait().unwrap();
    }
    for partition in 0..4 {
        let seen = node.committed(&tp("out", partition));
        assert_eq!(seen.len(), 100);
        for task in [partition, partition + 4] {
            let prefix = format!("{task}/");
            let of_task: Vec<usize> = seen
                .iter()
                .filter_map(|text| text.split_once(':')?.1.strip_prefix(&prefix)?.parse().ok())
                .collect();
            assert_eq!(of_task, (0..50).collect::<Vec<_>>());
        }
    }
}

#[test]
fn snapshots_and_scans_of_the_state() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    let state = node.state();
    let mut changes = storage::StateBatch::new();
    for i in 0..100u8 {
        changes.put(&state_key(&format!("{i:03}")), &[i]);
    }
    state.write(changes, true).unwrap();
    let snapshot = state.snapshot();
    let (from, to) = storage::state::key::query_range(1);
    let mut changes = storage::StateBatch::new();
    changes.delete_range(&from, &to);
    state.write(changes, false).unwrap();
    assert!(state.is_range_empty(&from, &to).unwrap());
    assert!(!snapshot.is_range_empty(&from, &to).unwrap());
    let collect = |from: &str, to: &str, reverse: bool| {
        let mut seen = Vec::new();
        let f = |_: &[u8], value: &[u8]| {
            seen.push(value[0]);
            std::ops::ControlFlow::Continue(())
        };
        if reverse {
            snapshot.scan_reverse(&state_key(from), &state_key(to), f).unwrap();
        } else {
            snapshot.scan(&state_key(from), &state_key(to), f).unwrap();
        }
        seen
    };
    assert_eq!(collect("010", "013", false), [10, 11, 12]);
    assert_eq!(collect("010", "013", true), [12, 11, 10]);
    let keys = [state_key("007"), state_key("none"), state_key("099")];
    assert_eq!(snapshot.multi_get(&keys).unwrap(), [Some(vec![7]), None, Some(vec![99])]);
    assert_eq!(state.multi_get(&keys).unwrap(), [None, None, None]);
    // A snapshot may outlive the handle to the node.
    drop(node);
    assert_eq!(snapshot.get(&state_key("001")).unwrap(), Some(vec![1]));
}

#[test]
fn after_shutdown_writes_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("in", 1);
    node.put(&tp("in", 0), &["a"]);
    node.shutdown().unwrap();
    assert!(matches!(node.append(&tp("in", 0), batch(&["b"])).wait(), Err(Error::Closed)));
    assert!(matches!(node.commit(transaction("q", &[(&tp("in", 0), &["b"])], 1)).wait(), Err(Error::Closed)));
    assert_eq!(node.committed(&tp("in", 0)), ["0:a"]);
}
