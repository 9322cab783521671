//! kill -9 at random moments while flights are loaded: what was acknowledged is there once, and the standing queries give
//! the batch answer.
//!
//! The server is this test program again, as a child process that can be killed: see [`child_server`]. Rows that were sent
//! and not acknowledged may be there or not; what is there is asked after each restart, and only the rest is sent again.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use futures::StreamExt;
use serde_json::{Value, json};

/// Directory of the child's data; the variable makes [`child_server`] a server.
const CHILD_DIR: &str = "DURABILITY_TEST_CHILD_DIR";
const KILLS: usize = 24;
/// Every so many rounds the server is killed while it starts.
const START_KILL_EVERY: usize = 5;
/// Rows of one round are spread over so many pieces, a few milliseconds apart.
const PIECES: usize = 40;
const SEED: u64 = 0x5eed_f11e_57a7_e001;
const LIMIT: Duration = Duration::from_secs(60);

const STATEMENTS: &str = "SET 'auto.offset.reset' = 'earliest';
    CREATE STREAM flights (id BIGINT, time_hour STRING, carrier STRING, origin STRING, dep_delay INT, distance INT)
      WITH (KAFKA_TOPIC='flights', PARTITIONS=1, VALUE_FORMAT='JSON', TIMESTAMP='time_hour',
            TIMESTAMP_FORMAT='yyyy-MM-dd''T''HH:mm:ssX');
    CREATE STREAM late AS SELECT id, dep_delay FROM flights WHERE dep_delay > 30;
    CREATE TABLE per_hour AS SELECT origin, COUNT(*) AS n, SUM(dep_delay) AS delay FROM flights
      WINDOW TUMBLING (SIZE 1 HOUR, RETENTION 1000 DAYS, GRACE PERIOD 400 DAYS) GROUP BY origin;
    CREATE TABLE per_carrier AS SELECT carrier, COUNT(*) AS n, SUM(distance) AS distance FROM flights GROUP BY carrier;";

/// The server, when the test above starts this program again; otherwise nothing.
#[test]
fn child_server() {
    let Some(dir) = std::env::var_os(CHILD_DIR).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let handle =
            server::Server::start(server::Config::local(dir.join("data"))).await.expect("the server starts");
        let next = dir.join("address.next");
        std::fs::write(&next, handle.address().to_string()).expect("written");
        std::fs::rename(next, dir.join("address")).expect("renamed");
        std::future::pending::<()>().await;
    });
}

struct Running {
    child: Child,
    url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(dir: &Path) -> Child {
    let _ = std::fs::remove_file(dir.join("address"));
    Command::new(std::env::current_exe().expect("this program"))
        .args(["child_server", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::null())
        .spawn()
        .expect("the child starts")
}

async fn start(dir: &Path) -> Running {
    let mut running = Running { child: spawn(dir), url: String::new() };
    let started = Instant::now();
    loop {
        if let Ok(address) = std::fs::read_to_string(dir.join("address")) {
            running.url = format!("http://{address}");
            return running;
        }
        if let Ok(Some(status)) = running.child.try_wait() {
            panic!("the server ended: {status}");
        }
        assert!(started.elapsed() < LIMIT, "the server does not start");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One flight.
#[derive(Debug)]
struct Flight {
    id: i64,
    time_hour: String,
    carrier: String,
    origin: String,
    dep_delay: Option<i64>,
    distance: i64,
}

impl Flight {
    fn line(&self) -> String {
        let Self { id, time_hour, carrier, origin, dep_delay, distance } = self;
        let mut row = json!({"id": id, "time_hour": time_hour, "carrier": carrier, "origin": origin, "distance": distance});
        row["dep_delay"] = (*dep_delay).into();
        format!("{row}\n")
    }
}

/// The whole year where it is there, else the month that the repository has.
fn flights() -> Vec<Flight> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let year = root.join("../shared/data/nycflights13/flights.csv.gz");
    let month = root.join("examples/flights/flights-2013-01.jsonl.gz");
    let is_year = year.is_file();
    let file = std::fs::File::open(if is_year { year } else { month }).expect("flights");
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    if is_year { from_csv(&text) } else { text.lines().map(from_json).collect() }
}

fn from_json(line: &str) -> Flight {
    let row: Value = serde_json::from_str(line).expect("JSON");
    let text = |name: &str| row[name].as_str().expect("text").to_owned();
    Flight {
        id: row["id"].as_i64().expect("an id"),
        time_hour: text("time_hour"),
        carrier: text("carrier"),
        origin: text("origin"),
        dep_delay: row["dep_delay"].as_i64(),
        distance: row["distance"].as_i64().expect("a distance"),
    }
}

fn from_csv(text: &str) -> Vec<Flight> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at = |name: &str| header.iter().position(|column| *column == name).expect("a column");
    let (time, carrier, origin, delay, distance) =
        (at("time_hour"), at("carrier"), at("origin"), at("dep_delay"), at("distance"));
    lines
        .enumerate()
        .map(|(id, line)| {
            let cells: Vec<&str> = line.split(',').collect();
            Flight {
                id: id as i64,
                time_hour: cells[time].to_owned(),
                carrier: cells[carrier].to_owned(),
                origin: cells[origin].to_owned(),
                dep_delay: cells[delay].parse().ok(),
                distance: cells[distance].parse().expect("a distance"),
            }
        })
        .collect()
}

/// xorshift: the same kills in each run, as far as the clock allows.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}

async fn execute(url: &str, statements: &str) {
    let answer =
        reqwest::Client::new().post(format!("{url}/ksql")).body(json!({ "ksql": statements }).to_string());
    let answer = answer.send().await.expect("an answer");
    let status = answer.status();
    assert!(status.is_success(), "{}", answer.text().await.unwrap_or_default());
}

async fn rows(url: &str, sql: &str) -> Vec<Value> {
    let body = json!({ "sql": sql, "properties": {"auto.offset.reset": "earliest"} }).to_string();
    let answer = reqwest::Client::new()
        .post(format!("{url}/query-stream"))
        .body(body)
        .send()
        .await
        .expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    assert!(status.is_success(), "{sql}: {text}");
    text.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

async fn ids(url: &str, sql: &str) -> Vec<i64> {
    rows(url, sql).await.iter().map(|row| row[0].as_i64().expect("an id")).collect()
}

/// Sends rows until they or the server end; gives how many were acknowledged.
async fn load(url: String, rows: Vec<String>, http2: bool, pause: Duration) -> usize {
    let client = match http2 {
        true => reqwest::Client::builder().http2_prior_knowledge().build(),
        false => reqwest::Client::builder().build(),
    };
    let mut pieces = vec!["{\"target\":\"flights\"}\n".to_owned()];
    pieces.extend(rows.chunks(rows.len().div_ceil(PIECES).max(1)).map(<[String]>::concat));
    let body = futures::stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, std::convert::Infallible>(piece)
    });
    let request = client.expect("a client").post(format!("{url}/inserts-stream"));
    let Ok(answer) = request.body(reqwest::Body::wrap_stream(body)).send().await else { return 0 };
    let mut acks = answer.bytes_stream();
    let (mut text, mut acknowledged) = (Vec::new(), 0);
    while let Some(Ok(piece)) = acks.next().await {
        text.extend_from_slice(&piece);
        let Some(end) = text.iter().rposition(|byte| *byte == b'\n') else { continue };
        for line in text[..end].split(|byte| *byte == b'\n') {
            let ack: Value = serde_json::from_slice(line).expect("JSON");
            assert_eq!((&ack["status"], &ack["seq"]), (&json!("ok"), &json!(acknowledged)), "{ack}");
            acknowledged += 1;
        }
        text.drain(..=end);
    }
    acknowledged
}

/// What has to hold after a restart: all that was acknowledged is there, and nothing twice. Gives what is there.
async fn check(url: &str, acknowledged: &HashSet<i64>) -> HashSet<i64> {
    let there = ids(url, "SELECT id FROM flights;").await;
    let unique: HashSet<i64> = there.iter().copied().collect();
    assert_eq!(unique.len(), there.len(), "rows are there twice");
    let lost: Vec<_> = acknowledged.difference(&unique).take(5).collect();
    assert!(lost.is_empty(), "acknowledged rows are lost: {lost:?} and perhaps more");
    unique
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9() {
    let dir = tempfile::tempdir().expect("a directory");
    let flights = flights();
    let mut dice = Dice(SEED);
    let mut server = start(dir.path()).await;
    execute(&server.url, STATEMENTS).await;
    let mut acknowledged: HashSet<i64> = HashSet::new();
    let mut there: HashSet<i64> = HashSet::new();
    let share = flights.len() / KILLS;
    for round in 0..KILLS {
        let sent: Vec<&Flight> =
            flights.iter().filter(|flight| !there.contains(&flight.id)).take(share).collect();
        let lines = sent.iter().map(|flight| flight.line()).collect();
        let pause = dice.millis(1, 12);
        let loading = tokio::spawn(load(server.url.clone(), lines, round % 2 == 1, pause));
        tokio::time::sleep(dice.millis(5, 500)).await;
        drop(server);
        let count = loading.await.expect("loaded");
        acknowledged.extend(sent[..count].iter().map(|flight| flight.id));
        if round % START_KILL_EVERY == 0 {
            let mut child = spawn(dir.path());
            tokio::time::sleep(dice.millis(5, 300)).await;
            child.kill().expect("killed");
            child.wait().expect("waited");
        }
        server = start(dir.path()).await;
        there = check(&server.url, &acknowledged).await;
    }
    let rest: Vec<String> =
        flights.iter().filter(|flight| !there.contains(&flight.id)).map(Flight::line).collect();
    let count = rest.len();
    assert_eq!(load(server.url.clone(), rest, true, Duration::ZERO).await, count);
    acknowledged.extend(flights.iter().map(|flight| flight.id));
    check(&server.url, &acknowledged).await;
    let expected = batch(&flights);
    let started = Instant::now();
    loop {
        let found = standing(&server.url).await;
        if found == expected {
            break;
        }
        if started.elapsed() > LIMIT {
            for (query, rows) in &expected {
                assert_eq!(found[query].len(), rows.len(), "rows of {query}");
                let different = found[query].iter().zip(rows).find(|(found, row)| found != row);
                assert_eq!(different, None, "{query}: found, expected");
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

type Answers = BTreeMap<&'static str, Vec<String>>;

/// What the standing queries say.
async fn standing(url: &str) -> Answers {
    let mut answers = Answers::new();
    for (name, sql) in [
        ("late", "SELECT id, dep_delay FROM late;"),
        ("per_hour", "SELECT origin, WINDOWSTART, n, delay FROM per_hour;"),
        ("per_carrier", "SELECT carrier, n, distance FROM per_carrier;"),
    ] {
        let mut found: Vec<String> = rows(url, sql).await.iter().map(Value::to_string).collect();
        found.sort();
        answers.insert(name, found);
    }
    answers
}

/// The same computed from the flights at once.
fn batch(flights: &[Flight]) -> Answers {
    let mut late = Vec::new();
    let mut per_hour: BTreeMap<(&str, i64), (i64, i64)> = BTreeMap::new();
    let mut per_carrier: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for flight in flights {
        if let Some(delay) = flight.dep_delay.filter(|delay| *delay > 30) {
            late.push(json!([flight.id, delay]).to_string());
        }
        let time =
            chrono::DateTime::parse_from_rfc3339(&flight.time_hour).expect("a time").timestamp_millis();
        let hour = per_hour.entry((&flight.origin, time - time.rem_euclid(3_600_000))).or_default();
        hour.0 += 1;
        hour.1 += flight.dep_delay.unwrap_or(0);
        let carrier = per_carrier.entry(&flight.carrier).or_default();
        carrier.0 += 1;
        carrier.1 += flight.distance;
    }
    let hours =
        per_hour.iter().map(|((origin, start), (n, delay))| json!([origin, start, n, delay]).to_string());
    let carriers =
        per_carrier.iter().map(|(carrier, (n, distance))| json!([carrier, n, distance]).to_string());
    let mut answers =
        Answers::from([("late", late), ("per_hour", hours.collect()), ("per_carrier", carriers.collect())]);
    answers.values_mut().for_each(|rows| rows.sort());
    answers
}
