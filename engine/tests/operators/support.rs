//! Plans, rows and how they are written.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use millrace_engine::change::{ChangeBatch, Field, Op, Relation};
use millrace_engine::expression::{Comparison, Expr, ExprKind, Literal};
use millrace_engine::format::FormatInfo;
use millrace_engine::operator::{Chain, Context, Metrics, ProcessingLog, RowFailure, Store};
use millrace_engine::plan::{
    Aggregate, AggregateCall, Emit, Source, SourceKind, Step, WindowKind, WindowSpec,
};
use millrace_engine::schema::SqlType;
use storage::state::key::state_prefix;
use storage::{Options, StateBatch, Storage};

/// A record: input number, key, value (none: a tombstone), time.
pub type Record = (usize, Option<&'static str>, Option<i64>, i64);

pub fn field(name: &str, ty: SqlType) -> Field {
    Field { name: name.into(), ty }
}

/// `K STRING KEY, V BIGINT`.
pub fn relation() -> Relation {
    Relation {
        key: vec![field("K", SqlType::String)],
        value: vec![field("V", SqlType::Bigint)],
        ..Relation::default()
    }
}

pub fn source(kind: SourceKind) -> Step {
    let format = FormatInfo { name: "JSON".into(), delimiter: None, wrap_single: true };
    Step::Source(Source {
        name: "S".into(),
        kind,
        topic: "s".into(),
        key_format: format.clone(),
        value_format: format,
        columns: vec![],
        wanted: vec![],
        relation: relation(),
        timestamp: None,
        window: None,
    })
}

pub fn column(index: usize, ty: SqlType) -> Expr {
    Expr { kind: ExprKind::Column(index), ty }
}

/// `V > limit`, for whatever column V is.
pub fn greater(index: usize, limit: i64) -> Expr {
    let limit = Expr { kind: ExprKind::Literal(Literal::Bigint(limit)), ty: SqlType::Bigint };
    let v = column(index, SqlType::Bigint);
    let kind = ExprKind::Compare(Comparison::Greater, Box::new(v), Box::new(limit));
    Expr { kind, ty: SqlType::Boolean }
}

pub fn filter(input: Step, predicate: Expr) -> Step {
    Step::Filter { input: Box::new(input), predicate }
}

pub fn materialize(input: Step, store: u16) -> Step {
    Step::Materialize { input: Box::new(input), store }
}

/// `SELECT K, COUNT(V) ... GROUP BY <group>`.
pub fn count(input: Step, group: Expr, window: Option<(WindowKind, i64)>) -> Aggregate {
    let ty = group.ty.clone();
    Aggregate {
        input: Box::new(input),
        input_is_table: false,
        group_by: vec![group],
        aggregates: vec![AggregateCall {
            function: "COUNT".into(),
            variant: 1,
            args: vec![column(1, SqlType::Bigint)],
            constants: vec![],
            returns: SqlType::Bigint,
        }],
        window: window.map(|(kind, grace_ms)| {
            let size = match kind {
                WindowKind::Tumbling { size_ms } | WindowKind::Hopping { size_ms, .. } => size_ms,
                WindowKind::Session { gap_ms } => gap_ms,
            };
            WindowSpec { kind, grace_ms, retention_ms: size + grace_ms }
        }),
        emit: Emit::Changes,
        tell_before: false,
        relation: Relation {
            key: vec![field("G", ty)],
            value: vec![field("N", SqlType::Bigint)],
            windowed: window.is_some(),
            positioned: false,
        },
        store: 0,
    }
}

pub fn batch(records: &[Record]) -> ChangeBatch {
    let keys: ArrayRef = Arc::new(records.iter().map(|record| record.1).collect::<StringArray>());
    let values: ArrayRef = Arc::new(records.iter().map(|record| record.2).collect::<Int64Array>());
    let times: ArrayRef = Arc::new(records.iter().map(|record| record.3).collect::<Int64Array>());
    let op = |record: &Record| if record.2.is_some() { Op::Insert } else { Op::Tombstone };
    let ops: Vec<Op> = records.iter().map(op).collect();
    let ops = ops.contains(&Op::Tombstone).then(|| ops.into());
    ChangeBatch { ops, ..ChangeBatch::inserts(vec![keys, values, times]) }
}

struct Quiet;

impl ProcessingLog for Quiet {
    fn failed(&self, _: RowFailure) {}
}

/// A chain over a store of its own.
pub struct Task {
    pub storage: Storage,
    pub metrics: Metrics,
    step: Step,
    chain: Chain,
    _dir: tempfile::TempDir,
}

impl Task {
    pub fn new(step: &Step) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let storage = Storage::open(dir.path(), Options { fsync: false, ..Options::default() }).unwrap();
        let chain = build(step, &storage);
        Self { storage, metrics: Metrics::default(), step: step.clone(), chain, _dir: dir }
    }

    pub fn push(&mut self, source: usize, batch: ChangeBatch) -> Vec<Change> {
        let mut out = vec![];
        let mut context = Context { log: &Quiet, metrics: &mut self.metrics };
        self.chain.push(source, batch, &mut context, &mut out).unwrap();
        out.iter().flat_map(|batch| changes(batch, self.step.relation())).collect()
    }

    pub fn commit(&mut self) {
        let mut batch = StateBatch::new();
        self.chain.flush(&mut batch).unwrap();
        self.storage.state().write(batch, false).unwrap();
        self.chain.committed();
    }

    /// As after a crash: what was not committed is lost.
    pub fn rebuild(&mut self) {
        self.chain = build(&self.step, &self.storage);
    }

    pub fn finished(&self) -> bool {
        self.chain.finished()
    }
}

fn build(step: &Step, storage: &Storage) -> Chain {
    let store = |number| Store { state: storage.state().clone(), prefix: state_prefix(1, number, 0) };
    Chain::build(step, store).unwrap()
}

/// A change as text: key and window, operation, values, time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub key: String,
    pub op: Op,
    pub values: String,
    pub time: i64,
}

impl Change {
    pub fn text(&self) -> String {
        let sign = match self.op {
            Op::Insert => "+",
            Op::UpdateBefore => "-u",
            Op::UpdateAfter => "+u",
            Op::Delete => "-",
            Op::Tombstone => "x",
        };
        format!("{sign} {} {} @{}", self.key, self.values, self.time)
    }
}

fn changes(batch: &ChangeBatch, relation: &Relation) -> Vec<Change> {
    assert_eq!(batch.columns.len(), relation.width());
    for (column, field) in batch.columns.iter().zip(relation.arrow_schema().fields()) {
        assert_eq!(column.data_type(), field.data_type());
        assert_eq!(column.len(), batch.rows());
    }
    let options = FormatOptions::default().with_null("_");
    let cell = |index: usize, row: usize| {
        ArrayFormatter::try_new(&batch.columns[index], &options).unwrap().value(row).to_string()
    };
    let cells =
        |range: std::ops::Range<usize>, row| range.map(|i| cell(i, row)).collect::<Vec<_>>().join(",");
    (0..batch.rows())
        .map(|row| {
            let keys = relation.key.len();
            let mut key = cells(0..keys, row);
            if let Some(start) = relation.window_start() {
                key += &format!("[{},{}]", cell(start, row), cell(start + 1, row));
            }
            let time = batch.timestamps(relation).unwrap().value(row);
            Change { key, op: batch.op(row), values: cells(keys..relation.rowtime(), row), time }
        })
        .collect()
}

/// What comes of each record alone, as lines.
pub fn transcript(step: &Step, records: &[Record]) -> Vec<String> {
    let mut task = Task::new(step);
    let told = records.iter().flat_map(|record| task.push(record.0, batch(&[*record])));
    told.map(|change| change.text()).collect::<Vec<_>>()
}

/// How records are fed.
#[derive(Debug, Clone, Copy)]
enum Feeding {
    OneByOne,
    Batches,
    CommitAfterEach,
    RebuildAfterEach,
}

fn feed(step: &Step, records: &[Record], feeding: Feeding) -> Vec<Change> {
    let mut task = Task::new(step);
    let mut all = vec![];
    for run in records.chunk_by(|a, b| a.0 == b.0) {
        let size = if matches!(feeding, Feeding::Batches) { run.len() } else { 1 };
        for records in run.chunks(size) {
            all.extend(task.push(records[0].0, batch(records)));
            match feeding {
                Feeding::CommitAfterEach => task.commit(),
                Feeding::RebuildAfterEach => {
                    task.commit();
                    task.rebuild();
                }
                _ => {}
            }
        }
    }
    all
}

fn table(changes: &[Change]) -> BTreeMap<String, (String, i64)> {
    let mut rows = BTreeMap::new();
    for change in changes {
        match change.op {
            Op::Insert | Op::UpdateAfter => {
                rows.insert(change.key.clone(), (change.values.clone(), change.time));
            }
            Op::Delete | Op::Tombstone => {
                rows.remove(&change.key);
            }
            Op::UpdateBefore => assert!(rows.contains_key(&change.key), "{change:?} was not told"),
        }
    }
    rows
}

/// The same table in the end, however records are batched and whenever the task is built anew. A change that a batch
/// skips cannot leave its time, so times are compared where nothing is skipped.
pub fn agree(step: &Step, records: &[Record]) {
    let expected = table(&feed(step, records, Feeding::OneByOne));
    for feeding in [Feeding::CommitAfterEach, Feeding::RebuildAfterEach] {
        assert_eq!(table(&feed(step, records, feeding)), expected, "{feeding:?}");
    }
    let values = |table: BTreeMap<String, (String, i64)>| -> BTreeMap<String, String> {
        table.into_iter().map(|(key, (values, _))| (key, values)).collect()
    };
    assert_eq!(values(table(&feed(step, records, Feeding::Batches))), values(expected), "Batches");
}

/// The same changes in the same order, however records are batched and whenever the task is built anew.
pub fn agree_exactly(step: &Step, records: &[Record]) {
    let expected = feed(step, records, Feeding::OneByOne);
    for feeding in [Feeding::Batches, Feeding::CommitAfterEach, Feeding::RebuildAfterEach] {
        assert_eq!(feed(step, records, feeding), expected, "{feeding:?}");
    }
}

/// Records for property tests: few keys and near times, so that much meets.
pub fn records(inputs: usize, tombstones: bool) -> impl proptest::strategy::Strategy<Value = Vec<Record>> {
    use proptest::prelude::*;
    let value = (0i64..20, 0..10).prop_map(move |(value, kind)| (kind > 0 || !tombstones).then_some(value));
    let record = (0..inputs, prop_oneof![Just("a"), Just("b"), Just("c")], value, 0i64..60);
    let drift = |(step, (input, key, value, time))| (input, Some(key), value, time + step as i64 * 4);
    proptest::collection::vec(record, 1..60)
        .prop_map(move |records| records.into_iter().enumerate().map(drift).collect())
}
