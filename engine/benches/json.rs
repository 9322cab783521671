//! JSON in and out on one core: bid-like records of 250 bytes with 7 columns. The printed throughput is in rows.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use millrace_engine::format::{FormatInfo, Payloads, Side, find};
use millrace_engine::schema::{Column, Namespace, SqlType};

const ROWS: usize = 8192;

fn columns() -> Vec<Column> {
    let column = |name: &str, ty| Column { name: name.to_owned(), ty, namespace: Namespace::Value };
    vec![
        column("AUCTION", SqlType::Bigint),
        column("BIDDER", SqlType::Bigint),
        column("PRICE", SqlType::Bigint),
        column("CHANNEL", SqlType::String),
        column("URL", SqlType::String),
        column("DATETIME", SqlType::Bigint),
        column("EXTRA", SqlType::String),
    ]
}

/// A small generator of its own, so that every run has the same records.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn records() -> Vec<Vec<u8>> {
    let mut numbers = Numbers(7);
    let channels = ["Google", "Facebook", "Baidu", "Apple", "channel-4711"];
    (0..ROWS as u64)
        .map(|i| {
            let channel = channels[numbers.next(5) as usize];
            let mut text = |len: u64| -> String {
                (0..len).map(|_| char::from(b'a' + numbers.next(26) as u8)).collect()
            };
            let url = format!("https://www.nexmark.com/{}/{}/item.htm?query=1", text(5), text(4));
            let extra = text(80);
            let (auction, bidder, price) = (1000 + numbers.next(100_000), 1000 + numbers.next(50_000), numbers.next(10_000_000));
            let time = 1_700_000_000_000 + i;
            format!(
                "{{\"auction\":{auction},\"bidder\":{bidder},\"price\":{price},\"channel\":\"{channel}\",\"url\":\"{url}\",\"dateTime\":{time},\"extra\":\"{extra}\"}}"
            )
            .into_bytes()
        })
        .collect()
}

fn json(criterion: &mut Criterion) {
    let records = records();
    let payloads: Vec<_> = records.iter().map(|record| Some(&record[..])).collect();
    let columns = columns();
    let format = find("JSON").expect("JSON is a format");
    let info = FormatInfo::new("JSON");
    let mut group = criterion.benchmark_group("json");
    group.throughput(Throughput::Elements(ROWS as u64));
    let mut decode = |name: &str, wanted: &[bool]| {
        let mut decoder = format.decoder(&info, Side::Value, &columns, wanted).expect("a decoder");
        let mut failures = Vec::new();
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(decoder.decode(&payloads, &mut failures).expect("columns")));
        });
        assert!(failures.is_empty());
    };
    decode("decode all columns", &[true; 7]);
    decode("decode 2 of 7 columns", &[true, false, true, false, false, false, false]);
    let mut decoder = format.decoder(&info, Side::Value, &columns, &[true; 7]).expect("a decoder");
    let arrays = decoder.decode(&payloads, &mut Vec::new()).expect("columns");
    let mut encoder = format.encoder(&info, Side::Value, &columns).expect("an encoder");
    let mut out = Payloads::default();
    group.bench_function("encode", |bencher| {
        bencher.iter(|| {
            out.clear();
            encoder.encode(&arrays, ROWS, &mut out, &mut Vec::new()).expect("payloads");
            black_box(out.len())
        });
    });
    group.finish();
}

criterion_group!(benches, json);
criterion_main!(benches);
