//! Crashes at every step: the machine stops at its n-th file operation, for every n; what was acknowledged is there
//! afterwards, once, and what was not is there as a whole or not at all.

use storage::files::{Fault, FaultyFiles, Lost};
use storage::{Error, GroupId, Isolation, Options};

use crate::support::{Node, open, options, state_key, tp, transaction, try_open};

/// What the workload was told.
#[derive(Default)]
struct Acknowledged {
    plain: Vec<String>,
    commits: i64,
}

/// Appends and commits that touch two output partitions, until the power goes.
fn work(node: &Node, told: &mut Acknowledged) -> Result<(), Error> {
    let (a, b, plain) = (tp("out", 0), tp("out", 1), tp("plain", 0));
    for n in 1..=4i64 {
        let text = n.to_string();
        let base = node.append(&plain, crate::support::batch(&[&text])).wait()?.base_offset;
        told.plain.push(format!("{base}:{text}"));
        node.commit(transaction("q", &[(&a, &[&text]), (&b, &[&text, &text])], n)).wait()?;
        told.commits = n;
    }
    Ok(())
}

fn values(seen: &[String]) -> Vec<i64> {
    seen.iter().map(|text| text.split_once(':').unwrap().1.parse().unwrap()).collect()
}

/// The promises, after a crash.
fn check(node: &Node, told: &Acknowledged, context: &str) {
    let plain = node.committed(&tp("plain", 0));
    assert!(plain.starts_with(&told.plain), "{context}: lost appends: {plain:?} of {:?}", told.plain);
    let state = node.state().get(&state_key("n")).unwrap();
    let state: i64 = state.map_or(0, |value| String::from_utf8(value).unwrap().parse().unwrap());
    let offset =
        node.committed_offset(&GroupId::new("g"), &tp("in", 0)).unwrap().map_or(0, |offset| offset.0);
    assert!(state >= told.commits, "{context}: the state of commit {} is lost: {state}", told.commits);
    assert_eq!(offset, state, "{context}: offset and state differ");
    let once: Vec<i64> = (1..=state).collect();
    let twice: Vec<i64> = (1..=state).flat_map(|n| [n, n]).collect();
    assert_eq!(values(&node.committed(&tp("out", 0))), once, "{context}: first output");
    assert_eq!(values(&node.committed(&tp("out", 1))), twice, "{context}: second output");
    for partition in [tp("out", 0), tp("out", 1)] {
        let offsets = node.offsets(&partition).unwrap();
        assert_eq!(offsets.last_stable, offsets.log_end, "{context}: a transaction is open");
    }
}

fn small() -> Options {
    Options { segment_bytes: 400, checkpoint_bytes: 300, ..options() }
}

fn crash_everywhere(lost: Lost) {
    let mut crashes = 0;
    for operation in 0.. {
        let dir = tempfile::tempdir().unwrap();
        {
            let node = open(dir.path());
            node.create("plain", 1);
            node.create("in", 1);
            node.create("out", 2);
        }
        let files = FaultyFiles::new();
        files.inject(Fault::CrashAt(operation));
        let mut told = Acknowledged::default();
        let finished = match try_open(dir.path(), small(), files.clone()) {
            Ok(node) => work(&node, &mut told).is_ok(),
            Err(_) => false,
        };
        files.lose(lost).unwrap();
        let context = format!("crash at operation {operation}, {lost:?}");
        let node = try_open(dir.path(), small(), FaultyFiles::new()).expect(&context);
        check(&node, &told, &context);
        // The node goes on working where it was.
        let next = told_state(&node) + 1;
        let text = next.to_string();
        let outputs = transaction("q", &[(&tp("out", 0), &[&text]), (&tp("out", 1), &[&text, &text])], next);
        node.commit(outputs).wait().expect(&context);
        told.commits = next;
        check(&node, &told, &context);
        drop(node);
        check(&open(dir.path()), &told, &context);
        if finished && !files.has_crashed() {
            break;
        }
        crashes += 1;
    }
    assert!(crashes > 50, "only {crashes} places to crash at");
}

fn told_state(node: &Node) -> i64 {
    node.state()
        .get(&state_key("n"))
        .unwrap()
        .map_or(0, |value| String::from_utf8(value).unwrap().parse().unwrap())
}

#[test]
fn kill_at_every_operation() {
    crash_everywhere(Lost::Nothing);
}

#[test]
fn power_loss_at_every_operation() {
    crash_everywhere(Lost::AllUnsynced);
}

#[test]
fn power_loss_that_tears_writes() {
    crash_everywhere(Lost::Torn(70));
}

#[test]
fn a_full_disk_refuses_writes_harms_nothing_and_is_over_when_there_is_space() {
    for space in (0..900).step_by(13) {
        let dir = tempfile::tempdir().unwrap();
        let files = FaultyFiles::new();
        let node = try_open(dir.path(), options(), files.clone()).unwrap();
        node.create("plain", 1);
        node.create("in", 1);
        node.create("out", 2);
        files.inject(Fault::DiskFullAfter(space));
        let mut told = Acknowledged::default();
        let error = match work(&node, &mut told) {
            Err(error) => error,
            Ok(()) => panic!("the workload fits into {space} bytes"),
        };
        assert!(matches!(error, Error::DiskFull { .. }), "{error}");
        // What was there can be read.
        assert_eq!(node.committed(&tp("plain", 0)), told.plain);
        assert_eq!(values(&node.committed(&tp("out", 0))), (1..=told.commits).collect::<Vec<_>>());
        files.heal();
        let text = (told.commits + 1).to_string();
        let outputs = transaction(
            "q",
            &[(&tp("out", 0), &[&text]), (&tp("out", 1), &[&text, &text])],
            told.commits + 1,
        );
        node.commit(outputs).wait().unwrap();
        told.commits += 1;
        let base = node.put(&tp("plain", 0), &["9"]);
        told.plain.push(format!("{base}:9"));
        check(&node, &told, &format!("{space} bytes"));
        drop(node);
        check(&open(dir.path()), &told, &format!("{space} bytes, opened again"));
    }
}

#[test]
fn a_failed_sync_stops_the_partition_until_the_next_open() {
    let dir = tempfile::tempdir().unwrap();
    let files = FaultyFiles::new();
    let node = try_open(dir.path(), options(), files.clone()).unwrap();
    node.create("plain", 1);
    let plain = tp("plain", 0);
    node.put(&plain, &["1"]);
    files.inject(Fault::NextSync);
    let batch = || crate::support::batch(&["2"]);
    assert!(matches!(node.append(&plain, batch()).wait(), Err(Error::Io { .. })));
    let error = node.append(&plain, batch()).wait().unwrap_err();
    assert!(matches!(error, Error::PartitionFailed { .. }), "{error}");
    assert_eq!(node.all(&plain, Isolation::ReadUncommitted), ["0:1"]);
    drop(node);
    files.lose(Lost::AllUnsynced).unwrap();
    let node = open(dir.path());
    assert_eq!(node.committed(&plain), ["0:1"]);
    node.put(&plain, &["3"]);
}

/// The files that RocksDB is about to make lead to a device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_state_store_without_space_works_again_when_there_is_some() {
    use storage::Transaction;

    let dir = tempfile::tempdir().unwrap();
    let state_dir = dir.path().join("state");
    let small = Options { write_buffer_bytes: 1 << 20, ..options() };
    let node = try_open(dir.path(), small.clone(), FaultyFiles::new()).unwrap();
    node.create("in", 1);
    node.create("out", 1);
    let out = tp("out", 0);
    let traps: Vec<_> =
        (1..200).flat_map(|n| ["log", "sst"].map(|kind| state_dir.join(format!("{n:06}.{kind}")))).collect();
    for path in &traps {
        let _ = std::os::unix::fs::symlink("/dev/full", path);
    }
    // The file by which the store finds out whether there is space again.
    let probe = dir.path().join("state.probe");
    std::fs::create_dir(&probe).unwrap();
    let big = |n: i64| {
        let mut transaction: Transaction = transaction("q", &[(&out, &[&n.to_string()])], n);
        transaction.state().put(&state_key("big"), &vec![n as u8; 100_000]);
        transaction
    };
    let mut last = 0;
    let failed = loop {
        let pending = node.commit(big(last + 1));
        // The one in doubt is not answered before the store works again.
        let start = std::time::Instant::now();
        while !pending.is_done() && start.elapsed().as_millis() < 300 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        if !pending.is_done() {
            break pending;
        }
        pending.wait().unwrap();
        last += 1;
        assert!(last < 100, "the disk never got full");
    };
    let refused = node.commit(big(last + 1)).wait().unwrap_err();
    assert!(matches!(refused, Error::DiskFull { .. }), "{refused}");
    // Reads go on, of what was committed.
    assert_eq!(told_state(&node), last);
    assert_eq!(values(&node.committed(&out)), (1..=last).collect::<Vec<_>>());
    for path in traps.iter().filter(|path| path.is_symlink()) {
        std::fs::remove_file(path).unwrap();
    }
    std::fs::remove_dir(&probe).unwrap();
    last += i64::from(failed.wait().is_ok());
    node.commit(big(last + 1)).wait().unwrap();
    last += 1;
    assert_eq!(values(&node.committed(&out)), (1..=last).collect::<Vec<_>>());
    drop(node);
    let node = try_open(dir.path(), small, FaultyFiles::new()).unwrap();
    assert_eq!(told_state(&node), last);
    assert_eq!(values(&node.committed(&out)), (1..=last).collect::<Vec<_>>());
}
