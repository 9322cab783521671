//! What an open finds after the files were left in some state.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use storage::{Error, Isolation, Offset, Options};

use crate::support::{Node, batch, open, options, tp, transaction, try_open};

fn log_file(dir: &Path, base: i64) -> PathBuf {
    dir.join(format!("log/t-0/{base:020}.log"))
}

/// A node with three batches of two records in `t-0`, closed without a clean end. Returns where each batch begins.
fn three_batches(dir: &Path) -> Vec<u64> {
    let node = open(dir);
    node.create("t", 1);
    let mut starts = Vec::new();
    for text in ["a", "b", "c"] {
        starts.push(fs::metadata(log_file(dir, 0)).map_or(0, |metadata| metadata.len()));
        node.put(&tp("t", 0), &[text, text]);
    }
    starts
}

#[test]
fn a_tail_torn_at_any_byte_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let starts = three_batches(dir.path());
    let whole = fs::read(log_file(dir.path(), 0)).unwrap();
    for cut in starts[2] as usize..whole.len() {
        fs::write(log_file(dir.path(), 0), &whole[..cut]).unwrap();
        let node = open(dir.path());
        assert_eq!(node.committed(&tp("t", 0)), ["0:a", "1:a", "2:b", "3:b"], "cut at {cut}");
        // The place is free again.
        assert_eq!(node.put(&tp("t", 0), &["d"]), 4);
    }
}

#[test]
fn zeros_and_garbage_behind_the_end_are_cut() {
    let dir = tempfile::tempdir().unwrap();
    three_batches(dir.path());
    let whole = fs::read(log_file(dir.path(), 0)).unwrap();
    let tails =
        [vec![0; 5000], vec![0xff; 300], whole[..100].to_vec(), b"\0\0\0\0\0\0\0\x06\0\0\0\x40".to_vec()];
    for tail in tails {
        fs::write(log_file(dir.path(), 0), [&whole[..], &tail].concat()).unwrap();
        let node = open(dir.path());
        assert_eq!(node.committed(&tp("t", 0)).len(), 6);
        assert_eq!(node.offsets(&tp("t", 0)).unwrap().log_end, Offset(6));
    }
}

#[test]
fn a_corrupt_middle_is_reported_with_file_and_position() {
    let dir = tempfile::tempdir().unwrap();
    let starts = three_batches(dir.path());
    let whole = fs::read(log_file(dir.path(), 0)).unwrap();
    for at in [starts[1] + 8, starts[1] + 16, starts[1] + 17, starts[1] + 40, starts[1] + 65, starts[2] - 1] {
        let mut damaged = whole.clone();
        damaged[at as usize] ^= 0x55;
        fs::write(log_file(dir.path(), 0), damaged).unwrap();
        let error =
            try_open(dir.path(), options(), Default::default()).err().expect("damage must be reported");
        let Error::Corrupt { path, position, .. } = &error else { panic!("{error}") };
        assert_eq!((path, *position), (&log_file(dir.path(), 0), starts[1]), "byte {at}: {error}");
    }
}

#[test]
fn a_page_that_was_never_written_is_a_torn_end_even_with_a_batch_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("t", 1);
    node.put(&tp("t", 0), &["a"]);
    let start = fs::metadata(log_file(dir.path(), 0)).unwrap().len() as usize;
    node.put(&tp("t", 0), &[&"b".repeat(5000)]);
    node.put(&tp("t", 0), &["c"]);
    drop(node);
    let mut bytes = fs::read(log_file(dir.path(), 0)).unwrap();
    bytes[start..4096].fill(0);
    fs::write(log_file(dir.path(), 0), bytes).unwrap();
    assert_eq!(open(dir.path()).committed(&tp("t", 0)), ["0:a"]);
}

#[test]
fn a_file_shorter_than_its_recovery_point_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    three_batches(dir.path());
    open(dir.path()).shutdown().unwrap();
    let whole = fs::read(log_file(dir.path(), 0)).unwrap();
    fs::write(log_file(dir.path(), 0), &whole[..whole.len() - 1]).unwrap();
    let error = try_open(dir.path(), options(), Default::default()).err().unwrap();
    assert!(error.to_string().contains("bytes had been stored in it"), "{error}");
}

#[test]
fn a_clean_end_leaves_nothing_to_read_and_lost_indexes_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let small = Options { segment_bytes: 3000, ..options() };
    let reopen = || try_open(dir.path(), small.clone(), Default::default()).unwrap();
    let node = reopen();
    node.create("t", 1);
    for i in 0..200 {
        node.put(&tp("t", 0), &[&i.to_string()]);
    }
    let check = |node: &Node| {
        assert_eq!(node.committed(&tp("t", 0)).len(), 200);
        let fetch = node.read(&tp("t", 0), Offset(123), 100, Isolation::ReadCommitted).unwrap();
        assert_eq!(fetch.records().next().unwrap().unwrap().value, Some(&b"123"[..]));
        assert_eq!(node.offset_for_time(&tp("t", 0), 1000).unwrap(), Some((Offset(0), 1000)));
    };
    node.shutdown().unwrap();
    drop(node);
    // Bytes before the recovery point are not read: what is damaged there does not keep the node from starting.
    let whole = fs::read(log_file(dir.path(), 0)).unwrap();
    fs::write(log_file(dir.path(), 0), vec![0xee; whole.len()]).unwrap();
    drop(reopen());
    fs::write(log_file(dir.path(), 0), whole).unwrap();
    let remove = |suffix: &str| {
        for entry in fs::read_dir(dir.path().join("log/t-0")).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().ends_with(suffix) {
                fs::remove_file(path).unwrap();
            }
        }
    };
    remove("index");
    check(&reopen());
    fs::write(dir.path().join("log/t-0/checkpoint"), "garbage").unwrap();
    check(&reopen());
    remove("checkpoint");
    remove(".index");
    check(&reopen());
}

#[test]
fn a_log_or_a_state_store_that_is_missing_is_reported_and_nothing_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    three_batches(dir.path());
    let (state, hidden) = (dir.path().join("state"), dir.path().join("hidden"));
    fs::rename(&state, &hidden).unwrap();
    let error = try_open(dir.path(), options(), Default::default()).err().unwrap();
    assert!(error.to_string().contains("the state store is missing"), "{error}");
    fs::rename(&hidden, &state).unwrap();
    fs::rename(dir.path().join("log/t-0"), &hidden).unwrap();
    let error = try_open(dir.path(), options(), Default::default()).err().unwrap();
    assert!(error.to_string().contains("t-0 is corrupt"), "{error}");
    fs::rename(&hidden, dir.path().join("log/t-0")).unwrap();
    assert_eq!(open(dir.path()).committed(&tp("t", 0)).len(), 6);
}

#[test]
fn recovery_starts_from_the_last_recovery_point() {
    let dir = tempfile::tempdir().unwrap();
    let often = Options { checkpoint_bytes: 1000, segment_bytes: 5000, ..options() };
    let reopen = || try_open(dir.path(), often.clone(), Default::default()).unwrap();
    let node = reopen();
    node.create("t", 1);
    node.create("in", 1);
    let mut expected = Vec::new();
    let mut node = node;
    for i in 0..300 {
        let text = i.to_string();
        let base = match i % 3 {
            0 => node.put(&tp("t", 0), &[&text]),
            _ => {
                node.commit(transaction("q", &[(&tp("t", 0), &[&text])], i)).wait().unwrap().base_offsets[0].0
            }
        };
        expected.push(format!("{base}:{i}"));
        if i % 37 == 0 {
            drop(node);
            node = reopen();
        }
    }
    assert_eq!(node.committed(&tp("t", 0)), expected);
    assert!(dir.path().join("log/t-0/checkpoint").exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever bytes follow the last batch or replace some: an open gives a prefix of what was there, or an error that
    /// names the file, and never records that nobody wrote.
    #[test]
    fn any_damage_gives_a_prefix_or_an_error(
        at in 0usize..600, garbage in proptest::collection::vec(any::<u8>(), 0..200), cut in any::<bool>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        three_batches(dir.path());
        let mut bytes = fs::read(log_file(dir.path(), 0)).unwrap();
        let at = at.min(bytes.len());
        let end = (at + garbage.len()).min(bytes.len());
        bytes.splice(at..end, garbage.iter().copied());
        if cut { bytes.truncate(at + garbage.len()); }
        fs::write(log_file(dir.path(), 0), bytes).unwrap();
        match try_open(dir.path(), options(), Default::default()) {
            Ok(node) => {
                let seen = node.committed(&tp("t", 0));
                let all = ["0:a", "1:a", "2:b", "3:b", "4:c", "5:c"];
                prop_assert_eq!(&seen[..], &all[..seen.len()]);
            }
            Err(error) => prop_assert!(error.to_string().contains(".log is corrupt at byte"), "{}", error),
        }
    }

    /// Garbage is refused, and a batch that is accepted can be read without an error.
    #[test]
    fn garbage_batches_are_refused_without_a_panic(
        changes in proptest::collection::vec((0usize..200, any::<u8>()), 1..8), fix_crc in any::<bool>(),
        cut in 0usize..200, codec in 0u8..5,
    ) {
        let bytes = batch(&["one", "two", "three"]).into_bytes();
        let mut bytes = bytes.to_vec();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if codec > 0 { bytes[22] = codec; }
        if cut < bytes.len() { bytes.truncate(bytes.len() - cut % 10); }
        if fix_crc && bytes.len() > 61 {
            let length = (bytes.len() - 12) as i32;
            bytes[8..12].copy_from_slice(&length.to_be_bytes());
            bytes[16] = 2;
            let crc = crc32c::crc32c(&bytes[21..]);
            bytes[17..21].copy_from_slice(&crc.to_be_bytes());
        }
        if let Ok(accepted) = storage::EncodedBatch::from_bytes(bytes.into()) {
            let mut count = 0;
            accepted.for_each_record(|record| {
                count += 1 + record.headers().count() * 0;
                Ok(())
            }).unwrap();
            prop_assert_eq!(count, accepted.record_count());
        }
    }
}
