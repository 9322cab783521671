//! Whole queries from log to log: JSON of about 250 bytes, two partitions, decoding, encoding and durable commits
//! included. Reported per event.
//!
//! `MILLRACE_BENCH_EVENTS` sets the number of events (default 2,000,000).

use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use millrace_engine::change::{Field, Relation};
use millrace_engine::expression::{Comparison, Expr, ExprKind, Literal};
use millrace_engine::format::FormatInfo;
use millrace_engine::operator::{ProcessingLog, RowFailure};
use millrace_engine::plan::{
    Aggregate, AggregateCall, Emit, Plan, QueryId, Sink, SinkTarget, Source, SourceKind, Step, SubPlan,
    WindowKind, WindowSpec,
};
use millrace_engine::runtime::{Runtime, RuntimeOptions, StartOffsets};
use millrace_engine::schema::{Column, Namespace, SqlType};
use storage::{BatchBuilder, Options, Storage, TopicConfig, TopicName, TopicPartition};

const PARTITIONS: i32 = 2;
/// Distinct keys of the aggregation.
const KEYS: u64 = 10_000;

struct Quiet;

impl ProcessingLog for Quiet {
    fn failed(&self, failure: RowFailure) {
        panic!("{failure:?}");
    }
}

fn events() -> u64 {
    std::env::var("MILLRACE_BENCH_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(2_000_000)
}

/// One event of about 250 bytes; a second passes every 1000 events.
fn event(n: u64) -> String {
    let user = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    format!(
        "{{\"ID\":{n},\"USER_ID\":\"user-{:06}\",\"KIND\":\"{}\",\"URL\":\"https://example.org/shop/articles/{}/view?ref={}\",\
         \"AGENT\":\"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\",\"AMOUNT\":{}.{:02},\"QUANTITY\":{},\"OK\":{}}}",
        user % KEYS,
        ["view", "click", "buy", "leave"][(user % 4) as usize],
        user % 100_000,
        user % 977,
        user % 1000,
        user % 100,
        user % 50,
        user % 3 == 0,
    )
}

fn fields() -> Vec<Field> {
    [
        ("ID", SqlType::Bigint),
        ("USER_ID", SqlType::String),
        ("KIND", SqlType::String),
        ("URL", SqlType::String),
        ("AGENT", SqlType::String),
        ("AMOUNT", SqlType::Double),
        ("QUANTITY", SqlType::Integer),
        ("OK", SqlType::Boolean),
    ]
    .into_iter()
    .map(|(name, ty)| Field { name: name.to_owned(), ty })
    .collect()
}

fn source(wanted: Vec<usize>) -> Source {
    let fields = fields();
    Source {
        name: "EVENTS".to_owned(),
        kind: SourceKind::Stream,
        topic: "events".to_owned(),
        key_format: FormatInfo::new("KAFKA"),
        value_format: FormatInfo::new("JSON"),
        columns: fields
            .iter()
            .map(|field| Column {
                name: field.name.clone(),
                ty: field.ty.clone(),
                namespace: Namespace::Value,
            })
            .collect(),
        relation: Relation {
            value: wanted.iter().map(|i| fields[*i].clone()).collect(),
            ..Relation::default()
        },
        wanted,
        timestamp: None,
        window: None,
    }
}

fn sink(relation: &Relation, window: Option<WindowKind>) -> Sink {
    Sink {
        relation: relation.clone(),
        target: SinkTarget::Topic {
            topic: "out".to_owned(),
            key_format: FormatInfo::new("KAFKA"),
            value_format: FormatInfo::new("JSON"),
            window,
            timestamp: None,
        },
    }
}

fn plan(root: Step, window: Option<WindowKind>, stores: u16) -> Plan {
    let sink = sink(root.relation(), window);
    Plan { subplans: vec![SubPlan { root, sink }], stores }
}

fn pass_through() -> Plan {
    plan(Step::Source(source((0..8).collect())), None, 0)
}

/// One event in four passes.
fn filter() -> Plan {
    let column = Expr { ty: SqlType::String, kind: ExprKind::Column(2) };
    let buy = Expr { ty: SqlType::String, kind: ExprKind::Literal(Literal::String("buy".to_owned())) };
    let kind = ExprKind::Compare(Comparison::Equal, Box::new(column), Box::new(buy));
    let predicate = Expr { ty: SqlType::Boolean, kind };
    plan(Step::Filter { input: Box::new(Step::Source(source((0..8).collect()))), predicate }, None, 0)
}

/// `COUNT(*) ... WINDOW TUMBLING (1 MINUTE) GROUP BY USER_ID`: every user's events are in one partition already.
fn tumbling_count() -> Plan {
    let window = WindowKind::Tumbling { size_ms: 60_000 };
    let field = |name: &str, ty| Field { name: name.to_owned(), ty };
    let relation = Relation {
        key: vec![field("USER_ID", SqlType::String)],
        value: vec![field("N", SqlType::Bigint)],
        windowed: true,
        positioned: false,
    };
    let aggregate = Aggregate {
        input: Box::new(Step::Source(source(vec![1]))),
        input_is_table: false,
        group_by: vec![Expr { ty: SqlType::String, kind: ExprKind::Column(0) }],
        aggregates: vec![AggregateCall {
            function: "COUNT".to_owned(),
            variant: 0,
            args: vec![],
            constants: vec![],
            returns: SqlType::Bigint,
        }],
        window: Some(WindowSpec { kind: window, grace_ms: 86_340_000, retention_ms: 86_400_000 }),
        emit: Emit::Changes,
        tell_before: false,
        relation,
        store: 0,
    };
    plan(Step::Aggregate(aggregate), Some(window), 1)
}

struct Bench {
    storage: Storage,
    events: u64,
    runs: u32,
}

impl Bench {
    fn new(dir: &std::path::Path) -> Self {
        let storage = Storage::open(dir, Options::default()).unwrap();
        let topic = TopicName::new("events").unwrap();
        storage.create_topic(&topic, PARTITIONS, 1, TopicConfig::default()).unwrap();
        let events = events();
        let mut builders: Vec<BatchBuilder> = (0..PARTITIONS).map(|_| BatchBuilder::new()).collect();
        let append = |partition: usize, builder: BatchBuilder| {
            let tp = TopicPartition::new(topic.clone(), partition as i32);
            storage.append(&tp, builder.finish()).wait().unwrap();
        };
        for n in 0..events {
            let text = event(n);
            let user = (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % KEYS;
            let partition = (user % PARTITIONS as u64) as usize;
            builders[partition].push(n as i64, None, Some(text.as_bytes()), &[]);
            if builders[partition].byte_len() >= 1 << 20 {
                append(partition, std::mem::take(&mut builders[partition]));
            }
        }
        for (partition, builder) in builders.into_iter().enumerate() {
            if !builder.is_empty() {
                append(partition, builder);
            }
        }
        Self { storage, events, runs: 0 }
    }

    /// One query over all events, from its start to its last commit.
    fn run(&mut self, plan: &Plan) -> Duration {
        self.runs += 1;
        let topic = TopicName::new("out").unwrap();
        if self.storage.topic(&topic).is_some() {
            self.storage.delete_topic(&topic).unwrap();
        }
        self.storage.create_topic(&topic, PARTITIONS, 1, TopicConfig::default()).unwrap();
        let runtime = Runtime::new(self.storage.clone(), RuntimeOptions::default(), Arc::new(Quiet)).unwrap();
        let id = QueryId(format!("BENCH_{}", self.runs));
        let began = Instant::now();
        runtime.start(id.clone(), self.runs, plan.clone(), StartOffsets::Earliest).unwrap();
        assert!(runtime.wait_until_caught_up(&id, Duration::from_secs(600)).unwrap());
        let took = began.elapsed();
        assert_eq!(runtime.status(&id).unwrap().metrics.rows_in, self.events);
        runtime.stop(&id).unwrap();
        runtime.forget(&id, self.runs, plan).unwrap();
        took
    }
}

fn queries(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(dir.path());
    let mut group = criterion.benchmark_group("query");
    group.throughput(Throughput::Elements(bench.events)).sample_size(10);
    for (name, plan) in
        [("pass_through", pass_through()), ("filter", filter()), ("tumbling_count", tumbling_count())]
    {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| (0..iterations).map(|_| bench.run(&plan)).sum());
        });
    }
    group.finish();
}

criterion_group!(benches, queries);
criterion_main!(benches);
