//! A server in this process, and a client of it.

use std::time::Duration;

use millrace_server::{Config, Handle, Server};
use reqwest::header::ACCEPT;
use serde_json::{Value, json};
use tempfile::TempDir;

/// No answer in these tests takes as long.
pub const LIMIT: Duration = Duration::from_secs(30);

pub struct TestServer {
    pub handle: Handle,
    pub dir: TempDir,
    pub client: reqwest::Client,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(tempfile::tempdir().expect("a directory"), |_| {}).await
    }

    pub async fn start_with(dir: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::local(dir.path().join("data"));
        config.storage.fsync = false;
        change(&mut config);
        let handle = Server::start(config).await.expect("the server starts");
        let client = reqwest::Client::builder().timeout(LIMIT).build().expect("a client");
        Self { handle, dir, client }
    }

    /// Stops the server and starts another over the same directory.
    pub async fn restart(self) -> Self {
        self.handle.shutdown().await.expect("a clean stop");
        Self::start_with(self.dir, |_| {}).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.handle.address())
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.client.get(self.url(path)).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    pub async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> reqwest::Response {
        self.client.post(self.url(path)).body(body).send().await.expect("an answer")
    }

    pub async fn post_json(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self.post(path, body.to_string()).await;
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Statements that must succeed.
    pub async fn execute(&self, statements: &str) -> Value {
        let (status, answer) = self.post_json("/ksql", json!({ "ksql": statements })).await;
        assert_eq!(status, 200, "{statements}: {answer}");
        answer
    }

    /// The columns of the rows of a query that ends.
    pub async fn rows(&self, sql: &str) -> Vec<Value> {
        let answer = self.post(
            "/query-stream",
            json!({ "sql": sql, "properties": {"auto.offset.reset": "earliest"} }).to_string(),
        );
        let text = answer.await.text().await.expect("a body");
        let mut lines = text.lines();
        assert!(lines.next().is_some_and(|header| header.contains("columnNames")), "{sql}: {text}");
        lines.map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// Asks until the rows are these.
    pub async fn until_rows(&self, sql: &str, wanted: &[Value]) {
        let started = std::time::Instant::now();
        loop {
            let rows = self.rows(sql).await;
            if rows == wanted {
                return;
            }
            assert!(started.elapsed() < LIMIT, "{sql}: {rows:?} instead of {wanted:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A push query that runs: its answer as it comes.
    pub async fn push(&self, sql: &str, accept: &str) -> reqwest::Response {
        let body = json!({ "ksql": sql, "streamsProperties": {"auto.offset.reset": "earliest"} });
        let request = self.client.post(self.url("/query")).header(ACCEPT, accept).body(body.to_string());
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer
    }
}

/// Reads until the text holds `wanted`.
pub async fn read_until(answer: &mut reqwest::Response, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let piece = answer
            .chunk()
            .await
            .expect("readable")
            .unwrap_or_else(|| panic!("ended without {wanted}: {text}"));
        text.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
    }
    text
}
