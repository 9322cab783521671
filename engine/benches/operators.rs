//! Operators on batches of 8192 rows, per row, on one core: no decoding, no encoding, no commit.

use std::hint::black_box;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use millrace_engine::change::{ChangeBatch, Field, Relation};
use millrace_engine::expression::{Comparison, Expr, ExprKind, Literal};
use millrace_engine::format::FormatInfo;
use millrace_engine::operator::{Chain, Context, Metrics, ProcessingLog, RowFailure, Store};
use millrace_engine::plan::{
    Aggregate, AggregateCall, Emit, Join, JoinKind, Source, SourceKind, Step, WindowKind, WindowSpec,
};
use millrace_engine::schema::SqlType;
use storage::{Options, StateBatch, Storage};

const ROWS: usize = 8192;
const KEYS: u64 = 10_000;
const BATCHES: usize = 64;

struct Quiet;

impl ProcessingLog for Quiet {
    fn failed(&self, _: RowFailure) {}
}

fn field(name: &str, ty: SqlType) -> Field {
    Field { name: name.into(), ty }
}

fn relation(key: SqlType) -> Relation {
    Relation {
        key: vec![field("K", key)],
        value: vec![field("V", SqlType::Bigint), field("NAME", SqlType::String)],
        ..Relation::default()
    }
}

fn source(kind: SourceKind, key: SqlType) -> Step {
    let format = FormatInfo { name: "JSON".into(), delimiter: None, wrap_single: true };
    Step::Source(Source {
        name: "S".into(),
        kind,
        topic: "s".into(),
        key_format: format.clone(),
        value_format: format,
        columns: vec![],
        wanted: vec![],
        relation: relation(key),
        timestamp: None,
        window: None,
    })
}

fn column(index: usize, ty: SqlType) -> Expr {
    Expr { kind: ExprKind::Column(index), ty }
}

/// Batches of rows whose keys are spread over all keys; a millisecond passes every ten rows.
fn batches(text: bool) -> Vec<ChangeBatch> {
    let mut random = 88_172_645_463_325_252_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    (0..BATCHES)
        .map(|batch| {
            let keys: Vec<u64> = (0..ROWS).map(|_| next() % KEYS).collect();
            let key: ArrayRef = match text {
                true => Arc::new(StringArray::from_iter_values(keys.iter().map(|key| format!("user_{key}")))),
                false => Arc::new(Int64Array::from_iter_values(keys.iter().map(|key| *key as i64))),
            };
            let values: ArrayRef =
                Arc::new(Int64Array::from_iter_values((0..ROWS).map(|_| (next() % 100) as i64)));
            let names: ArrayRef =
                Arc::new(StringArray::from_iter_values(keys.iter().map(|key| format!("n{key}"))));
            let time = |row: usize| ((batch * ROWS + row) / 10) as i64;
            let times: ArrayRef = Arc::new(Int64Array::from_iter_values((0..ROWS).map(time)));
            ChangeBatch::inserts(vec![key, values, names, times])
        })
        .collect()
}

struct Task {
    chain: Chain,
    storage: Storage,
    metrics: Metrics,
    _dir: tempfile::TempDir,
}

impl Task {
    fn new(step: &Step) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let options = Options { fsync: false, ..Options::default() };
        let storage = Storage::open(dir.path(), options).expect("an empty folder can be opened");
        let store = |number| Store {
            state: storage.state().clone(),
            prefix: storage::state::key::state_prefix(1, number, 0),
        };
        let chain = Chain::build(step, store).expect("the step can be run");
        Self { chain, storage, metrics: Metrics::default(), _dir: dir }
    }

    fn push(&mut self, source: usize, batch: &ChangeBatch) {
        let mut out = vec![];
        let mut context = Context { log: &Quiet, metrics: &mut self.metrics };
        self.chain.push(source, batch.clone(), &mut context, &mut out).expect("no batch fails");
        black_box(out);
    }

    fn commit(&mut self) {
        let mut batch = StateBatch::new();
        self.chain.flush(&mut batch).expect("the state can be written");
        self.storage.state().write(batch, false).expect("the store takes it");
        self.chain.committed();
    }
}

fn filter_and_project() -> Step {
    let limit = Expr { kind: ExprKind::Literal(Literal::Bigint(50)), ty: SqlType::Bigint };
    let kind = ExprKind::Compare(Comparison::Less, Box::new(column(1, SqlType::Bigint)), Box::new(limit));
    let predicate = Expr { kind, ty: SqlType::Boolean };
    let input =
        Box::new(Step::Filter { input: Box::new(source(SourceKind::Stream, SqlType::Bigint)), predicate });
    let relation = Relation {
        key: vec![field("K", SqlType::Bigint)],
        value: vec![field("NAME", SqlType::String)],
        ..Relation::default()
    };
    let (key, value) = (vec![column(0, SqlType::Bigint)], vec![column(2, SqlType::String)]);
    Step::Project { input, key, value, relation, rekey: false }
}

fn tumbling_count(key: SqlType) -> Step {
    Step::Aggregate(Aggregate {
        input: Box::new(source(SourceKind::Stream, key.clone())),
        input_is_table: false,
        group_by: vec![column(0, key.clone())],
        aggregates: vec![AggregateCall {
            function: "COUNT".into(),
            variant: 0,
            args: vec![],
            constants: vec![],
            returns: SqlType::Bigint,
        }],
        window: Some(WindowSpec {
            kind: WindowKind::Tumbling { size_ms: 20_000 },
            grace_ms: 0,
            retention_ms: 60_000,
        }),
        emit: Emit::Changes,
        tell_before: false,
        relation: Relation {
            key: vec![field("K", key)],
            value: vec![field("N", SqlType::Bigint)],
            windowed: true,
            positioned: false,
        },
        store: 0,
    })
}

fn stream_table_join() -> Step {
    let side = |name: &str| {
        [("K", SqlType::Bigint), ("V", SqlType::Bigint), ("NAME", SqlType::String)]
            .map(|(column, ty)| field(&format!("{name}_{column}"), ty))
    };
    Step::StreamTableJoin(Join {
        left: Box::new(source(SourceKind::Stream, SqlType::Bigint)),
        right: Box::new(source(SourceKind::Table, SqlType::Bigint)),
        kind: JoinKind::Left,
        relation: Relation {
            key: vec![field("K", SqlType::Bigint)],
            value: side("L").into_iter().chain(side("R")).collect(),
            ..Relation::default()
        },
        store: 0,
    })
}

fn operators(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("operators");
    group.throughput(Throughput::Elements((BATCHES * ROWS) as u64));
    group.sample_size(20);
    let (numbers, texts) = (batches(false), batches(true));
    let mut run = |name: &str, step: Step, batches: &[ChangeBatch], table: bool| {
        group.bench_function(name, |bencher| {
            let set_up = || {
                let mut task = Task::new(&step);
                if table {
                    batches.iter().for_each(|batch| task.push(1, batch));
                    task.commit();
                }
                task
            };
            let work = |task: &mut Task| batches.iter().for_each(|batch| task.push(0, batch));
            bencher.iter_batched_ref(set_up, work, BatchSize::PerIteration);
        });
    };
    run("filter + project", filter_and_project(), &numbers, false);
    run("tumbling count by BIGINT, 10k keys", tumbling_count(SqlType::Bigint), &numbers, false);
    run("tumbling count by STRING, 10k keys", tumbling_count(SqlType::String), &texts, false);
    run("stream-table join, 10k keys", stream_table_join(), &numbers, true);
    let step = Step::Materialize { input: Box::new(source(SourceKind::Table, SqlType::String)), store: 0 };
    run("materialize, 10k keys", step, &texts, false);
    group.finish();
}

criterion_group!(benches, operators);
criterion_main!(benches);
