//! Appending and reading one partition.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use storage::{BatchBuilder, Compression, Error, Isolation, Offset, TopicConfig};

use crate::support::{batch, open, options, topic, tp, try_open};

#[test]
fn appended_records_are_read_back_from_any_offset() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("t", 2);
    let p = tp("t", 1);
    for i in 0..200 {
        assert_eq!(node.put(&p, &[&format!("a{i}"), &format!("b{i}")]), i * 2);
    }
    let all = node.committed(&p);
    assert_eq!(all.len(), 400);
    assert_eq!(all[399], "399:b199");
    for from in [0, 1, 7, 198, 399] {
        let fetch = node.read(&p, Offset(from), 1 << 20, Isolation::ReadCommitted).unwrap();
        let first = fetch.records().next().unwrap().unwrap();
        assert_eq!(first.offset, from);
        assert_eq!(fetch.records().count() as i64, 400 - from);
        assert_eq!(fetch.high_watermark, Offset(400));
    }
    assert!(node.read(&p, Offset(400), 100, Isolation::ReadCommitted).unwrap().is_empty());
    let error = node.read(&p, Offset(401), 100, Isolation::ReadCommitted).unwrap_err();
    assert_eq!(error.to_string(), "offset 401 of t-1 is out of range: the log holds 0 to 400");
    assert!(node.committed(&tp("t", 0)).is_empty());
    assert!(matches!(node.append(&tp("t", 2), batch(&["x"])).wait(), Err(Error::UnknownPartition(_))));
}

#[test]
fn one_batch_is_read_however_large_and_small_segments_roll() {
    let dir = tempfile::tempdir().unwrap();
    let node =
        try_open(dir.path(), storage::Options { segment_bytes: 1000, ..options() }, Default::default())
            .unwrap();
    node.create("t", 1);
    let p = tp("t", 0);
    let big = "x".repeat(100_000);
    node.put(&p, &["a"]);
    node.put(&p, &[&big]);
    for i in 0..50 {
        node.put(&p, &[&i.to_string()]);
    }
    let fetch = node.read(&p, Offset(1), 10, Isolation::ReadUncommitted).unwrap();
    assert_eq!(fetch.records().next().unwrap().unwrap().value.unwrap().len(), 100_000);
    assert_eq!(node.committed(&p).len(), 52);
    assert!(std::fs::read_dir(dir.path().join("log/t-0")).unwrap().count() > 10);
}

#[test]
fn compressed_batches_and_headers_round_trip() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("t", 1);
    let p = tp("t", 0);
    let codecs =
        [Compression::None, Compression::Gzip, Compression::Snappy, Compression::Lz4, Compression::Zstd];
    for codec in codecs {
        let mut builder = BatchBuilder::new().with_compression(codec);
        for i in 0..100 {
            builder.push(i, None, Some(b"same value again and again"), &[("h", Some(b"1")), ("n", None)]);
        }
        let encoded = builder.finish();
        let again = storage::EncodedBatch::from_bytes(encoded.as_bytes().clone()).unwrap();
        assert_eq!(codec != Compression::None, again.byte_len() < 1000, "{codec:?}");
        node.append(&p, again).wait().unwrap();
    }
    let fetch = node.read(&p, Offset(0), 1 << 20, Isolation::ReadCommitted).unwrap();
    for _ in 0..2 {
        let records: Vec<_> = fetch.records().map(|record| record.unwrap()).collect();
        assert_eq!(records.len(), 500);
        for (i, record) in records.iter().enumerate() {
            assert_eq!((record.offset, record.timestamp), (i as i64, i as i64 % 100));
            assert_eq!(record.value, Some(&b"same value again and again"[..]));
            let headers: Vec<_> = record.headers().map(|header| (header.key, header.value)).collect();
            assert_eq!(headers, [("h", Some(&b"1"[..])), ("n", None)]);
        }
    }
}

#[test]
fn offsets_are_found_by_time_and_records_deleted_up_to_an_offset() {
    let dir = tempfile::tempdir().unwrap();
    let node =
        try_open(dir.path(), storage::Options { segment_bytes: 2000, ..options() }, Default::default())
            .unwrap();
    node.create("t", 1);
    let p = tp("t", 0);
    for i in 0..300i64 {
        let mut builder = BatchBuilder::new();
        builder.push(i * 10, None, Some(b"v"), &[]);
        node.append(&p, builder.finish()).wait().unwrap();
    }
    for (time, expected) in
        [(-5, Some((0, 0))), (0, Some((0, 0))), (1, Some((1, 10))), (1555, Some((156, 1560))), (2991, None)]
    {
        let found = node.offset_for_time(&p, time).unwrap().map(|(offset, time)| (offset.0, time));
        assert_eq!(found, expected, "time {time}");
    }
    node.delete_records(&p, Offset(150)).unwrap();
    assert!(matches!(
        node.read(&p, Offset(149), 9, Isolation::ReadCommitted),
        Err(Error::OffsetOutOfRange { .. })
    ));
    assert_eq!(node.offset_for_time(&p, 0).unwrap(), Some((Offset(150), 1500)));
    node.run_maintenance();
    assert_eq!(node.committed(&p).len(), 150);
    drop(node);
    let node = open(dir.path());
    assert_eq!(node.offsets(&p).unwrap().log_start, Offset(150));
    assert_eq!(node.committed(&p).first().unwrap(), "150:v");
}

#[test]
fn watchers_hear_of_each_advance_until_they_are_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("t", 1);
    let p = tp("t", 0);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let watch = node.watch(&p, Arc::new(move || _ = counter.fetch_add(1, Ordering::SeqCst))).unwrap();
    node.put(&p, &["a"]);
    // The watcher is called after the append is answered.
    while calls.load(Ordering::SeqCst) == 0 {
        std::thread::yield_now();
    }
    drop(watch);
    let before = calls.load(Ordering::SeqCst);
    node.put(&p, &["b"]);
    node.put(&p, &["c"]);
    assert_eq!(calls.load(Ordering::SeqCst), before);
}

#[test]
fn idempotent_producers_get_no_duplicates_and_no_gaps() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("t", 1);
    let p = tp("t", 0);
    let producer = node.init_producer(None).unwrap();
    let batch = |epoch: i16, sequence: i32| produced(producer.id.0, epoch, sequence, 2);
    assert_eq!(node.append(&p, batch(0, 0)).wait().unwrap().base_offset, Offset(0));
    assert_eq!(node.append(&p, batch(0, 2)).wait().unwrap().base_offset, Offset(2));
    let again = node.append(&p, batch(0, 0)).wait().unwrap();
    assert!(again.duplicate);
    assert_eq!(again.base_offset, Offset(0));
    let error = node.append(&p, batch(0, 6)).wait().unwrap_err();
    assert!(matches!(error, Error::OutOfOrderSequence { expected: 4, found: 6, .. }), "{error}");
    node.append(&p, batch(1, 0)).wait().unwrap();
    assert!(matches!(node.append(&p, batch(0, 4)).wait(), Err(Error::InvalidProducerEpoch { .. })));
    // It is remembered over a restart.
    drop(node);
    let node = open(dir.path());
    assert!(node.append(&p, batch(1, 0)).wait().unwrap().duplicate);
    assert_eq!(node.append(&p, batch(1, 2)).wait().unwrap().base_offset, Offset(6));
    assert_ne!(node.init_producer(None).unwrap().id, producer.id);
    let first = node.init_producer(Some("tx")).unwrap();
    let second = node.init_producer(Some("tx")).unwrap();
    assert_eq!((second.id, second.epoch.0), (first.id, first.epoch.0 + 1));
}

/// A batch as an idempotent client sends it.
fn produced(id: i64, epoch: i16, sequence: i32, records: usize) -> storage::EncodedBatch {
    let bytes = batch(&vec!["v"; records]).into_bytes();
    let mut bytes = bytes.to_vec();
    bytes[43..51].copy_from_slice(&id.to_be_bytes());
    bytes[51..53].copy_from_slice(&epoch.to_be_bytes());
    bytes[53..57].copy_from_slice(&sequence.to_be_bytes());
    let crc = crc32c::crc32c(&bytes[21..]);
    bytes[17..21].copy_from_slice(&crc.to_be_bytes());
    storage::EncodedBatch::from_bytes(bytes.into()).unwrap()
}

#[test]
fn topics_are_made_changed_and_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    node.create("t", 3);
    let first = node.topic(&topic("t")).unwrap();
    assert!(matches!(
        node.create_topic(&topic("t"), 1, 1, TopicConfig::default()),
        Err(Error::TopicExists(_))
    ));
    assert!(node.create_topic(&topic("u"), 0, 1, TopicConfig::default()).is_err());
    assert!(node.create_topic(&topic("u"), 1, 3, TopicConfig::default()).is_err());
    node.put(&tp("t", 0), &["old"]);
    node.commit_offsets(&storage::GroupId::new("g"), &[(tp("t", 0), Offset(1))]).wait().unwrap();
    let config = TopicConfig { retention_ms: None, ..TopicConfig::default() };
    node.alter_topic(&topic("t"), config.clone()).unwrap();
    drop(node);
    let node = open(dir.path());
    assert_eq!(node.topics(), [storage::TopicDescription { config, ..first.clone() }]);
    assert_eq!(node.groups().unwrap(), [storage::GroupId::new("g")]);
    node.delete_topic(&topic("t")).unwrap();
    assert!(node.groups().unwrap().is_empty());
    assert!(matches!(node.append(&tp("t", 0), batch(&["x"])).wait(), Err(Error::UnknownTopic(_))));
    node.create("t", 1);
    assert!(node.committed(&tp("t", 0)).is_empty());
    drop(node);
    let node = open(dir.path());
    assert!(node.committed(&tp("t", 0)).is_empty());
    assert_eq!(node.topics().len(), 1);
}

#[test]
fn a_second_owner_and_another_version_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let node = open(dir.path());
    let error = try_open(dir.path(), options(), Default::default()).err().unwrap();
    assert!(error.to_string().contains(&format!("in use by process {}", std::process::id())), "{error}");
    drop(node);
    std::fs::write(dir.path().join("version"), "99\n").unwrap();
    let error = try_open(dir.path(), options(), Default::default()).err().unwrap();
    assert!(error.to_string().contains("format version 99, but this program reads version 1"), "{error}");
}
