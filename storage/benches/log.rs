//! Speed of the log and the state store, one layer each: building batches, appending, reading, walking over records,
//! commits, state. Throughput of records is for records of 250 bytes with a key of 8.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use storage::{
    BatchBuilder, EncodedBatch, Isolation, Offset, Options, StateBatch, Storage, TopicConfig, TopicName,
    TopicPartition, Transaction,
};

const VALUE: [u8; 230] = [b'v'; 230];
const RECORDS: usize = 4096;

fn fill(builder: &mut BatchBuilder, records: usize) {
    for i in 0..records as u64 {
        builder.push(1_700_000_000_000 + i as i64, Some(&i.to_be_bytes()), Some(&VALUE), &[]);
    }
}

fn batch(records: usize) -> EncodedBatch {
    let mut builder = BatchBuilder::with_capacity(records * 256);
    fill(&mut builder, records);
    builder.finish()
}

fn open(dir: &Path, fsync: bool) -> (Storage, TopicPartition) {
    let options = Options { fsync, maintenance_interval: Duration::ZERO, ..Options::default() };
    let storage = Storage::open(dir, options).unwrap();
    let topic = TopicName::new("t").unwrap();
    storage.create_topic(&topic, 1, 1, TopicConfig::default()).unwrap();
    (storage, TopicPartition::new(topic, 0))
}

fn build(c: &mut Criterion) {
    let mut group = c.benchmark_group("build");
    group.throughput(Throughput::Elements(RECORDS as u64));
    let with_room = || BatchBuilder::with_capacity(RECORDS * 256);
    group.bench_function("push", |b| {
        b.iter_batched_ref(
            || BatchBuilder::reuse(batch(RECORDS)),
            |builder| fill(builder, RECORDS),
            BatchSize::LargeInput,
        );
    });
    group.bench_function("push_with", |b| {
        b.iter_batched_ref(
            || BatchBuilder::reuse(batch(RECORDS)),
            |builder| {
                for i in 0..RECORDS as u64 {
                    let key = i.to_be_bytes();
                    builder.push_with(1_700_000_000_000, Some(&key), |out| out.extend_from_slice(&VALUE));
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("push_and_finish_new_memory", |b| {
        b.iter(|| {
            let mut builder = with_room();
            fill(&mut builder, RECORDS);
            builder.finish()
        });
    });
    group.bench_function("check_from_outside", |b| {
        let bytes = batch(RECORDS).into_bytes();
        b.iter(|| EncodedBatch::from_bytes(bytes.clone()).unwrap());
    });
    group.finish();
}

fn append(c: &mut Criterion) {
    let mut group = c.benchmark_group("append");
    for (name, records, fsync) in [
        ("1mb_no_fsync", RECORDS, false),
        ("1mb_fsync", RECORDS, true),
        ("1_record_no_fsync", 1, false),
        ("1_record_fsync", 1, true),
    ] {
        let encoded = batch(records);
        group.throughput(Throughput::Bytes(encoded.byte_len() as u64));
        group.bench_function(name, |b| {
            b.iter_custom(|iterations| {
                let dir = tempfile::tempdir().unwrap();
                let (storage, partition) = open(dir.path(), fsync);
                let mut spent = Duration::ZERO;
                let mut left = iterations;
                while left > 0 {
                    // Up to 8 batches are on their way at once, as a pipelining producer has it.
                    let burst = left.min(8);
                    let start = Instant::now();
                    let pending: Vec<_> =
                        (0..burst).map(|_| storage.append(&partition, encoded.clone())).collect();
                    for pending in pending {
                        black_box(pending.wait().unwrap());
                    }
                    spent += start.elapsed();
                    left -= burst;
                    if storage.offsets(&partition).unwrap().log_end.0 > 1_000_000 {
                        // The page cache, not the disk, is measured here: old data makes room.
                        storage.delete_topic(&partition.topic).unwrap();
                        storage.create_topic(&partition.topic, 1, 1, TopicConfig::default()).unwrap();
                    }
                }
                spent
            });
        });
    }
    group.finish();
}

fn read(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let (storage, partition) = open(dir.path(), false);
    for _ in 0..100 {
        storage.append(&partition, batch(RECORDS)).wait().unwrap();
    }
    let mut group = c.benchmark_group("read");
    let fetch = storage.read(&partition, Offset(0), 1 << 20, Isolation::ReadCommitted).unwrap();
    group.throughput(Throughput::Bytes(fetch.batches.len() as u64));
    group.bench_function("1mb_fetch", |b| {
        let mut from = Offset(0);
        b.iter(|| {
            let fetch = storage.read(&partition, from, 1 << 20, Isolation::ReadCommitted).unwrap();
            from = if fetch.next_offset == fetch.high_watermark { Offset(0) } else { fetch.next_offset };
            fetch
        });
    });
    group.bench_function("1mb_fetch_at_random", |b| {
        let mut from = 0;
        b.iter(|| {
            from = (from * 31 + 12_345) % (90 * RECORDS as i64);
            storage.read(&partition, Offset(from), 1 << 20, Isolation::ReadCommitted).unwrap()
        });
    });
    group.throughput(Throughput::Elements(fetch.records().count() as u64));
    group.bench_function("records", |b| {
        b.iter(|| {
            let mut sum = 0;
            for record in fetch.records() {
                let record = record.unwrap();
                sum += record.timestamp
                    + record.key.map_or(0, <[u8]>::len) as i64
                    + record.value.map_or(0, <[u8]>::len) as i64;
            }
            sum
        });
    });
    group.finish();
}

fn commit(c: &mut Criterion) {
    let mut group = c.benchmark_group("commit");
    group.sample_size(20);
    for (name, fsync) in [("no_fsync", false), ("fsync", true)] {
        let dir = tempfile::tempdir().unwrap();
        let (storage, partition) = open(dir.path(), fsync);
        let output = batch(100);
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut transaction = Transaction::new("task");
                transaction.append(partition.clone(), output.clone());
                for i in 0..100u32 {
                    let mut key = storage::state::key::state_prefix(1, 1, 0).to_vec();
                    key.extend_from_slice(&i.to_be_bytes());
                    transaction.state().put(&key, &VALUE[..50]);
                }
                storage.commit(transaction).wait().unwrap()
            });
        });
    }
    group.finish();
}

fn state(c: &mut Criterion) {
    const KEYS: u32 = 100_000;
    let dir = tempfile::tempdir().unwrap();
    let (storage, _) = open(dir.path(), false);
    let key = |i: u32| {
        let mut key = storage::state::key::state_prefix(1, 1, 0).to_vec();
        key.extend_from_slice(&i.to_be_bytes());
        key
    };
    let mut group = c.benchmark_group("state");
    group.throughput(Throughput::Elements(1000));
    group.bench_function("put_1000", |b| {
        let mut next = 0;
        b.iter(|| {
            let mut changes = StateBatch::new();
            for _ in 0..1000 {
                next = (next + 7919) % KEYS;
                changes.put(&key(next), &VALUE[..50]);
            }
            storage.state().write(changes, false).unwrap();
        });
    });
    let all: Vec<_> = (0..1000).map(|i| key(i * 97 % KEYS)).collect();
    group.bench_function("get_1000", |b| {
        b.iter(|| all.iter().filter(|key| storage.state().get(key).unwrap().is_some()).count());
    });
    group.bench_function("multi_get_1000", |b| {
        b.iter(|| storage.state().multi_get(&all).unwrap());
    });
    group.bench_function("scan_1000", |b| {
        b.iter(|| {
            let mut count = 0;
            let scan = storage.state().scan(&key(0), &key(KEYS), |_, value| {
                count += black_box(value).len().min(1);
                if count < 1000 {
                    std::ops::ControlFlow::Continue(())
                } else {
                    std::ops::ControlFlow::Break(())
                }
            });
            scan.unwrap();
            count
        });
    });
    group.finish();
}

criterion_group!(benches, build, append, read, commit, state);
criterion_main!(benches);
