//! A year of real flights from New York: what standing queries say of them in the end is what a batch engine says.
//!
//! The data are nycflights13 (CC0): flights, the weather of each airport and hour, airlines and planes.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, UInt64Array};
use arrow::compute::{SortColumn, cast, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use datafusion::prelude::SessionContext;
use engine::engine::Session;
use engine::query::Answer;
use flate2::read::GzDecoder;

use crate::node::{Node, NodeOptions, Record};
use crate::slt::row_text;

/// Records that are appended at a time: about a hundred kilobytes.
const APPENDED: usize = 1000;

/// Most rows that an operator sees at once.
const BATCH_RECORDS: usize = 8192;

/// What the missing values of the files are written as.
const MISSING: &str = "NA";

/// The type of a column of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Number,
    /// `2013-01-01T10:00:00Z`, as epoch milliseconds.
    Time,
}

/// A file, and which of its columns are used.
struct Dataset {
    name: &'static str,
    columns: &'static [(&'static str, Kind)],
    /// The column that is the record's key.
    key: Option<&'static str>,
    create: &'static str,
}

const DATASETS: &[Dataset] = &[
    Dataset {
        name: "airlines",
        columns: &[("carrier", Kind::Text), ("name", Kind::Text)],
        key: Some("carrier"),
        create: "CREATE TABLE airlines (carrier STRING PRIMARY KEY, name STRING) \
                 WITH (kafka_topic='airlines', value_format='JSON', partitions=1);",
    },
    Dataset {
        name: "planes",
        columns: &[("tailnum", Kind::Text), ("manufacturer", Kind::Text), ("seats", Kind::Whole)],
        key: Some("tailnum"),
        create: "CREATE TABLE planes (tailnum STRING PRIMARY KEY, manufacturer STRING, seats BIGINT) \
                 WITH (kafka_topic='planes', value_format='JSON', partitions=1);",
    },
    Dataset {
        name: "weather",
        columns: &[
            ("origin", Kind::Text),
            ("temp", Kind::Number),
            ("wind_speed", Kind::Number),
            ("time_hour", Kind::Time),
        ],
        key: None,
        create: "CREATE STREAM weather (origin STRING, temp DOUBLE, wind_speed DOUBLE, time_hour BIGINT) \
                 WITH (kafka_topic='weather', value_format='JSON', timestamp='time_hour', partitions=1);",
    },
    Dataset {
        name: "flights",
        columns: &[
            ("carrier", Kind::Text),
            ("flight", Kind::Whole),
            ("tailnum", Kind::Text),
            ("origin", Kind::Text),
            ("dest", Kind::Text),
            ("dep_delay", Kind::Whole),
            ("distance", Kind::Whole),
            ("time_hour", Kind::Time),
        ],
        key: None,
        create: "CREATE STREAM flights (carrier STRING, flight BIGINT, tailnum STRING, origin STRING, dest STRING, \
                 dep_delay BIGINT, distance BIGINT, time_hour BIGINT) \
                 WITH (kafka_topic='flights', value_format='JSON', timestamp='time_hour', partitions=1);",
    },
];

/// A standing query and the question whose answer it has to have in the end.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    pub name: &'static str,
    standing: &'static str,
    read: &'static str,
    batch: &'static str,
}

/// The standing queries over the flights.
pub const QUESTIONS: &[Question] = &[
    Question {
        name: "flights and average delay of each origin and day (TUMBLING)",
        standing: "CREATE TABLE daily AS SELECT origin, COUNT(*) AS n, AVG(dep_delay) AS delay FROM flights \
                   WINDOW TUMBLING (SIZE 1 DAY, RETENTION 400 DAYS) GROUP BY origin;",
        read: "SELECT origin, WINDOWSTART, WINDOWEND, n, delay FROM daily;",
        batch: "SELECT origin, day, day + 86400000, COUNT(*), AVG(CAST(dep_delay AS DOUBLE)) FROM \
                (SELECT origin, dep_delay, time_hour - time_hour % 86400000 AS day FROM flights) GROUP BY origin, day",
    },
    Question {
        name: "flights of each carrier in three hours (HOPPING)",
        standing: "CREATE TABLE busy AS SELECT carrier, COUNT(*) AS n FROM flights \
                   WINDOW HOPPING (SIZE 3 HOURS, ADVANCE BY 1 HOUR, RETENTION 400 DAYS) GROUP BY carrier;",
        read: "SELECT carrier, WINDOWSTART, WINDOWEND, n FROM busy;",
        batch: "SELECT carrier, start, start + 10800000, COUNT(*) FROM \
                (SELECT carrier, time_hour - time_hour % 3600000 - 3600000 * back AS start \
                 FROM flights CROSS JOIN (VALUES (0), (1), (2)) AS hops(back)) GROUP BY carrier, start",
    },
    Question {
        name: "days of each plane (SESSION)",
        standing: "CREATE TABLE shifts AS SELECT tailnum, COUNT(*) AS n, SUM(distance) AS miles FROM flights \
                   WINDOW SESSION (12 HOURS, RETENTION 400 DAYS) GROUP BY tailnum;",
        read: "SELECT tailnum, WINDOWSTART, WINDOWEND, n, miles FROM shifts;",
        batch: "SELECT tailnum, MIN(time_hour), MAX(time_hour), COUNT(*), SUM(distance) FROM \
                (SELECT tailnum, time_hour, distance, SUM(fresh) OVER (PARTITION BY tailnum ORDER BY time_hour \
                   ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session FROM \
                 (SELECT tailnum, time_hour, distance, CASE WHEN time_hour - LAG(time_hour) OVER \
                    (PARTITION BY tailnum ORDER BY time_hour) <= 43200000 THEN 0 ELSE 1 END AS fresh \
                  FROM flights WHERE tailnum IS NOT NULL)) GROUP BY tailnum, session",
    },
    Question {
        name: "flights with the names of their carriers (stream-table)",
        standing: "CREATE STREAM named AS SELECT f.carrier AS carrier, a.name AS name, f.flight AS flight, \
                   f.time_hour AS time_hour FROM flights f JOIN airlines a ON f.carrier = a.carrier;",
        read: "SELECT carrier, name, flight, time_hour FROM named;",
        batch: "SELECT f.carrier, a.name, f.flight, f.time_hour FROM flights f JOIN airlines a ON f.carrier = a.carrier",
    },
    Question {
        name: "flights with their planes (stream-table)",
        standing: "CREATE STREAM flown AS SELECT f.tailnum AS tailnum, p.manufacturer AS manufacturer, \
                   p.seats AS seats, f.dest AS dest, f.time_hour AS time_hour \
                   FROM flights f JOIN planes p ON f.tailnum = p.tailnum;",
        read: "SELECT tailnum, manufacturer, seats, dest, time_hour FROM flown;",
        batch: "SELECT f.tailnum, p.manufacturer, p.seats, f.dest, f.time_hour \
                FROM flights f JOIN planes p ON f.tailnum = p.tailnum",
    },
    Question {
        name: "flights with the weather of their origin and hour (stream-stream)",
        standing: "CREATE STREAM weathered AS SELECT f.origin AS origin, f.flight AS flight, f.time_hour AS time_hour, \
                   w.temp AS temp, w.wind_speed AS wind FROM flights f JOIN weather w \
                   WITHIN 1 MINUTE GRACE PERIOD 2 DAYS ON f.origin = w.origin;",
        read: "SELECT origin, flight, time_hour, temp, wind FROM weathered;",
        batch: "SELECT f.origin, f.flight, f.time_hour, w.temp, w.wind_speed FROM flights f JOIN weather w \
                ON f.origin = w.origin AND f.time_hour = w.time_hour",
    },
];

/// Where the data are: `MILLRACE_DATA`, or beside the repository. None if they are not there.
pub fn folder() -> Option<PathBuf> {
    let folder = match std::env::var_os("MILLRACE_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/nycflights13"),
    };
    folder.join("flights.csv.gz").exists().then_some(folder)
}

/// Loads everything, runs the standing queries to the end, and gives for each what it says and what the batch engine
/// says, as sorted lines.
///
/// # Errors
/// A file cannot be read, or a statement fails.
pub fn answers(folder: &Path) -> Result<Vec<(Question, Vec<String>, Vec<String>)>, String> {
    let node = Node::new(NodeOptions {
        settings: vec![("auto.offset.reset".to_owned(), "earliest".to_owned())],
        batch_records_max: BATCH_RECORDS,
        persist_statements: false,
    })?;
    let mut session = Session::default();
    let mut execute = |statement: &str| {
        let done = node.engine.execute(statement, &mut session);
        done.map(drop).map_err(|failed| format!("{}\n{statement}", failed.error.message))
    };
    let mut tables = Vec::new();
    for dataset in DATASETS {
        let batch = load(folder, dataset)?;
        execute(dataset.create)?;
        tables.push((dataset, batch));
    }
    for question in QUESTIONS {
        execute(question.standing)?;
    }
    for (dataset, batch) in &tables {
        produce(&node, dataset, batch)?;
    }
    // All at once: a task takes the records of its inputs in the order of time.
    node.engine.runtime().run_until_idle().map_err(|error| error.message)?;
    QUESTIONS
        .iter()
        .map(|question| {
            let standing = read(&node, question.read)?;
            Ok((*question, standing, ask(&tables, question.batch)?))
        })
        .collect()
}

fn read(node: &Node, sql: &str) -> Result<Vec<String>, String> {
    let answer =
        node.engine.query(sql, &Session::default()).map_err(|error| format!("{}\n{sql}", error.message))?;
    let Answer::Pull(answer) = answer else { return Err(format!("no pull query: {sql}")) };
    Ok(sorted(answer.batches.iter().map(Vec::as_slice)))
}

fn ask(tables: &[(&Dataset, RecordBatch)], sql: &str) -> Result<Vec<String>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let context = SessionContext::new();
        for (dataset, batch) in tables {
            context.register_batch(dataset.name, batch.clone()).map_err(|error| error.to_string())?;
        }
        let frame = context.sql(sql).await.map_err(|error| format!("{error}\n{sql}"))?;
        let batches = frame.collect().await.map_err(|error| format!("{error}\n{sql}"))?;
        let plain: Vec<Vec<ArrayRef>> = batches.iter().map(plain_types).collect::<Result<_, _>>()?;
        Ok(sorted(plain.iter().map(Vec::as_slice)))
    })
}

/// The columns in the types that SQL's have: the batch engine may give views of texts.
fn plain_types(batch: &RecordBatch) -> Result<Vec<ArrayRef>, String> {
    let plain = |column: &ArrayRef| {
        let ty = match column.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
            DataType::UInt64 => DataType::Int64,
            _ => return Ok(column.clone()),
        };
        cast(column, &ty).map_err(|error| error.to_string())
    };
    batch.columns().iter().map(plain).collect()
}

fn sorted<'a>(batches: impl Iterator<Item = &'a [ArrayRef]>) -> Vec<String> {
    let mut lines = Vec::new();
    for columns in batches {
        let rows = columns.first().map_or(0, |column| column.len());
        lines.extend((0..rows).map(|row| row_text(columns, row)));
    }
    lines.sort_unstable();
    lines
}

fn load(folder: &Path, dataset: &Dataset) -> Result<RecordBatch, String> {
    let plain = folder.join(format!("{}.csv", dataset.name));
    let zipped = folder.join(format!("{}.csv.gz", dataset.name));
    let path = if zipped.exists() { &zipped } else { &plain };
    let unreadable = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let reader: Box<dyn Read> = if zipped.exists() { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut csv = csv::Reader::from_reader(reader);
    let header = csv.headers().map_err(|error| unreadable(&error))?.clone();
    let places = dataset
        .columns
        .iter()
        .map(|(name, _)| header.iter().position(|column| column == *name).ok_or_else(|| unreadable(name)))
        .collect::<Result<Vec<_>, _>>()?;
    let mut cells: Vec<Vec<Option<String>>> = vec![Vec::new(); places.len()];
    for record in csv.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        for (cells, place) in cells.iter_mut().zip(&places) {
            let text = record.get(*place).filter(|text| !text.is_empty() && *text != MISSING);
            cells.push(text.map(str::to_owned));
        }
    }
    let columns = cells
        .into_iter()
        .zip(dataset.columns)
        .map(|(cells, (_, kind))| column(cells, *kind).map_err(|error| unreadable(&error)))
        .collect::<Result<Vec<_>, _>>()?;
    let fields: Vec<Field> = dataset
        .columns
        .iter()
        .zip(&columns)
        .map(|((name, _), column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    let batch =
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map_err(|error| unreadable(&error))?;
    in_time_order(batch, dataset).map_err(|error| unreadable(&error))
}

/// The rows as they happened: the files are in the order of months' names and of places, and rows that are months late are
/// not taken by windows.
fn in_time_order(batch: RecordBatch, dataset: &Dataset) -> Result<RecordBatch, arrow::error::ArrowError> {
    let Some(time) = dataset.columns.iter().position(|(_, kind)| *kind == Kind::Time) else {
        return Ok(batch);
    };
    let number: ArrayRef = Arc::new(UInt64Array::from_iter_values(0..batch.num_rows() as u64));
    let by = [batch.column(time).clone(), number].map(|values| SortColumn { values, options: None });
    take_record_batch(&batch, &lexsort_to_indices(&by, None)?)
}

fn column(cells: Vec<Option<String>>, kind: Kind) -> Result<ArrayRef, arrow::error::ArrowError> {
    let texts: ArrayRef = Arc::new(StringArray::from(cells));
    match kind {
        Kind::Text => Ok(texts),
        Kind::Whole => cast(&texts, &DataType::Int64),
        Kind::Number => cast(&texts, &DataType::Float64),
        Kind::Time => {
            let zoned = DataType::Timestamp(TimeUnit::Millisecond, Some("+00:00".into()));
            cast(&cast(&texts, &zoned)?, &DataType::Int64)
        }
    }
}

fn produce(node: &Node, dataset: &Dataset, batch: &RecordBatch) -> Result<(), String> {
    let mut records = Vec::with_capacity(APPENDED);
    for row in 0..batch.num_rows() {
        records.push(record(dataset, batch, row));
        if records.len() == APPENDED || row + 1 == batch.num_rows() {
            node.append_all(dataset.name, &records)?;
            records.clear();
        }
    }
    Ok(())
}

fn record(dataset: &Dataset, batch: &RecordBatch, row: usize) -> Record {
    let mut value = serde_json::Map::new();
    let mut made = Record::default();
    for ((name, kind), column) in dataset.columns.iter().zip(batch.columns()) {
        let json = json(column, row);
        if Some(*name) == dataset.key {
            made.key = json.as_str().map(|text| text.as_bytes().to_vec());
            continue;
        }
        if *kind == Kind::Time {
            made.timestamp = json.as_i64().unwrap_or_default();
        }
        value.insert((*name).to_owned(), json);
    }
    made.value = Some(serde_json::Value::Object(value).to_string().into_bytes());
    made
}

fn json(column: &ArrayRef, row: usize) -> serde_json::Value {
    if column.is_null(row) {
        return serde_json::Value::Null;
    }
    if let Some(texts) = column.as_any().downcast_ref::<StringArray>() {
        return texts.value(row).into();
    }
    if column.as_any().is::<Int64Array>() {
        return column.as_primitive::<Int64Type>().value(row).into();
    }
    debug_assert!(column.as_any().is::<Float64Array>());
    column.as_primitive::<Float64Type>().value(row).into()
}
