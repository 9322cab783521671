//! A queries file: what may stand in it, and what happens when it changes.

mod support;

use millrace_server::{Config, Server};
use serde_json::json;
use support::TestServer;
use tempfile::TempDir;

const FILE: &str = "SET 'auto.offset.reset' = 'earliest';\n\
    CREATE STREAM s (k STRING KEY, v BIGINT) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');\n\
    CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;\n";

async fn start(dir: TempDir, file: &str) -> TestServer {
    let path = dir.path().join("queries.sql");
    std::fs::write(&path, file).expect("written");
    TestServer::start_with(dir, |config| config.queries_file = Some(path)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_of_the_file_run_and_others_are_refused() {
    let server = start(tempfile::tempdir().expect("a directory"), FILE).await;
    assert_eq!(server.post("/topics/s/records?key_field=k", "{\"k\":\"a\",\"v\":1}\n").await.status(), 200);
    server.until_rows("SELECT n FROM t WHERE k='a';", &[json!([1])]).await;
    assert_eq!(server.execute("SHOW TABLES;").await[0]["tables"][0]["name"], "T");
    for refused in [
        "CREATE STREAM x AS SELECT * FROM s;",
        "TERMINATE ALL;",
        "DROP STREAM s;",
        "INSERT INTO s (k) VALUES ('a');",
    ] {
        let (status, error) = server.post_json("/ksql", json!({ "ksql": refused })).await;
        assert_eq!(status, 400, "{refused}");
        assert!(error["message"].as_str().expect("text").contains("headless"), "{error}");
    }
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn state_is_found_again_and_a_changed_query_begins_anew() {
    let server = start(tempfile::tempdir().expect("a directory"), FILE).await;
    server.post("/topics/s/records?key_field=k", "{\"k\":\"a\",\"v\":5}\n").await;
    server.until_rows("SELECT n FROM t WHERE k='a';", &[json!([1])]).await;
    server.handle.shutdown().await.expect("a clean stop");
    let server = start(server.dir, FILE).await;
    server.post("/topics/s/records?key_field=k", "{\"k\":\"a\",\"v\":5}\n").await;
    server.until_rows("SELECT n FROM t WHERE k='a';", &[json!([2])]).await;
    server.handle.shutdown().await.expect("a clean stop");
    let server = start(server.dir, &FILE.replace("COUNT(*)", "SUM(v)")).await;
    server.until_rows("SELECT n FROM t WHERE k='a';", &[json!([10])]).await;
    server.handle.shutdown().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_is_told_with_its_line() {
    for (file, told) in [
        (format!("{FILE}\nDROP STREAM s;"), "line 5: A queries file may hold"),
        (format!("{FILE}\n\nCREATE STREAM u AS SELECT nothing FROM s;"), "line 6: "),
        ("SELEC;".to_owned(), "line 1: "),
        (
            "CREATE STREAM s (v INT) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');".to_owned(),
            "no persistent query",
        ),
    ] {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("queries.sql");
        std::fs::write(&path, file).expect("written");
        let mut config = Config::local(dir.path().join("data"));
        config.queries_file = Some(path);
        let error = Server::start(config).await.expect_err("a wrong file").to_string();
        assert!(error.contains(told), "{error}");
    }
}
